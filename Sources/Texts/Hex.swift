/// Hexadecimal digits.
@usableFromInline
package enum Hex {
  /// Two digits for each byte.
  ///
  /// - Parameter isUpperCase: as percent encoding of names wants them; else they are lower-case.
  package static func text(of bytes: some Sequence<UInt8>, isUpperCase: Bool = false) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes { digits.appendHex(byte, isUpperCase: isUpperCase) }
    return String(decoding: digits, as: UTF8.self)
  }

  /// A number with lower-case digits, zeros before it up to that many.
  package static func text(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// The bytes that a text of digits, lower- or upper-case, stands for; nil if it is anything else.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for letter in text.utf8 {
      guard let value = value(of: letter) else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  /// Whether a text is so many digits, all of them lower-case.
  package static func isLowerCase(_ text: String, digits: Int) -> Bool {
    text.utf8.count == digits
      && text.utf8.allSatisfy { value(of: $0) != nil && !(0x41...0x46).contains($0) }
  }

  /// What a digit, lower- or upper-case, stands for; nil if the byte is none.
  @inlinable
  package static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The digit of a value from 0 to 15.
  @inlinable
  package static func digit(_ value: UInt8, isUpperCase: Bool) -> UInt8 {
    if value < 10 { return UInt8(ascii: "0") + value }
    return (isUpperCase ? UInt8(ascii: "A") : UInt8(ascii: "a")) + value - 10
  }
}

extension [UInt8] {
  /// Appends a byte as two digits.
  @inlinable
  package mutating func appendHex(_ byte: UInt8, isUpperCase: Bool = false) {
    append(Hex.digit(byte >> 4, isUpperCase: isUpperCase))
    append(Hex.digit(byte & 15, isUpperCase: isUpperCase))
  }
}
