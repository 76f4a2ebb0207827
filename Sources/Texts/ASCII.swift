extension UInt8 {
  /// Whether it is an ASCII letter or digit.
  package var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether all bytes are below 128: eight at a time, the last eight overlapping.
  @inlinable @inline(__always)
  package var isASCII: Bool {
    guard let start = baseAddress else { return true }
    let raw = UnsafeRawPointer(start)
    var bits: UInt64 = 0
    if count >= 8 {
      var offset = 0
      let last = count &- 8
      while offset < last {
        bits |= raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset &+= 8
      }
      bits |= raw.loadUnaligned(fromByteOffset: last, as: UInt64.self)
    } else {
      for byte in self { bits |= UInt64(byte) }
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }

  /// Whether the bytes are UTF-8.
  package var isUTF8: Bool { (try? UTF8Span(validating: span)) != nil }
}

extension String {
  /// The text of some bytes; nil if they are not UTF-8. Swift's own `init(validating:as:)` is generic, and
  /// takes several times as long.
  package init?(validUTF8 bytes: UnsafeBufferPointer<UInt8>) {
    if bytes.isASCII {
      self.init(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: true))
    } else if let span = try? UTF8Span(validating: bytes.span) {
      self.init(copying: span)
    } else {
      return nil
    }
  }
}
