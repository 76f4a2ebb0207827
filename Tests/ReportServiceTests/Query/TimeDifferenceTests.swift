import ReportCore
import Testing

@testable import ReportService

@Suite("Time differences of filters")
struct TimeDifferenceTests {
  /// Monday, 2026-11-23 08:30:15.5 UTC.
  private let now = ISO8601.instant("2026-11-23T08:30:15.5Z") ?? Instant(secondsSinceEpoch: 0)

  @Test(
    "now, the start of the day and of the week are shifted by whole units",
    arguments: [
      ("now", "2026-11-23T08:30:15.5Z"),
      ("now/d", "2026-11-23"),
      ("now/w", "2026-11-23"),
      ("now-1s", "2026-11-23T08:30:14.5Z"),
      ("now - 2m", "2026-11-23T08:28:15.5Z"),
      ("now -2h", "2026-11-23T06:30:15.5Z"),
      ("now- 2h", "2026-11-23T06:30:15.5Z"),
      ("now/d + 1d", "2026-11-24"),
      ("now/w-1w", "2026-11-16"),
      ("now/d-0s", "2026-11-23"),
      ("now/d+2912116d", "9999-12-31"),
      ("now-105678w", "0001-07-16T08:30:15.5Z"),
    ])
  func reads(text: String, moment: String) {
    #expect(TimeDifference.instant(text, now: now) == ISO8601.instant(moment))
  }

  @Test(
    "The week starts on Monday, also before 1970",
    arguments: [
      ("2026-11-22T23:59:59Z", "2026-11-16"), ("2026-11-24", "2026-11-23"),
      ("1970-01-01", "1969-12-29"), ("1969-12-28T10:00Z", "1969-12-22"),
    ])
  func startsOfWeeks(now: String, monday: String) throws {
    let now = try #require(ISO8601.instant(now))
    #expect(TimeDifference.instant("now/w", now: now) == ISO8601.instant(monday))
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "Now", "now/m", "now+", "now+1", "now+d", "now++1d", "now  +1d", "now +  1d", "now+1dd",
      "now-9223372036854775807w", "now+99999999999999999999s", "now+500000w", "now-200000w",
      "yesterday",
    ])
  func refuses(text: String) {
    #expect(TimeDifference.instant(text, now: now) == nil)
  }
}
