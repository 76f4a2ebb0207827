internal import ReportCore

/// Values that are written alike wherever nothing else is asked for.
extension [UInt8] {
  mutating func appendBoolean(_ value: Bool) {
    append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// Appends the fewest digits that read back as the same, or `NaN`, `Infinity`, `-Infinity`.
  mutating func appendDouble(_ value: Double) {
    if value.isFinite {
      appendShortest(value)
    } else if value.isNaN {
      append(contentsOf: "NaN".utf8)
    } else {
      append(contentsOf: (value < 0 ? "-Infinity" : "Infinity").utf8)
    }
  }

  /// Appends `2026-11-23`.
  mutating func appendDate(_ date: CalendarDate) {
    let (year, month, day) = date.parts
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: year / 1000))
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: year / 100 % 10))
    appendTwoDigits(year % 100)
    append(UInt8(ascii: "-"))
    appendTwoDigits(month)
    append(UInt8(ascii: "-"))
    appendTwoDigits(day)
  }

  /// Appends RFC 3339 in UTC, such as `2026-11-23T08:30:00Z`, with 0, 3, 6 or 9 digits of a second's
  /// fraction: as many as it takes; or in the time of a zone, such as `2026-11-23T09:30:00+01:00`.
  mutating func appendInstant(_ instant: Instant, _ localTime: LocalTime?) {
    append(contentsOf: (localTime?.text(instant) ?? ISO8601.text(instant)).utf8)
  }

  /// Of a number from 0 to 99.
  private mutating func appendTwoDigits(_ value: Int64) {
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
}
