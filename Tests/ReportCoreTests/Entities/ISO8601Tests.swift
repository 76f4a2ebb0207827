import ReportCore
import Testing

@Suite("ISO 8601 moments of filters")
struct ISO8601Tests {
  @Test(
    "A date, with or without a time and an offset, is read as UTC",
    arguments: [
      ("1970-01-01", 0),
      ("1970-01-01T00:00", 0),
      ("1970-01-01T00:00:01Z", 1_000_000_000),
      ("1970-01-01 00:00:01", 1_000_000_000),
      ("1970-01-01T00:00:00.5Z", 500_000_000),
      ("1970-01-01T00:00:00,25", 250_000_000),
      ("1970-01-01T00:00:00.1234567890Z", 123_456_789),
      ("1970-01-01T09:00:00+09:00", 0),
      ("1970-01-01T09:00:00+0900", 0),
      ("1969-12-31T19:00:00-05", 0),
      ("1969-12-31T23:59:59Z", -1_000_000_000),
      ("2000-02-29T12:00:00z", 951_825_600_000_000_000),
      ("2026-11-23t08:30:00Z", 1_795_422_600_000_000_000),
      ("2262-04-11T23:47:16Z", 9_223_372_036_000_000_000),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(ISO8601.instant(text) == Instant(nanosecondsSinceEpoch: nanoseconds))
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "now", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29",
      "2026-11-31", "2026-11-23T", "2026-11-23T24:00", "2026-11-23T23:60", "2026-11-23T23:59:60",
      "2026-11-23T23:59:59.", "2026-11-23T23:59:59+", "2026-11-23T23:59:59+24:00",
      "2026-11-23T23:59:59+09:60", "2026-11-23X10:00", "2026-11-23T10:00Z ", "0000-01-01",
      "10000-01-01", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
      "1970-01-01T00:00:00.1234567899Z", "２０２６-11-23",
    ])
  func refuses(text: String) {
    #expect(ISO8601.instant(text) == nil)
  }

  @Test(
    "Every moment of the years 0001 to 9999 is read and written",
    arguments: [
      ("0001-01-01T00:00:00Z", -62_135_596_800, 0), ("1600-01-01T00:00:00Z", -11_676_096_000, 0),
      ("1677-09-21T00:12:43.145224191Z", -9_223_372_037, 145_224_191),
      ("2262-04-12T00:00:00Z", 9_223_372_800, 0),
      ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999),
    ] as [(String, Int64, Int32)])
  func wholeRange(text: String, seconds: Int64, nanosecond: Int32) {
    let instant = Instant(secondsSinceEpoch: seconds, nanosecond: nanosecond)
    #expect(ISO8601.instant(text) == instant)
    #expect(ISO8601.text(instant) == text)
  }

  @Test("A fixed number of digits gives one width, whatever the moment", arguments: 0...9)
  func fixedWidth(fractionDigits: Int) {
    let texts = [Instant.earliest, Instant(nanosecondsSinceEpoch: 120_000_000), .latest].map {
      ISO8601.text($0, fractionDigits: fractionDigits)
    }
    #expect(Set(texts.map(\.utf8.count)) == [fractionDigits == 0 ? 20 : 21 + fractionDigits])
    #expect(texts == texts.sorted())
    #expect(texts[1].hasPrefix("1970-01-01T00:00:00"))
    #expect(
      texts[1].dropFirst(19)
        == (fractionDigits == 0 ? "Z" : "." + "120000000".prefix(fractionDigits) + "Z"))
  }
}
