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
