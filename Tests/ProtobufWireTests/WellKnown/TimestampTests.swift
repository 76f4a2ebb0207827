import ProtobufWire
import Testing

struct TimestampTests {
  static let moments: [(String, Timestamp, String)] = [
    ("1970-01-01T00:00:00Z", Timestamp(), "1970-01-01T00:00:00Z"),
    (
      "2026-11-23T17:00:00.5Z", Timestamp(seconds: 1_795_453_200, nanos: 500_000_000),
      "2026-11-23T17:00:00.500Z"
    ),
    (
      "2026-11-23T17:00:00.123456Z", Timestamp(seconds: 1_795_453_200, nanos: 123_456_000),
      "2026-11-23T17:00:00.123456Z"
    ),
    (
      "2026-11-23T17:00:00.000000001Z", Timestamp(seconds: 1_795_453_200, nanos: 1),
      "2026-11-23T17:00:00.000000001Z"
    ),
    ("2026-11-23T18:30:00+01:30", Timestamp(seconds: 1_795_453_200), "2026-11-23T17:00:00Z"),
    ("2026-11-23T09:00:00-08:00", Timestamp(seconds: 1_795_453_200), "2026-11-23T17:00:00Z"),
    (
      "1969-12-31T23:59:59.9Z", Timestamp(seconds: -1, nanos: 900_000_000),
      "1969-12-31T23:59:59.900Z"
    ),
    ("0001-01-01T00:00:00Z", Timestamp(seconds: -62_135_596_800), "0001-01-01T00:00:00Z"),
    (
      "9999-12-31T23:59:59.999999999Z", Timestamp(seconds: 253_402_300_799, nanos: 999_999_999),
      "9999-12-31T23:59:59.999999999Z"
    ),
    ("2000-02-29T12:00:00Z", Timestamp(seconds: 951_825_600), "2000-02-29T12:00:00Z"),
  ]

  @Test(arguments: moments)
  func momentsAreRFC3339(_ text: String, _ moment: Timestamp, _ written: String) throws {
    #expect(try Timestamp(json: "\"\(text)\"") == moment)
    #expect(try moment.json() == "\"\(written)\"")
    #expect(Timestamp(rfc3339: text) == moment)
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-11-23T17:00:00", "2026-11-23t17:00:00Z", "2026-11-23T17:00:00z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2025-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z", "2026-11-23T23:59:60Z",
    "2026-11-23T17:00:00.Z", "2026-11-23T17:00:00.1234567890Z", "2026-11-23T17:00:00+0100",
    "2026-11-23T17:00:00+24:00", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-11-23 17:00:00Z",
    "2026-11-23T17:00:00Z ", "2026-11-23T17:00:00ZZ", "２026-11-23T17:00:00Z",
  ])
  func otherTextIsRefused(_ text: String) throws {
    let error = try #require(throws: WireError.self) { try Timestamp(json: "\"\(text)\"") }
    #expect(error.code == .invalidValue)
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(arguments: [
    Timestamp(seconds: -62_135_596_801), Timestamp(seconds: 253_402_300_800),
    Timestamp(seconds: 0, nanos: -1), Timestamp(seconds: 0, nanos: 1_000_000_000),
    Timestamp(seconds: .max), Timestamp(seconds: .min),
  ])
  func momentsOutOfRangeHaveNoJSON(_ moment: Timestamp) throws {
    let error = try #require(throws: WireError.self) { try moment.json() }
    #expect(error.code == .invalidValue)
    // On the wire they pass: other implementations let them through, too.
    #expect(try Timestamp(protobuf: moment.protobuf()) == moment)
  }

  @Test func everyDayOfFourCenturiesIsItself() throws {
    for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
      let moment = Timestamp(seconds: day * 86_400)
      #expect(Timestamp(rfc3339: moment.rfc3339) == moment)
    }
  }
}
