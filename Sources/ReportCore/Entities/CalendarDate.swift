internal import Texts

/// A day of the Gregorian calendar, of the years 0001 to 9999, of no time zone.
package struct CalendarDate: Hashable, Comparable, Sendable {
  /// Negative before 1970-01-01.
  package let daysSinceEpoch: Int32

  /// nil if there is no such day.
  package init?(year: Int64, month: Int64, day: Int64) {
    guard let days = CivilDate.days(year, month, day) else { return nil }
    daysSinceEpoch = Int32(days)
  }

  /// Reads `2026-11-23` and nothing else.
  package init?(_ text: String) {
    let digits = Array(text.utf8.prefix(11))
    func number(_ range: Range<Int>) -> Int64? {
      digits[range].reduce(Int64?(0)) { value, byte in
        guard let value, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        return value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
    }
    let dash = UInt8(ascii: "-")
    guard digits.count == 10, digits[4] == dash, digits[7] == dash, let year = number(0..<4),
      let month = number(5..<7), let day = number(8..<10)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package var parts: (year: Int64, month: Int64, day: Int64) {
    CivilDate.date(Int64(daysSinceEpoch))
  }

  /// Where the day begins in UTC.
  package var midnight: Instant { Instant(secondsSinceEpoch: Int64(daysSinceEpoch) * 86_400) }

  package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    left.daysSinceEpoch < right.daysSinceEpoch
  }
}

/// A moment as calendar and clock show it, in UTC, each part in digits of its full width.
package struct CalendarParts {
  package let year: String
  package let month: String
  package let day: String
  package let hour: String
  package let minute: String
  package let second: String
  /// Nine digits.
  package let fraction: String

  package init(_ instant: Instant) {
    let (days, secondOfDay) = instant.secondsSinceEpoch.floored(by: 86_400)
    let (year, month, day) = CivilDate.date(days)
    self.year = year.padded(4)
    self.month = month.padded(2)
    self.day = day.padded(2)
    hour = (secondOfDay / 3600).padded(2)
    minute = (secondOfDay / 60 % 60).padded(2)
    second = (secondOfDay % 60).padded(2)
    fraction = Int64(instant.nanosecond).padded(9)
  }

  /// `2026-11-23`.
  var date: String { "\(year)-\(month)-\(day)" }
  /// `08:30:00`.
  var time: String { "\(hour):\(minute):\(second)" }
}
