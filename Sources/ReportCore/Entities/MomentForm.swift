/// How a template's table writes moments, so that what is bound to a `datetime` parameter can be
/// compared with them: each form has one width, or is a number.
package enum MomentForm: String, Hashable, Sendable, CaseIterable {
  /// `2026-11-23T08:30:00.000Z`.
  case rfc3339Milliseconds = "rfc3339_milliseconds"
  /// `2026-11-23T08:30:00Z`.
  case rfc3339Seconds = "rfc3339_seconds"
  /// `2026-11-23 08:30:00` in UTC, as SQLite's `datetime()` and CURRENT_TIMESTAMP write it.
  case sql
  case epochSeconds = "epoch_seconds"
  case epochMilliseconds = "epoch_milliseconds"

  /// The least number of nanoseconds that the form can tell apart.
  var stepNanoseconds: Int32 {
    switch self {
    case .rfc3339Milliseconds, .epochMilliseconds: 1_000_000
    case .rfc3339Seconds, .sql, .epochSeconds: 1_000_000_000
    }
  }

  /// Whether it can say the moment exactly.
  func holds(_ instant: Instant) -> Bool {
    instant.nanosecond % stepNanoseconds == 0
  }

  /// The moment as it is bound. What the form has no room for is cut off.
  func cell(_ instant: Instant) -> Cell {
    switch self {
    case .rfc3339Milliseconds: .text(ISO8601.text(instant, fractionDigits: 3))
    case .rfc3339Seconds: .text(ISO8601.text(instant, fractionDigits: 0))
    case .sql: .text(ISO8601.sqlText(instant))
    case .epochSeconds: .integer(instant.secondsSinceEpoch)
    case .epochMilliseconds:
      .integer(instant.secondsSinceEpoch * 1000 + Int64(instant.nanosecond / 1_000_000))
    }
  }
}
