internal import Texts

/// How a time zone's clocks go on after the last change that its file lists: the TZ string of POSIX,
/// with the extensions of RFC 9636, section 3.3.1, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
  /// A change that comes back each year.
  private struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// From 1 to 365; 29 February is never counted.
      case julian(Int64)
      /// From 0 to 365.
      case ofYear(Int64)
      /// The weekday (0 is Sunday) of a week from 1 to 5 of a month; the fifth is the last.
      case weekday(month: Int64, week: Int64, day: Int64)
    }

    var day: Day
    /// Seconds of the clock before the change, from midnight on; may be of another day.
    var second: Int64 = 7200
  }

  /// Seconds east of UTC.
  let standard: Int64
  private let summer: Summer?

  private struct Summer: Hashable, Sendable {
    var offset: Int64
    var start: Change
    var end: Change
  }

  /// Reads a TZ string; nil if it is none.
  init?(_ text: [UInt8]) {
    var reader = Reader(rest: text[...])
    guard reader.skipName(), let standard = reader.time(hoursMax: 24) else { return nil }
    self.standard = -standard
    guard !reader.rest.isEmpty else {
      summer = nil
      return
    }
    guard reader.skipName() else { return nil }
    var offset = self.standard + 3600
    if reader.rest.first != UInt8(ascii: ",") {
      guard let given = reader.time(hoursMax: 24) else { return nil }
      offset = -given
    }
    guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else {
      return nil
    }
    summer = Summer(offset: offset, start: start, end: end)
  }

  /// The changes of a year as moments of UTC, each with the offset from then on, in their order; none
  /// for years that calendars here do not have.
  func changes(in year: Int64) -> [(at: Int64, offset: Int64)] {
    guard let summer, let newYear = CivilDate.days(year, 1, 1) else { return [] }
    func second(_ change: Change) -> Int64 {
      Self.day(change.day, newYear, year) * 86_400 + change.second
    }
    let start = (at: second(summer.start) - standard, offset: summer.offset)
    let end = (at: second(summer.end) - summer.offset, offset: standard)
    return start.at < end.at ? [start, end] : [end, start]
  }

  private static func day(_ day: Change.Day, _ newYear: Int64, _ year: Int64) -> Int64 {
    switch day {
    case .julian(let number):
      let isLeap = CivilDate.days(year, 2, 29) != nil
      return newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
    case .ofYear(let number): return newYear + number
    case .weekday(let month, let week, let weekday):
      let first = CivilDate.days(year, month, 1) ?? newYear
      // 1970-01-01 was a Thursday.
      let firstWeekday = (first + 4).floored(by: 7).remainder
      var day = first + (weekday - firstWeekday).floored(by: 7).remainder + (week - 1) * 7
      while CivilDate.date(day).month != month { day -= 7 }
      return day
    }
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    private mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    /// An abbreviation: three letters or more, or anything in angle brackets.
    mutating func skipName() -> Bool {
      if take(UInt8(ascii: "<")) {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
        rest = rest[(end + 1)...]
        return true
      }
      let name = rest.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0 & 0xDF) }
      rest = rest[name.endIndex...]
      return name.count >= 3
    }

    private mutating func number(max: Int64) -> Int64? {
      var value: Int64 = 0
      var count = 0
      while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 3
      {
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        rest.removeFirst()
        count += 1
      }
      return count > 0 && value <= max ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(hoursMax: Int64) -> Int64? {
      let isNegative = take(UInt8(ascii: "-"))
      if !isNegative { _ = take(UInt8(ascii: "+")) }
      guard var seconds = number(max: hoursMax).map({ $0 * 3600 }) else { return nil }
      for unit: Int64 in [60, 1] where take(UInt8(ascii: ":")) {
        guard let part = number(max: 59) else { return nil }
        seconds += part * unit
      }
      return isNegative ? -seconds : seconds
    }

    /// `,date[/time]`.
    mutating func change() -> Change? {
      guard take(UInt8(ascii: ",")), let day = day() else { return nil }
      var change = Change(day: day)
      if take(UInt8(ascii: "/")) {
        guard let second = time(hoursMax: 167) else { return nil }
        change.second = second
      }
      return change
    }

    private mutating func day() -> Change.Day? {
      if take(UInt8(ascii: "J")) {
        return number(max: 365).flatMap { $0 > 0 ? .julian($0) : nil }
      }
      guard take(UInt8(ascii: "M")) else { return number(max: 365).map { .ofYear($0) } }
      guard let month = number(max: 12), month > 0, take(UInt8(ascii: ".")),
        let week = number(max: 5), week > 0, take(UInt8(ascii: ".")), let day = number(max: 6)
      else { return nil }
      return .weekday(month: month, week: week, day: day)
    }
  }
}
