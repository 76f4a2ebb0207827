/// One value of a row.
///
/// SQLite has the first five kinds; the others come from sources that know them, and where a
/// template gives a column a type (`ColumnType`).
package enum Cell: Hashable, Sendable {
  case null
  case integer(Int64)
  case double(Double)
  case text(String)
  case blob([UInt8])
  case decimal(ExactDecimal)
  case boolean(Bool)
  /// A day of no time zone.
  case date(CalendarDate)
  case instant(Instant)
}

/// How the values of a column are written: a small part of what spreadsheets have, checked when the
/// template is loaded.
///
/// - Numbers: `0` or `#,##0`, then optionally a point and a `0` for each of up to 15 decimals, then
///   optionally `%`. More zeros in front, as in `000`, fill up to so many digits.
/// - Moments: `yyyy`, `mm` and `dd`, each once at most and in any order, with `-`, `/` or `.` between;
///   `hh:mm`, `hh:mm:ss` or `hh:mm:ss.000`; or both with a space or `T` between. UTC.
package enum CellFormat: Hashable, Sendable {
  case number(Number)
  case moment([Part])

  package struct Number: Hashable, Sendable {
    /// Digits before the point at least.
    package var integerDigits: Int
    /// Digits behind the point, always.
    package var decimals: Int
    /// Commas between thousands.
    package var isGrouped: Bool
    /// A hundred times the value, and a percent sign.
    package var isPercent: Bool

    package init(
      integerDigits: Int = 1, decimals: Int = 0, isGrouped: Bool = false, isPercent: Bool = false
    ) {
      self.integerDigits = integerDigits
      self.decimals = decimals
      self.isGrouped = isGrouped
      self.isPercent = isPercent
    }
  }

  /// A piece of a moment, or what stands between.
  package enum Part: Hashable, Sendable {
    case year, month, day, hour, minute, second, millisecond
    case separator(UInt8)
  }

  /// What may be written, for messages.
  package static let grammar =
    "a number is 0, 0.00, #,##0.00 or 0.0% with as many decimals as you like up to 15, a date and "
    + "time such as yyyy-mm-dd, dd.mm.yyyy or yyyy-mm-dd hh:mm:ss"

  private static let decimalsMax = 15
  private static let integerDigitsMax = 18

  /// Reads a format; nil if it is none.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    if let number = Self.number(bytes[...]) {
      self = .number(number)
    } else if let parts = Self.moment(bytes[...]) {
      self = .moment(parts)
    } else {
      return nil
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Number? {
    var rest = bytes
    var number = Number()
    if rest.last == UInt8(ascii: "%") {
      number.isPercent = true
      rest.removeLast()
    }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2 else { return nil }
    if parts.count == 2 {
      guard isZeros(parts[1]), parts[1].count <= decimalsMax else { return nil }
      number.decimals = parts[1].count
    }
    if whole.elementsEqual("#,##0".utf8) {
      number.isGrouped = true
    } else {
      guard isZeros(whole), whole.count <= integerDigitsMax else { return nil }
      number.integerDigits = whole.count
    }
    return number
  }

  private static func isZeros(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 == UInt8(ascii: "0") }
  }

  private static func moment(_ bytes: ArraySlice<UInt8>) -> [Part]? {
    if let time = time(bytes) { return time }
    guard let index = bytes.firstIndex(where: { $0 == 0x20 || $0 == UInt8(ascii: "T") }) else {
      return date(bytes)
    }
    guard let date = date(bytes[..<index]), let time = time(bytes[(index + 1)...]) else {
      return nil
    }
    return date + [.separator(bytes[index])] + time
  }

  private static func date(_ bytes: ArraySlice<UInt8>) -> [Part]? {
    let separators = "-/.".utf8
    guard let separator = bytes.first(where: separators.contains) ?? separators.first else {
      return nil
    }
    var parts: [Part] = []
    for word in bytes.split(separator: separator, omittingEmptySubsequences: false) {
      let part: Part
      switch String(decoding: word, as: UTF8.self) {
      case "yyyy": part = .year
      case "mm": part = .month
      case "dd": part = .day
      default: return nil
      }
      guard !parts.contains(part) else { return nil }
      if !parts.isEmpty { parts.append(.separator(separator)) }
      parts.append(part)
    }
    return parts
  }

  private static func time(_ bytes: ArraySlice<UInt8>) -> [Part]? {
    let colon = Part.separator(UInt8(ascii: ":"))
    let point = Part.separator(UInt8(ascii: "."))
    switch String(decoding: bytes, as: UTF8.self) {
    case "hh:mm": return [.hour, colon, .minute]
    case "hh:mm:ss": return [.hour, colon, .minute, colon, .second]
    case "hh:mm:ss.000":
      return [.hour, colon, .minute, colon, .second, point, .millisecond]
    default: return nil
    }
  }
}
