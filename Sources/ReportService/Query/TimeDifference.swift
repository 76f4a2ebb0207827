internal import ReportCore

/// Reads the moments of the `timediff_*` operators: `now`, `now/d` (start of the day), `now/w`
/// (Monday), in UTC, then optionally `+` or `-` and a number of `s`, `m`, `h`, `d` or `w`.
enum TimeDifference {
  /// The moment, or nil if the text is none.
  static func instant(_ text: String, now: Instant) -> Instant? {
    // The longest has 2 + 19 digits and signs; more is not compared, which for a letter with many
    // marks would take long.
    guard text.utf8.count <= 64 else { return nil }
    var rest = Substring(text)
    guard rest.hasPrefix("now") else { return nil }
    rest = rest.dropFirst(3)
    var seconds = now.secondsSinceEpoch
    var nanosecond = now.nanosecond
    if rest.hasPrefix("/d") || rest.hasPrefix("/w") {
      var days = floorDivide(seconds, 86_400)
      // 1970-01-01 was a Thursday, three days after a Monday.
      if rest.hasPrefix("/w") { days -= days + 3 - floorDivide(days + 3, 7) * 7 }
      seconds = days * 86_400
      nanosecond = 0
      rest = rest.dropFirst(2)
    }
    guard let shift = shift(&rest), rest.isEmpty else { return nil }
    let (sum, overflow) = seconds.addingReportingOverflow(shift)
    // Before the first moment and after the last there is none to compare with.
    let range = Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch
    guard !overflow, range.contains(sum) else { return nil }
    return Instant(secondsSinceEpoch: sum, nanosecond: nanosecond)
  }

  /// Seconds to add; zero where nothing is said, nil where what is said cannot be read.
  private static func shift(_ rest: inout Substring) -> Int64? {
    if rest.isEmpty { return 0 }
    if rest.first == " " { rest = rest.dropFirst() }
    guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
    rest = rest.dropFirst()
    if rest.first == " " { rest = rest.dropFirst() }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard let count = Int64(digits) else { return nil }
    rest = rest.dropFirst(digits.count)
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    guard let unit = rest.first.flatMap({ units[$0] }) else { return nil }
    rest = rest.dropFirst()
    let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : (sign == "-" ? -seconds : seconds)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}
