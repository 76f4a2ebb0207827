extension JSONReader {
  /// Reads a string.
  mutating func string() throws(WireError) -> String {
    guard take("\"") else { throw wrongType("a string") }
    let start = index
    passPlain()
    if peekByte() == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try text(of: bytes[start..<index], from: start)
    }
    var decoded = Array(bytes[start..<index])
    while true {
      switch peekByte() {
      case nil: throw malformed("a string has no end")
      case UInt8(ascii: "\""):
        defer { index += 1 }
        return try text(of: decoded[...], from: start)
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &decoded)
      case .some(0..<0x20): throw malformed("a control character in a string is not escaped")
      default:
        let run = index
        passPlain()
        decoded.append(contentsOf: bytes[run..<index])
      }
    }
  }

  /// Passes over bytes of a string that stand for themselves.
  private mutating func passPlain() {
    while let byte = peekByte(), byte >= 0x20, byte != UInt8(ascii: "\""),
      byte != UInt8(ascii: "\\")
    {
      index += 1
    }
  }

  private mutating func text(of bytes: ArraySlice<UInt8>, from start: Int) throws(WireError)
    -> String
  {
    try spend(MemoryCost.text(bytes.count))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw WireError(.invalidUTF8, at: start, "a string is not UTF-8")
    }
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(WireError) {
    guard let byte = peekByte() else { throw malformed("a string has no end") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): try unicodeEscape(into: &text)
    default: throw malformed("an escape in a string does not exist")
    }
  }

  private mutating func unicodeEscape(into text: inout [UInt8]) throws(WireError) {
    var code = try fourDigits()
    if (0xd800..<0xdc00).contains(code), peekByte() == UInt8(ascii: "\\") {
      index += 1
      guard peekByte() == UInt8(ascii: "u") else { throw malformed("half a surrogate pair") }
      index += 1
      let low = try fourDigits()
      guard (0xdc00..<0xe000).contains(low) else { throw malformed("half a surrogate pair") }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw malformed("half a surrogate pair") }
    for byte in String(scalar).utf8 { text.append(byte) }
  }

  private mutating func fourDigits() throws(WireError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peekByte().flatMap(JSONReader.hexDigit) else {
        throw malformed("an escape has too few hexadecimal digits")
      }
      code = code << 4 | digit
      index += 1
    }
    return code
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Reads base64, standard or URL-safe, padded or not.
  mutating func base64() throws(WireError) -> [UInt8] {
    skipSpace()
    let start = index
    guard let bytes = Base64.decode(try string()) else {
      throw invalid(at: start, "this is no base64")
    }
    if !bytes.isEmpty { try spend(bytes.count + MemoryCost.allocation) }
    return bytes
  }
}
