import ReportCore
import Synchronization
internal import Texts

/// What `Date` says of now (RFC 9110, section 5.6.7), which is written once a second. Each loop has one of its
/// own: a core waits for what another one has just counted.
final class HTTPDate: Sendable {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private let clock = SystemClock()
  private let last = Mutex<(seconds: Int64, text: String)>((.min, ""))

  /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  var now: String {
    let seconds = clock.now.secondsSinceEpoch
    return last.withLock { last in
      if last.seconds != seconds { last = (seconds, Self.text(seconds)) }
      return last.text
    }
  }

  /// The same of so many seconds since 1970.
  static func text(_ seconds: Int64) -> String {
    let (day, second) = seconds.floored(by: 86_400)
    let date = CivilDate.date(day)
    // The first day of 1970 was a Thursday.
    let weekday = days[Int((day + 4).floored(by: 7).remainder)]
    let time = [second / 3600, second / 60 % 60, second % 60].map { $0.padded(2) }
    return
      "\(weekday), \(date.day.padded(2)) \(months[Int(date.month) - 1]) \(date.year.padded(4)) "
      + time.joined(separator: ":") + " GMT"
  }
}
