/// A day of the Gregorian calendar, of the years 0001 to 9999, of no time zone.
package struct CalendarDate: Hashable, Comparable, Sendable {
  /// Negative before 1970-01-01.
  package let daysSinceEpoch: Int32

  /// nil if there is no such day.
  package init?(year: Int64, month: Int64, day: Int64) {
    guard let days = ISO8601.days(year, month, day) else { return nil }
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
    CalendarParts.date(Int64(daysSinceEpoch))
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
    let (days, secondOfDay) = Self.floored(instant.secondsSinceEpoch, by: 86_400)
    let (year, month, day) = Self.date(days)
    self.year = Self.padded(year, 4)
    self.month = Self.padded(month, 2)
    self.day = Self.padded(day, 2)
    hour = Self.padded(secondOfDay / 3600, 2)
    minute = Self.padded(secondOfDay / 60 % 60, 2)
    second = Self.padded(secondOfDay % 60, 2)
    fraction = Self.padded(Int64(instant.nanosecond), 9)
  }

  /// `2026-11-23`.
  var date: String { "\(year)-\(month)-\(day)" }
  /// `08:30:00`.
  var time: String { "\(hour):\(minute):\(second)" }

  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// Year, month and day of a day since 1970-01-01 in the proleptic Gregorian calendar: the inverse of
  /// `ISO8601.days`.
  package static func date(_ days: Int64) -> (Int64, Int64, Int64) {
    let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Months counted from March.
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
