internal import ReportCore

/// Text as the XML of a spreadsheet has it.
extension [UInt8] {
  /// Appends a text of a cell. What XML cannot say is `_x0007_` (ECMA-376, 22.9.2.19, ST_Xstring),
  /// and so is the carriage return, which XML would read as a line feed; what only looks so has its
  /// first underscore written that way.
  mutating func appendSheetText(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.contains(where: Self.isSpecial) else { return append(contentsOf: text) }
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "&"): append(contentsOf: "&amp;".utf8)
      case UInt8(ascii: "<"): append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): append(contentsOf: "&gt;".utf8)
      case UInt8(ascii: "\t"), UInt8(ascii: "\n"): append(byte)
      case 0..<0x20: appendSheetEscape(UInt16(byte))
      case UInt8(ascii: "_"):
        if Self.looksEscaped(text[index...]) { appendSheetEscape(0x5F) } else { append(byte) }
      default:
        append(byte)
        // U+FFFE and U+FFFF, which are no characters of XML, are EF BF BE and EF BF BF.
        if byte >= 0xBE, index >= 2, text[index - 1] == 0xBF, text[index - 2] == 0xEF {
          removeLast(3)
          appendSheetEscape(byte == 0xBE ? 0xFFFE : 0xFFFF)
        }
      }
    }
  }

  /// Appends text between the tags or quotes of XML; what XML cannot say is a space.
  mutating func appendXML(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": append(contentsOf: "&amp;".utf8)
      case "<": append(contentsOf: "&lt;".utf8)
      case ">": append(contentsOf: "&gt;".utf8)
      case "\"": append(contentsOf: "&quot;".utf8)
      case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": append(UInt8(ascii: " "))
      default: append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
  }

  private mutating func appendSheetEscape(_ unit: UInt16) {
    append(contentsOf: "_x".utf8)
    for shift in stride(from: 12, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
    append(UInt8(ascii: "_"))
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "_") || byte == 0xEF
  }

  /// Whether a text begins as `_x0041_` does.
  private static func looksEscaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard text.count >= 7 else { return false }
    let start = text.startIndex
    guard text[start + 1] == UInt8(ascii: "x"), text[start + 6] == UInt8(ascii: "_") else {
      return false
    }
    return text[(start + 2)..<(start + 6)].allSatisfy { digit in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
        UInt8(ascii: "a")...UInt8(ascii: "f"):
        true
      default: false
      }
    }
  }
}

/// How wide text is, in the digits that spreadsheets measure columns by.
enum SheetWidth {
  /// Of the first characters; nobody makes a column wider.
  static func of(_ text: String, limit: Int) -> Int {
    var width = 0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        width += 2
      case 0x20...0x2FF: width += 1
      default:
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: break
        default: width += 1
        }
      }
      if width >= limit { return limit }
    }
    return width
  }
}

/// Names of sheets that Excel takes: 1 to 31 UTF-16 units, without `[ ] : * ? / \` and controls, no
/// apostrophe at either end, not `History`, no two alike whatever their case.
struct SheetNames {
  private let base: String

  private static let unitsMax = 31

  /// - Parameter title: what the sheets are to be named after; any text.
  init(_ title: String) {
    var name = ""
    for scalar in title.unicodeScalars {
      switch scalar {
      case "[", "]", ":", "*", "?", "/", "\\", "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}",
        "\u{FFFF}":
        name.unicodeScalars.append(" ")
      default: name.unicodeScalars.append(scalar)
      }
      // A title may be long.
      if name.utf16.count > 4 * Self.unitsMax { break }
    }
    name = Self.trimmed(Self.prefix(Self.trimmed(name), Self.unitsMax))
    let isRefused = name.isEmpty || name.lowercased() == "history"
    base = isRefused ? "Report" : name
  }

  /// Of the first sheet, the second and so on, from 1.
  func name(_ number: Int) -> String {
    guard number > 1 else { return base }
    let name = numbered(" (\(number))")
    return name.lowercased() == base.lowercased() ? numbered(" - \(number)") : name
  }

  private func numbered(_ suffix: String) -> String {
    Self.trimmed(Self.prefix(base, Self.unitsMax - suffix.utf16.count)) + suffix
  }

  /// Cut between characters as people see them.
  private static func prefix(_ text: String, _ unitsMax: Int) -> String {
    var units = 0
    let end = text.firstIndex { character in
      units += character.utf16.count
      return units > unitsMax
    }
    return String(text[..<(end ?? text.endIndex)])
  }

  private static func trimmed(_ text: String) -> String {
    func isEdge(_ character: Character) -> Bool { character == "'" || character.isWhitespace }
    var rest = Substring(text).drop(while: isEdge)
    while let last = rest.last, isEdge(last) { rest.removeLast() }
    return String(rest)
  }
}
