/// Base64 (RFC 4648): what it is read from, and its form in URLs. `[UInt8].appendBase64` writes the
/// usual one.
@usableFromInline
package enum Base64 {
  /// In the alphabet of URLs and without padding (section 5).
  package static func textForURL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.appendBase64(bytes)
    while text.last == UInt8(ascii: "=") { text.removeLast() }
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "+"): text[index] = UInt8(ascii: "-")
      case UInt8(ascii: "/"): text[index] = UInt8(ascii: "_")
      default: break
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads either alphabet, padded or not.
  ///
  /// - Returns: nil for anything else.
  package static func bytes(_ text: String) -> [UInt8]? {
    var digits = Array(text.utf8)
    var padding = 0
    while digits.last == UInt8(ascii: "="), padding < 2 {
      digits.removeLast()
      padding += 1
    }
    guard padding == 0 || (digits.count + padding) % 4 == 0 else { return nil }
    return decode(digits)
  }

  /// Reads the form of `textForURL`.
  ///
  /// - Returns: nil for anything else, padding and the other alphabet too.
  package static func bytes(ofURLText text: some Collection<UInt8>) -> [UInt8]? {
    let isOther = text.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
    return isOther ? nil : decode(text)
  }

  /// Either alphabet; what the last letter says beyond the last byte is not looked at.
  private static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count * 3 / 4)
    var group: UInt32 = 0
    var bits = 0
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      group = group << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
      }
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a") + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0") + 52)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  /// The letter of the low six bits.
  @inlinable
  package static func letter(_ group: UInt32) -> UInt8 {
    let bits = UInt8(truncatingIfNeeded: group) & 0x3F
    return switch bits {
    case 0..<26: UInt8(ascii: "A") + bits
    case 26..<52: UInt8(ascii: "a") + bits - 26
    case 52..<62: UInt8(ascii: "0") + bits - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}

extension [UInt8] {
  /// Appends bytes in base64 with padding (RFC 4648, section 4).
  @inlinable
  package mutating func appendBase64(_ source: [UInt8]) {
    source.withUnsafeBufferPointer { appendBase64($0) }
  }

  /// The same of bytes that are elsewhere.
  @inlinable
  package mutating func appendBase64(_ source: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < source.count {
      let taken = Swift.min(3, source.count - index)
      var group: UInt32 = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < taken ? UInt32(source[index + offset]) : 0)
      }
      for letter in 0..<4 {
        append(
          letter <= taken
            ? Base64.letter(group >> (18 - 6 * UInt32(letter))) : UInt8(ascii: "="))
      }
      index += 3
    }
  }
}
