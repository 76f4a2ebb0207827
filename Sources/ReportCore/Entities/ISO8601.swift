internal import Texts

/// Reads ISO 8601 moments as filters and options write them: `2026-11-23`, `2026-11-23T08:30`,
/// `2026-11-23 08:30:15.25`, with `Z`, `+09:00`, `+0900` or nothing (UTC) behind the time.
package enum ISO8601 {
  /// The moment, or nil if the text is none, or names a year beyond 0001 to 9999 in UTC, or more
  /// than whole nanoseconds.
  package static func instant(_ text: String) -> Instant? {
    var scanner = Scanner(bytes: Array(text.utf8))
    guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2),
      scanner.take("-"), let day = scanner.digits(2), let days = CivilDate.days(year, month, day)
    else { return nil }
    var seconds = days * 86_400
    var nanoseconds: Int64 = 0
    if !scanner.isAtEnd {
      guard scanner.take("T") || scanner.take("t") || scanner.take(" "),
        let hour = scanner.digits(2), hour < 24, scanner.take(":"),
        let minute = scanner.digits(2), minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if scanner.take(":") {
        guard let second = scanner.digits(2), second < 60 else { return nil }
        seconds += second
        if scanner.take(".") || scanner.take(",") {
          guard let fraction = scanner.fraction() else { return nil }
          nanoseconds = fraction
        }
      }
      guard let offset = scanner.offset() else { return nil }
      seconds -= offset
    }
    let range = Instant.earliest.secondsSinceEpoch...Instant.latest.secondsSinceEpoch
    guard scanner.isAtEnd, range.contains(seconds) else { return nil }
    return Instant(secondsSinceEpoch: seconds, nanosecond: Int32(nanoseconds))
  }
}

extension ISO8601 {
  private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }

    private mutating func digit() -> Int64? {
      guard index < bytes.count,
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
      else { return nil }
      defer { index += 1 }
      return Int64(bytes[index] - UInt8(ascii: "0"))
    }

    mutating func digits(_ count: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Nanoseconds of one or more fraction digits; nil if those past the ninth say something.
    mutating func fraction() -> Int64? {
      guard var value = digit() else { return nil }
      var count = 1
      while let digit = digit() {
        if count < 9 {
          value = value * 10 + digit
          count += 1
        } else if digit > 0 {
          return nil
        }
      }
      while count < 9 {
        value *= 10
        count += 1
      }
      return value
    }

    /// Seconds east of UTC; zero where nothing is said.
    mutating func offset() -> Int64? {
      if isAtEnd || take("Z") || take("z") { return 0 }
      let sign: Int64
      if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
      guard let hours = digits(2), hours < 24 else { return nil }
      if isAtEnd { return sign * hours * 3600 }
      _ = take(":")
      guard let minutes = digits(2), minutes < 60 else { return nil }
      return sign * (hours * 3600 + minutes * 60)
    }
  }
}

extension ISO8601 {
  /// A moment as RFC 3339 in UTC, with 0, 3, 6 or 9 digits of a second's fraction: for people and
  /// JSON. Texts that are compared have `text(_:fractionDigits:)`.
  package static func text(_ instant: Instant) -> String {
    let nanosecond = instant.nanosecond
    let digits =
      nanosecond == 0 ? 0 : nanosecond % 1_000_000 == 0 ? 3 : nanosecond % 1000 == 0 ? 6 : 9
    return text(instant, fractionDigits: digits)
  }

  /// A moment as RFC 3339 in UTC, always of the same width, so that texts are ordered as their
  /// moments are. What has no room is cut off.
  ///
  /// - Parameter fractionDigits: from 0 to 9.
  package static func text(_ instant: Instant, fractionDigits: Int) -> String {
    let parts = CalendarParts(instant)
    var text = parts.date + "T" + parts.time
    if fractionDigits > 0 { text += "." + parts.fraction.prefix(fractionDigits) }
    return text + "Z"
  }

  /// A moment as SQLite's `datetime()` writes it: `2026-11-23 08:30:00`.
  package static func sqlText(_ instant: Instant) -> String {
    let parts = CalendarParts(instant)
    return parts.date + " " + parts.time
  }
}
