import ReportCore
import ReportwireTestKit

extension SeededGenerator {
  /// Texts made of what matters to CSV and JSON, and of anything else.
  mutating func text() -> String {
    let parts = [
      "", " ", "\"", "\"\"", ",", ";", "|", "\t", "\r", "\n", "\r\n", "=", "+", "-", "@", "'", "\\",
      "a", "word", "1.5", "é", "e\u{301}", "日本", "🚀", "\u{0}", "\u{1F}", "\u{7F}", "\u{2028}",
      "\u{FEFF}",
    ]
    return (0..<Int.random(in: 0...6, using: &self)).map { _ in
      parts.randomElement(using: &self) ?? ""
    }.joined()
  }

  mutating func double() -> Double {
    switch Int.random(in: 0...3, using: &self) {
    case 0: Double(bitPattern: next())
    case 1: Double(Int64.random(in: -1_000_000...1_000_000, using: &self)) / 100
    case 2: Double(Int64(bitPattern: next()))
    default: Double.random(in: -1...1, using: &self)
    }
  }

  mutating func cell() -> Cell {
    switch Int.random(in: 0...9, using: &self) {
    case 0: .null
    case 6: .boolean(Bool.random(using: &self))
    case 7: .date(Instant(secondsSinceEpoch: seconds()).day)
    case 8:
      .instant(
        Instant(
          secondsSinceEpoch: seconds(),
          nanosecond: [0, 1, 500, 120_000_000, 999_999_999].randomElement(using: &self) ?? 0))
    case 9: .decimal(decimal())
    case 1: .integer(Int64(bitPattern: next()) >> Int64.random(in: 0...63, using: &self))
    case 2: .double(double())
    case 3:
      .blob(
        (0..<Int.random(in: 0...8, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) })
    default: .text(text())
    }
  }

  /// Of the years 0001 to 9999.
  private mutating func seconds() -> Int64 {
    Int64.random(
      in: Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch, using: &self)
  }

  private mutating func decimal() -> ExactDecimal {
    let digits = (0..<Int.random(in: 1...40, using: &self)).map { _ in
      String(Int.random(in: 0...9, using: &self))
    }.joined()
    let point = digits.index(
      digits.startIndex, offsetBy: Int.random(in: 0..<digits.count, using: &self))
    let text = (Bool.random(using: &self) ? "-" : "") + digits[..<point] + "." + digits[point...]
    return ExactDecimal(text) ?? ExactDecimal(0)
  }
}

extension Instant {
  /// The day that it is of in UTC.
  fileprivate var day: CalendarDate {
    guard let day = CalendarDate(String(ISO8601.text(self).prefix(10))) else {
      preconditionFailure("no day of \(self)")
    }
    return day
  }
}

/// `2026-11-23`, by way of another function than the renderers'.
func isoText(_ date: CalendarDate) -> String {
  String(ISO8601.text(date.midnight).prefix(10))
}
