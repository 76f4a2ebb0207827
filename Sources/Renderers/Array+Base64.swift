extension [UInt8] {
  /// Appends bytes in base64 with padding (RFC 4648, section 4).
  mutating func appendBase64(_ source: [UInt8]) {
    source.withUnsafeBufferPointer { appendBase64($0) }
  }

  /// The same of bytes that are elsewhere.
  mutating func appendBase64(_ source: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < source.count {
      let taken = Swift.min(3, source.count - index)
      var group: UInt32 = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < taken ? UInt32(source[index + offset]) : 0)
      }
      for letter in 0..<4 {
        let bits = UInt8(truncatingIfNeeded: group >> (18 - 6 * UInt32(letter))) & 0x3F
        append(letter <= taken ? Self.base64Letter(bits) : UInt8(ascii: "="))
      }
      index += 3
    }
  }

  private static func base64Letter(_ bits: UInt8) -> UInt8 {
    switch bits {
    case 0..<26: UInt8(ascii: "A") + bits
    case 26..<52: UInt8(ascii: "a") + bits - 26
    case 52..<62: UInt8(ascii: "0") + bits - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
