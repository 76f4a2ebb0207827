/// Texts as Pango is to have them.
enum ShownText {
  /// Bytes without an end of a line or word.
  private static let wordBytesMax = 1024
  /// Bytes with blanks behind which no line can end either: those behind a bracket that opens, or before
  /// a mark that keeps to what it follows.
  private static let runBytesMax = 4096

  /// The text with U+FFFD for its control characters, which Pango would take for no text, and one line
  /// feed for each end of a line. A word that is very long gets some too: what Pango takes to break one
  /// grows with the square of its length.
  static func bytes(of text: some Collection<UInt8>) -> [UInt8] {
    var shown: [UInt8] = []
    shown.reserveCapacity(text.count + 1)
    var before: Unicode.Scalar = "\n"
    var wordBytes = 0
    var runBytes = 0
    var isOpen = false
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if canEndLine(before, scalar) {
        wordBytes = 0
        if !isOpen, isWord(scalar) { runBytes = 0 }
      }
      wordBytes += UTF8.width(scalar)
      runBytes += UTF8.width(scalar)
      if wordBytes > wordBytesMax || runBytes > runBytesMax,
        !belongs(scalar, to: before) || wordBytes > 2 * wordBytesMax
      {
        shown.append(UInt8(ascii: "\n"))
        wordBytes = UTF8.width(scalar)
        runBytes = wordBytes
      }
      if !isBlank(scalar) { isOpen = opens(scalar) }
      switch scalar {
      case "\n": if before != "\r" { shown.append(UInt8(ascii: "\n")) }
      case "\r": shown.append(UInt8(ascii: "\n"))
      case "\t", " "..."~", "\u{80}"...:
        shown += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      default: shown += UTF8.encodedReplacementCharacter
      }
      before = scalar
    }
    // An empty array need have no address.
    if shown.isEmpty { shown.append(UInt8(ascii: " ")) }
    return shown
  }

  /// Whether a line surely can end between two scalars (UAX 14): in scripts without blanks between two
  /// characters that stand for themselves, whatever is around them. Signs beside them can hold them
  /// together, so one of them alone says nothing.
  private static func canEndLine(_ before: Unicode.Scalar, _ scalar: Unicode.Scalar) -> Bool {
    isBlank(before) || standsForItself(before) && standsForItself(scalar)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20, 0x2000...0x2006, 0x2008...0x200B, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Whether what is behind it, and behind its blanks, is held to it.
  private static func opens(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "¡" || scalar == "¿" || scalar.properties.generalCategory == .openPunctuation
  }

  /// Whether it is a letter or digit that may begin a line, as small kana may not.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if 0x3040...0x30FF ~= scalar.value { return standsForItself(scalar) }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
    default: false
    }
  }

  /// Ideographs, syllables of Yi and of Hangul, and those of kana that may begin a line.
  private static func standsForItself(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA016...0xA48C, 0xAC00...0xD7A3: true
    case 0x304A...0x3062, 0x3064...0x3082, 0x3088...0x308D, 0x308F...0x3094: true
    case 0x30AA...0x30C2, 0x30C4...0x30E2, 0x30E8...0x30ED, 0x30EF...0x30F4: true
    default: false
    }
  }

  /// Whether two scalars are seen as one character.
  private static func belongs(_ scalar: Unicode.Scalar, to before: Unicode.Scalar) -> Bool {
    if before == "\u{200D}" || scalar == "\u{200D}" { return true }
    return switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }
}

extension BidirectionalCollection<UInt8> {
  /// The first bytes, without a part of a character of UTF-8 at their end.
  func wholeScalars(bytesMax: Int) -> SubSequence {
    guard var end = index(startIndex, offsetBy: bytesMax, limitedBy: endIndex), end != endIndex
    else { return self[...] }
    // A character has four bytes at most.
    for _ in 0..<3 where end > startIndex && self[end] & 0xC0 == 0x80 { formIndex(before: &end) }
    return self[..<end]
  }
}
