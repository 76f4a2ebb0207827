import ProtobufWire
import Testing

struct ProtoDurationTests {
  static let lengths: [(String, ProtoDuration, String)] = [
    ("0s", ProtoDuration(), "0s"),
    ("1.5s", ProtoDuration(seconds: 1, nanos: 500_000_000), "1.500s"),
    ("-1.5s", ProtoDuration(seconds: -1, nanos: -500_000_000), "-1.500s"),
    ("-0.5s", ProtoDuration(seconds: 0, nanos: -500_000_000), "-0.500s"),
    ("3.000001s", ProtoDuration(seconds: 3, nanos: 1000), "3.000001s"),
    ("0.000000001s", ProtoDuration(seconds: 0, nanos: 1), "0.000000001s"),
    ("315576000000s", ProtoDuration(seconds: 315_576_000_000), "315576000000s"),
    ("-315576000000s", ProtoDuration(seconds: -315_576_000_000), "-315576000000s"),
  ]

  @Test(arguments: lengths)
  func lengthsAreSeconds(_ text: String, _ length: ProtoDuration, _ written: String) throws {
    #expect(try ProtoDuration(json: "\"\(text)\"") == length)
    #expect(try length.json() == "\"\(written)\"")
  }

  @Test(arguments: [
    "", "s", "1", "1.s", ".5s", "1.5", "1.5 s", "+1s", "1.1234567890s", "315576000001s", "--1s",
    "1e3s", "9223372036854775808s", "1ss",
  ])
  func otherTextIsRefused(_ text: String) throws {
    let error = try #require(throws: WireError.self) { try ProtoDuration(json: "\"\(text)\"") }
    #expect(error.code == .invalidValue)
  }

  @Test(arguments: [
    ProtoDuration(seconds: 315_576_000_001), ProtoDuration(seconds: .min),
    ProtoDuration(seconds: 1, nanos: -1), ProtoDuration(seconds: -1, nanos: 1),
    ProtoDuration(seconds: 0, nanos: 1_000_000_000), ProtoDuration(seconds: 0, nanos: .min),
  ])
  func lengthsOutOfRangeHaveNoJSON(_ length: ProtoDuration) throws {
    let error = try #require(throws: WireError.self) { try length.json() }
    #expect(error.code == .invalidValue)
  }
}
