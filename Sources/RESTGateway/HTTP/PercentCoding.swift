internal import Texts

/// Percent encoding of URLs (RFC 3986, section 2.1).
enum PercentCoding {
  /// Leaves only unreserved characters as they are.
  static func encoded(_ text: String) -> String {
    encoded(text) { byte in
      isAlphanumeric(byte) || "-._~".utf8.contains(byte)
    }
  }

  static func encoded(_ text: String, leaving isLeft: (UInt8) -> Bool) -> String {
    var result = ""
    for byte in text.utf8 {
      if isLeft(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + Hex.text(of: [byte], isUpperCase: true)
      }
    }
    return result
  }

  /// nil if an escape is broken or the result is no UTF-8.
  static func decoded(_ text: some StringProtocol) -> String? {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, let high = Hex.value(of: bytes[index + 1]),
          let low = Hex.value(of: bytes[index + 2])
        else { return nil }
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
