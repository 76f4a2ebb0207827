private import ReportCore

/// The wall clock as log lines write it.
package enum SystemTime {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  @Sendable
  package static func now() -> Int64 {
    SystemClock().now.nanosecondsSinceEpoch
  }

  /// Appends `2026-11-23T17:05:00.123456Z`.
  static func append(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
    let microseconds = nanoseconds.floored(by: 1000)
    let seconds = microseconds.quotient.floored(by: 1_000_000)
    let day = seconds.quotient.floored(by: 86_400)
    let (year, month, dayOfMonth) = CalendarParts.date(day.quotient)
    let second = Int(day.remainder)
    append(Int(year), digits: 4, to: &bytes)
    for (separator, value) in [("-", Int(month)), ("-", Int(dayOfMonth)), ("T", second / 3600)] {
      bytes.append(contentsOf: separator.utf8)
      append(value, digits: 2, to: &bytes)
    }
    bytes.append(UInt8(ascii: ":"))
    append(second / 60 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(second % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    append(Int(seconds.remainder), digits: 6, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}

extension Int64 {
  /// Division towards negative infinity.
  fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
