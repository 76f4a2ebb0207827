import ReportCore
import Testing

@testable import IdentitySearch

@Suite struct SearchMomentTests {
  private let now = IdentitySearch.now

  @Test(arguments: [
    ("2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ("2025-02", "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"),
    ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
    ("2025-03-01T08:30", "2025-03-01T08:30:00Z", "2025-03-01T08:31:00Z"),
    ("2025-03-01T08:30:15Z", "2025-03-01T08:30:15Z", "2025-03-01T08:30:16Z"),
    ("2025-03-01T08:30:15+02:00", "2025-03-01T06:30:15Z", "2025-03-01T06:30:16Z"),
    ("now", "2025-11-28T12:34:56Z", "2025-11-28T12:34:57Z"),
    ("now-7d", "2025-11-21T12:34:56Z", "2025-11-21T12:34:57Z"),
    ("now-7d/d", "2025-11-21T00:00:00Z", "2025-11-22T00:00:00Z"),
    ("now/w", "2025-11-24T00:00:00Z", "2025-12-01T00:00:00Z"),
    ("now/M-1M", "2025-10-01T00:00:00Z", "2025-11-01T00:00:00Z"),
    ("now/y", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ("now+1h/h", "2025-11-28T13:00:00Z", "2025-11-28T14:00:00Z"),
    ("now-d", "2025-11-27T12:34:56Z", "2025-11-27T12:34:57Z"),
    ("2025-01-31||+1M", "2025-02-28T00:00:00Z", "2025-03-01T00:00:00Z"),
    ("2025-01-31||", "2025-01-31T00:00:00Z", "2025-02-01T00:00:00Z"),
  ])
  func aMomentIsAllTheTimeThatItNames(text: String, start: String, end: String) throws {
    let moment = try #require(SearchMoment(text, now: now))
    #expect(moment.start == start)
    #expect(moment.end == end)
  }

  @Test(arguments: [
    "", "now-", "now7d", "now/x", "2025-13", "2025-02-30", "today", "now||", "2025-01-01|+1d",
    "now+99999999y", "now-99999999d", "9999-12-31", "0001-01-01||-1d", "now+123456789s", "|", "||",
  ])
  func whatIsNoneIsRefused(text: String) {
    #expect(SearchMoment(text, now: now) == nil)
  }
}
