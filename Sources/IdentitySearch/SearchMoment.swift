internal import ReportCore
internal import Texts

/// The time that a query means by a date or by date math: from its first second to the one after its
/// last, for `2025-03` is a month and `now/d` a day.
///
///     moment = ("now" | date ["||"]) { ("+" | "-") [number] unit | "/" unit }
///     unit   = "y" | "M" | "w" | "d" | "H" | "h" | "m" | "s"
struct SearchMoment: Hashable {
  /// RFC 3339 with whole seconds, as the tables have them.
  let start: String
  /// Behind its end.
  let end: String

  /// What a moment looks like, for messages.
  static let grammar =
    "a date such as 2025-03-01 or 2025-03-01T08:30:00Z, or now with steps such as now-7d/d, in the "
    + "years 1 to 9998"

  /// - Returns: nil if the text is none, or leads out of the years 0001 to 9998.
  init?(_ text: String, now: Instant) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let (anchor, width) = reader.anchor(now: now) else { return nil }
    var seconds = anchor
    var unit = width
    while let step = reader.step() {
      switch step {
      case .round(let to):
        guard let start = to.start(of: seconds) else { return nil }
        (seconds, unit) = (start, to)
      case .add(let count, let of):
        guard let moved = of.add(count, to: seconds) else { return nil }
        seconds = moved
      }
    }
    guard reader.isAtEnd, let end = unit.add(1, to: seconds) else { return nil }
    start = ISO8601.text(Instant(secondsSinceEpoch: seconds), fractionDigits: 0)
    self.end = ISO8601.text(Instant(secondsSinceEpoch: end), fractionDigits: 0)
  }

  private enum Unit {
    case year, month, week, day, hour, minute, second

    init?(_ byte: UInt8?) {
      switch byte {
      case UInt8(ascii: "y"): self = .year
      case UInt8(ascii: "M"): self = .month
      case UInt8(ascii: "w"): self = .week
      case UInt8(ascii: "d"): self = .day
      case UInt8(ascii: "H"), UInt8(ascii: "h"): self = .hour
      case UInt8(ascii: "m"): self = .minute
      case UInt8(ascii: "s"): self = .second
      default: return nil
      }
    }

    private var seconds: Int64 {
      switch self {
      case .year, .month, .second: 1
      case .minute: 60
      case .hour: 3600
      case .day: 86_400
      case .week: 604_800
      }
    }

    private var months: Int64? {
      switch self {
      case .year: 12
      case .month: 1
      case .week, .day, .hour, .minute, .second: nil
      }
    }

    /// The year 9999 has no second behind its last.
    private static let bounds =
      Instant.earliest.secondsSinceEpoch...(Instant.latest.secondsSinceEpoch - 366 * 86_400)

    /// - Parameter count: below a hundred million, either way.
    func add(_ count: Int64, to moment: Int64) -> Int64? {
      let moved: Int64
      if let months {
        let (days, time) = moment.floored(by: 86_400)
        let date = CivilDate.date(days)
        let (year, month) = (date.year * 12 + date.month - 1 + count * months).floored(by: 12)
        // The last day of a shorter month stands for those that it lacks.
        guard
          let day = (0...3).lazy.compactMap({ CivilDate.days(year, month + 1, date.day - $0) })
            .first
        else { return nil }
        moved = day * 86_400 + time
      } else {
        moved = moment + count * seconds
      }
      return Self.bounds.contains(moved) ? moved : nil
    }

    func start(of moment: Int64) -> Int64? {
      let days = moment.floored(by: 86_400).quotient
      let date = CivilDate.date(days)
      switch self {
      case .year: return CivilDate.days(date.year, 1, 1).map { $0 * 86_400 }
      case .month: return CivilDate.days(date.year, date.month, 1).map { $0 * 86_400 }
      // 1970-01-01 was a Thursday; weeks begin on Monday.
      case .week: return add(0, to: (days - (days + 3).floored(by: 7).remainder) * 86_400)
      case .day, .hour, .minute, .second:
        return moment - moment.floored(by: seconds).remainder
      }
    }
  }

  private enum Step {
    case add(Int64, Unit)
    case round(Unit)
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Where it begins, and how long it is if nothing else is said.
    mutating func anchor(now: Instant) -> (Int64, Unit)? {
      if bytes.starts(with: "now".utf8) {
        index = 3
        return (now.secondsSinceEpoch, .second)
      }
      let end = bars ?? bytes.count
      let text = String(decoding: bytes[..<end], as: UTF8.self)
      index = min(end + 2, bytes.count)
      let (padded, unit): (String, Unit)
      switch end {
      case 4: (padded, unit) = (text + "-01-01", .year)
      case 7: (padded, unit) = (text + "-01", .month)
      case 10: (padded, unit) = (text, .day)
      case 16: (padded, unit) = (text, .minute)
      default: (padded, unit) = (text, .second)
      }
      guard let instant = ISO8601.instant(padded) else { return nil }
      return (instant.secondsSinceEpoch, unit)
    }

    /// Where `||` stands.
    private var bars: Int? {
      bytes.indices.dropLast().first {
        bytes[$0] == UInt8(ascii: "|") && bytes[$0 + 1] == UInt8(ascii: "|")
      }
    }

    mutating func step() -> Step? {
      let sign = peek
      guard sign == UInt8(ascii: "/") || sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      else { return nil }
      index += 1
      if sign == UInt8(ascii: "/") { return unit().map { .round($0) } }
      let start = index
      var count: Int64 = 0
      while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte),
        index - start < 8
      {
        count = count * 10 + Int64(byte - UInt8(ascii: "0"))
        index += 1
      }
      if index == start { count = 1 }
      return unit().map { .add(sign == UInt8(ascii: "-") ? -count : count, $0) }
    }

    private mutating func unit() -> Unit? {
      guard let unit = Unit(peek) else {
        // Nothing reads on from here.
        index = bytes.count + 1
        return nil
      }
      index += 1
      return unit
    }
  }
}
