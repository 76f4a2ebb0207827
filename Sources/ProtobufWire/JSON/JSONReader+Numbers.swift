extension JSONReader {
  /// Reads `true` or `false`.
  mutating func bool() throws(WireError) -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw wrongType("a boolean")
  }

  /// Reads a number's text, by JSON's own grammar.
  mutating func numberText() throws(WireError) -> String {
    skipSpace()
    let start = index
    if peekByte() == UInt8(ascii: "-") { index += 1 }
    let whole = takeDigits()
    guard whole > 0 else {
      index = start
      throw wrongType("a number")
    }
    if whole > 1, bytes[index - whole] == UInt8(ascii: "0") {
      throw malformed("a number begins with 0")
    }
    if peekByte() == UInt8(ascii: ".") {
      index += 1
      guard takeDigits() > 0 else { throw malformed("digits are missing behind the point") }
    }
    if peekByte() == UInt8(ascii: "e") || peekByte() == UInt8(ascii: "E") {
      index += 1
      if peekByte() == UInt8(ascii: "+") || peekByte() == UInt8(ascii: "-") { index += 1 }
      guard takeDigits() > 0 else { throw malformed("digits are missing in the exponent") }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func takeDigits() -> Int {
    let start = index
    while let byte = peekByte(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      index += 1
    }
    return index - start
  }

  /// The text of a number, or of a string that holds one.
  private mutating func quotableNumber() throws(WireError) -> String {
    guard peek() == UInt8(ascii: "\"") else { return try numberText() }
    return try string()
  }

  /// Reads an integer, as a number or a string; `1.0` and `1e2` are integers too.
  mutating func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type
  ) throws(WireError) -> Integer {
    skipSpace()
    let start = index
    let text = try quotableNumber()
    if text.utf8.first != UInt8(ascii: "+"), let value = Integer(text) { return value }
    if JSONReader.isNumber(text), let value = Double(text), let exact = Integer(exactly: value) {
      return exact
    }
    let sign = Integer.isSigned ? "" : "unsigned "
    throw invalid(at: start, "\(text) is no \(sign)integer of \(Integer.bitWidth) bits")
  }

  /// Reads a number, as a number or a string, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`.
  mutating func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Real.Type
  ) throws(WireError) -> Real {
    skipSpace()
    let start = index
    let text = try quotableNumber()
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      guard JSONReader.isNumber(text), let value = Real(text), value.isFinite else {
        throw invalid(at: start, "\(text) is no number that a \(Real.self) can hold")
      }
      return value
    }
  }

  /// Whether a text is a number by JSON's grammar; Swift's own reads more, such as hexadecimal.
  private static func isNumber(_ text: String) -> Bool {
    var reader = JSONReader(Array(text.utf8), options: JSONDecodingOptions())
    guard reader.peekByte() != 0x20, (try? reader.numberText()) != nil else { return false }
    return reader.index == reader.bytes.count
  }

  /// Reads an enum's value by name or number.
  mutating func enumeration<Enum: ProtoEnum>(_ type: Enum.Type) throws(WireError) -> Enum {
    let first = peek()
    let start = index
    switch first {
    case UInt8(ascii: "n") where Enum.self == NullValue.self:
      try null()
      return Enum(rawValue: 0)
    case UInt8(ascii: "\""):
      let name = try string()
      guard let value = Enum(name: name) else {
        throw invalid(at: start, "\(Enum.descriptor.fullName) has no value \"\(name)\"")
      }
      return value
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return Enum(rawValue: try integer(Int32.self))
    default: throw wrongType("an enum's name or number")
    }
  }
}
