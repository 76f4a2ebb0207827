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
    if JSONReader.isNumber(text), let value = JSONReader.whole(text, type) { return value }
    let sign = Integer.isSigned ? "" : "unsigned "
    throw invalid(at: start, "\(text) is no \(sign)integer of \(Integer.bitWidth) bits")
  }

  /// The value of a number's text if it is whole and fits, digit by digit: on the way through a double
  /// it would be rounded, and what does not fit could be rounded into what does.
  private static func whole<Integer: FixedWidthInteger>(
    _ number: String, _ type: Integer.Type
  ) -> Integer? {
    let isNegative = number.utf8.first == UInt8(ascii: "-")
    let mantissa = number.utf8.dropFirst(isNegative ? 1 : 0).prefix {
      $0 | 0x20 != UInt8(ascii: "e")
    }
    let before = mantissa.prefix { $0 != UInt8(ascii: ".") }
    var digits = Array(before) + mantissa.dropFirst(before.count + 1)
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    guard !digits.isEmpty else { return 0 }
    // The last digit stands before the point only if the exponent says so; one that no Int holds
    // moves the point out of every integer.
    let power = number.utf8[mantissa.endIndex...].dropFirst()
    guard let exponent = power.isEmpty ? 0 : Int(Substring(power)) else { return nil }
    let (point, isOutOfRange) = before.count.addingReportingOverflow(exponent)
    guard !isOutOfRange, digits.count <= point else { return nil }
    var value: Integer = 0
    for position in 0..<point {
      let digit = position < digits.count ? Integer(digits[position] - UInt8(ascii: "0")) : 0
      let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isBeyond) =
        isNegative
        ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
      guard !isTooLarge, !isBeyond else { return nil }
      value = sum
    }
    return value
  }

  /// Reads a number, as a number or a string, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`.
  mutating func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Real.Type
  ) throws(WireError) -> Real {
    skipSpace()
    let start = index
    let text = try quotableNumber()
    if JSONReader.isNumber(text) {
      if let value = Real(text), value.isFinite { return value }
    } else if text.isByteEqual(to: "NaN") {
      return .nan
    } else if text.isByteEqual(to: "Infinity") {
      return .infinity
    } else if text.isByteEqual(to: "-Infinity") {
      return -.infinity
    }
    throw invalid(at: start, "\(text) is no number that a \(Real.self) can hold")
  }

  /// Whether a text is a number by JSON's grammar; Swift's own reads more, such as hexadecimal.
  private static func isNumber(_ text: String) -> Bool {
    var reader = JSONReader(Array(text.utf8), options: JSONDecodingOptions())
    // The grammar lets a reader skip white space before a number, but in a text it is part of it.
    guard let number = try? reader.numberText() else { return false }
    return number.utf8.count == reader.bytes.count
  }

  /// Reads an enum's value by name or number; nil for an unknown name where unknown fields are passed
  /// over.
  mutating func enumeration<Enum: ProtoEnum>(_ type: Enum.Type) throws(WireError) -> Enum? {
    let first = peek()
    let start = index
    switch first {
    case UInt8(ascii: "n") where Enum.descriptor.isNull:
      try null()
      return Enum(rawValue: 0)
    case UInt8(ascii: "\""):
      let name = try string()
      guard let value = Enum(name: name) else {
        if options.ignoresUnknownFields { return nil }
        throw invalid(at: start, "\(Enum.descriptor.fullName) has no value \"\(name)\"")
      }
      return value
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return Enum(rawValue: try integer(Int32.self))
    default: throw wrongType("an enum's name or number")
    }
  }
}
