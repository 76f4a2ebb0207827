/// Texts as JSON strings: the one place that says what is escaped there, and how.
///
/// Three kinds of JSON differ on purpose: that of files and answers escapes what JSON demands; that
/// which people may look at escapes DEL too, which JSON lets stand and a terminal obeys; and
/// `CanonicalJSON` of the core, which SQL compares and digests are made of, escapes in its own way.
@usableFromInline
package enum JSONText {
  /// A text as a JSON string, with its quotes.
  package static func string(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.appendJSONString(text)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Texts as a JSON array, without spaces.
  package static func array(_ texts: [String]) -> String {
    var bytes = [UInt8(ascii: "[")]
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.appendJSONString(text)
    }
    bytes.append(UInt8(ascii: "]"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A character as `\uXXXX`, or as two of these if it is beyond U+FFFF.
  package static func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { "\\u" + Hex.text(UInt64($0), digits: 4) }.joined()
  }

  /// How many bytes `appendJSONContent` appends for a text.
  @inlinable
  package static func contentBytes(of text: UnsafeBufferPointer<UInt8>) -> Int {
    text.reduce(0) { count, byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: count + 2
      case 0..<0x20: count + 6
      default: count + 1
      }
    }
  }

  /// Without an early exit, which lets the compiler look at many bytes at once.
  @inlinable
  package static func needsEscapes(_ text: UnsafeBufferPointer<UInt8>, escapesDelete: Bool) -> Bool
  {
    // Stands for no byte beyond ASCII if DEL may stay, since a quote is looked for anyway.
    let delete = escapesDelete ? 0x7F : UInt8(ascii: "\"")
    var found = false
    for byte in text {
      let isSpecial =
        (byte < 0x20) || (byte == UInt8(ascii: "\"")) || (byte == UInt8(ascii: "\\"))
        || (byte == delete)
      found = found || isSpecial
    }
    return found
  }
}

extension [UInt8] {
  /// Appends a text as a JSON string, with its quotes.
  ///
  /// - Parameter escapesDelete: DEL too; for what a terminal may get.
  @inlinable
  package mutating func appendJSONString(_ text: String, escapesDelete: Bool = false) {
    append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { appendJSONContent(of: $0, escapesDelete: escapesDelete) }
    append(UInt8(ascii: "\""))
  }

  /// Appends a text, or a piece of one, as it stands between the quotes of a JSON string.
  ///
  /// - Parameters:
  ///   - text: UTF-8; it may be cut anywhere.
  ///   - escapesDelete: DEL too.
  @inlinable
  package mutating func appendJSONContent(
    of text: UnsafeBufferPointer<UInt8>, escapesDelete: Bool = false
  ) {
    guard JSONText.needsEscapes(text, escapesDelete: escapesDelete) else {
      return append(contentsOf: text)
    }
    for byte in text { appendJSONEscaped(byte, escapesDelete: escapesDelete) }
  }

  /// Appends a byte of a text as it stands in a JSON string.
  @inlinable
  package mutating func appendJSONEscaped(_ byte: UInt8, escapesDelete: Bool) {
    let letter: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
    case 0x08: letter = UInt8(ascii: "b")
    case 0x09: letter = UInt8(ascii: "t")
    case 0x0A: letter = UInt8(ascii: "n")
    case 0x0C: letter = UInt8(ascii: "f")
    case 0x0D: letter = UInt8(ascii: "r")
    case 0..<0x20: return appendJSONUnicodeEscape(byte)
    case 0x7F where escapesDelete: return appendJSONUnicodeEscape(byte)
    default: return append(byte)
    }
    append(UInt8(ascii: "\\"))
    append(letter)
  }

  /// Appends an ASCII character as `\u00XX`.
  @inlinable
  package mutating func appendJSONUnicodeEscape(_ byte: UInt8) {
    append(contentsOf: "\\u00".utf8)
    appendHex(byte)
  }
}
