/// Percent encoding (RFC 3986, section 2.1).
package enum PercentCoding {
  /// Leaves only unreserved characters as they are.
  package static func encoded(_ text: String) -> String {
    encoded(text.utf8) { byte in
      byte.isAlphanumeric || "-._~".utf8.contains(byte)
    }
  }

  /// Leaves the bytes as they are that a caller says; they must be ASCII.
  package static func encoded(
    _ bytes: some Sequence<UInt8>, leaving isLeft: (UInt8) -> Bool
  ) -> String {
    var result: [UInt8] = []
    for byte in bytes {
      if isLeft(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.appendHex(byte, isUpperCase: true)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// nil if an escape is broken or the result is no UTF-8.
  package static func decoded(_ text: some StringProtocol) -> String? {
    decoded(Array(text.utf8)[...])
  }

  /// The same of bytes.
  package static func decoded(_ text: ArraySlice<UInt8>) -> String? {
    // Most have nothing to decode.
    guard text.contains(UInt8(ascii: "%")) else {
      return text.withUnsafeBufferPointer { String(validUTF8: $0) }
    }
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(Hex.value),
        let low = rest.popFirst().flatMap(Hex.value)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes.withUnsafeBufferPointer { String(validUTF8: $0) }
  }
}
