/// Finds text that a spreadsheet would run as a formula (OWASP, CSV Injection), so that an
/// apostrophe can be put in front.
struct FormulaGuard {
  /// What a spreadsheet that was told the wrong delimiter would cut the text at.
  let foreignSeparators: (UInt8, UInt8, UInt8)

  static let apostrophe = UInt8(ascii: "'")

  init(delimiter: UInt8) {
    let others = Array(",;\t|".utf8).filter { $0 != delimiter }
    foreignSeparators = (others[0], others[1], others[2])
  }

  /// Whether a field would be a formula. A text that is wholly a decimal number is none.
  func isFormula(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, !Self.isHarmless(first) else { return false }
    switch first {
    case UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0: return true
    default: return Self.begins(text, passingQuotes: false) && !DecimalText.isNumber(text)
    }
  }

  func isForeignSeparator(_ byte: UInt8) -> Bool {
    byte == foreignSeparators.0 || byte == foreignSeparators.1 || byte == foreignSeparators.2
  }

  /// Where a spreadsheet with another delimiter would begin the next cell with a formula: before which
  /// byte behind a place an apostrophe goes. nil: nowhere.
  func innerFormula(_ text: UnsafeBufferPointer<UInt8>, behind place: Int) -> Int? {
    var start = place
    while let separator = text[start...].firstIndex(where: isForeignSeparator) {
      start = separator + 1
      let end = text[start...].firstIndex(where: isForeignSeparator) ?? text.endIndex
      let piece = UnsafeBufferPointer(rebasing: text[start..<end])
      if Self.begins(piece, passingQuotes: true), !DecimalText.isNumber(piece) { return start }
    }
    return nil
  }

  /// Whether no text that begins so can be a formula: what most texts begin with, without a look at
  /// Unicode's tables. From U+00C0 to U+05FF and from U+4000 to U+DFFF nothing is blank or unseen.
  static func isHarmless(_ first: UInt8) -> Bool {
    switch first {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "@"): false
    case 0x21...0x7E, 0xC3...0xD7, 0xE4...0xED: true
    default: false
    }
  }

  /// Whether the first thing to see is a sign that begins a formula. Spreadsheets pass over blanks
  /// and what cannot be seen, and some take the full-width signs for the narrow ones.
  private static func begins(_ text: UnsafeBufferPointer<UInt8>, passingQuotes: Bool) -> Bool {
    var decoder = UTF8()
    var bytes = text.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&bytes) {
      switch scalar {
      case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return true
      case "\"" where passingQuotes: continue
      case _ where isPassedOver(scalar): continue
      default: return false
      }
    }
    return false
  }

  private static func isPassedOver(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isWhitespace { return true }
    switch scalar.properties.generalCategory {
    case .control, .format: return true
    default: return false
    }
  }
}
