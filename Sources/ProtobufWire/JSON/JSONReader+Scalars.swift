internal import Texts

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
    guard let text = bytes.withUnsafeBufferPointer({ String(validUTF8: $0) }) else {
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
      guard let digit = peekByte().flatMap(Hex.value) else {
        throw malformed("an escape has too few hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      index += 1
    }
    return code
  }

  /// Reads base64, standard or URL-safe, padded or not.
  mutating func base64() throws(WireError) -> [UInt8] {
    skipSpace()
    let start = index
    guard let bytes = Base64.bytes(try string()) else {
      throw invalid(at: start, "this is no base64")
    }
    if !bytes.isEmpty { try spend(bytes.count + MemoryCost.allocation) }
    return bytes
  }
}

/// A number by JSON's own grammar (RFC 8259, section 6): where it stands and, unless it is long, what it
/// is.
struct JSONNumber {
  let isNegative: Bool
  /// All digits, if they are few enough: the number is this times ten to the power of `exponent`.
  let digits: UInt64?
  let exponent: Int
  /// Where it stands.
  let range: Range<Int>

  /// The value if it is whole and fits; of numbers with `digits`.
  func whole<Integer: FixedWidthInteger>(_ type: Integer.Type, _ digits: UInt64) -> Integer? {
    var digits = digits
    var exponent = digits == 0 ? 0 : exponent
    while exponent < 0, digits % 10 == 0 {
      digits /= 10
      exponent += 1
    }
    while exponent > 0 {
      let (tenfold, isTooLarge) = digits.multipliedReportingOverflow(by: 10)
      guard !isTooLarge else { return nil }
      digits = tenfold
      exponent -= 1
    }
    guard exponent == 0 else { return nil }
    guard isNegative else { return Integer(exactly: digits) }
    guard digits <= Int64.min.magnitude else { return nil }
    return Integer(exactly: Int64(truncatingIfNeeded: 0 &- digits))
  }

  /// The value, if digits and power of ten are both exact in the type: then one operation rounds it
  /// right.
  func real<Real: BinaryFloatingPoint>(_ type: Real.Type) -> Real? {
    guard let digits, digits >> UInt64(Real.significandBitCount + 1) == 0 else { return nil }
    let power = exponent.magnitude
    guard power <= (Real.significandBitCount > 23 ? 22 : 10) else { return nil }
    let scale = Real(JSONNumber.powers[Int(power)])
    let value = exponent < 0 ? Real(digits) / scale : Real(digits) * scale
    return isNegative ? -value : value
  }

  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

extension JSONReader {
  /// Reads `true` or `false`.
  mutating func bool() throws(WireError) -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw wrongType("a boolean")
  }

  /// Reads a number.
  mutating func number() throws(WireError) -> JSONNumber {
    skipSpace()
    let start = index
    let isNegative = peekByte() == UInt8(ascii: "-")
    if isNegative { index += 1 }
    var digits: UInt64? = 0
    let whole = takeDigits(&digits)
    guard whole > 0 else {
      index = start
      throw wrongType("a number")
    }
    if whole > 1, bytes[index - whole] == UInt8(ascii: "0") {
      throw malformed("a number begins with 0")
    }
    var fraction = 0
    if peekByte() == UInt8(ascii: ".") {
      index += 1
      fraction = takeDigits(&digits)
      guard fraction > 0 else { throw malformed("digits are missing behind the point") }
    }
    var exponent = 0
    if peekByte() == UInt8(ascii: "e") || peekByte() == UInt8(ascii: "E") {
      index += 1
      let isSmall = peekByte() == UInt8(ascii: "-")
      if isSmall || peekByte() == UInt8(ascii: "+") { index += 1 }
      var power: UInt64? = 0
      guard takeDigits(&power) > 0 else { throw malformed("digits are missing in the exponent") }
      // So far from zero that it is out of every type's range, or no longer exact.
      let size = Int(min(power ?? .max, 1 << 32))
      exponent = isSmall ? -size : size
    }
    return JSONNumber(
      isNegative: isNegative, digits: digits, exponent: exponent - fraction, range: start..<index)
  }

  /// Reads digits and adds them to a number; nil when it would become too large.
  private mutating func takeDigits(_ number: inout UInt64?) -> Int {
    let start = index
    var value = number
    while let byte = peekByte(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      if let known = value {
        value = known < 1_000_000_000_000_000_000 ? known * 10 + UInt64(byte & 15) : nil
      }
      index += 1
    }
    number = value
    return index - start
  }

  /// Reads a number that stands in quotation marks with nothing else; nil, and nothing is read, if there
  /// is something else between them.
  private mutating func quotedNumber() -> JSONNumber? {
    let start = index
    index += 1
    // White space before it would be part of the text.
    if let first = peekByte(), first == UInt8(ascii: "-") || first & 0xf0 == 0x30,
      let number = try? number(), peekByte() == UInt8(ascii: "\"")
    {
      index += 1
      return number
    }
    index = start
    return nil
  }

  /// Whether a text that was written with escapes is a number; Swift's own grammar reads more, such as
  /// hexadecimal.
  private static func isNumber(_ text: String) -> Bool {
    var reader = JSONReader(Array(text.utf8), options: JSONDecodingOptions())
    // The grammar lets a reader skip white space before a number, but in a text it is part of it.
    guard let number = try? reader.number() else { return false }
    return number.range == reader.bytes.indices
  }

  private func text(of number: JSONNumber) -> String {
    String(decoding: bytes[number.range], as: UTF8.self)
  }

  /// Reads an integer, as a number or a string; `1.0` and `1e2` are integers too.
  mutating func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type
  ) throws(WireError) -> Integer {
    let isQuoted = peek() == UInt8(ascii: "\"")
    let start = index
    let text: String
    if let number = isQuoted ? quotedNumber() : try number() {
      if let digits = number.digits {
        if let value = number.whole(type, digits) { return value }
      } else if let value = JSONReader.whole(self.text(of: number), type) {
        return value
      }
      text = self.text(of: number)
    } else {
      text = try string()
      if text.utf8.first != UInt8(ascii: "+"), let value = Integer(text) { return value }
      if JSONReader.isNumber(text), let value = JSONReader.whole(text, type) { return value }
    }
    let sign = Integer.isSigned ? "" : "unsigned "
    throw invalid(at: start, "\(text.quoted) is no \(sign)integer of \(Integer.bitWidth) bits")
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
    let isQuoted = peek() == UInt8(ascii: "\"")
    let start = index
    let text: String
    if let number = isQuoted ? quotedNumber() : try number() {
      if let value = number.real(type) { return value }
      text = self.text(of: number)
      if let value = Real(text), value.isFinite { return value }
    } else {
      text = try string()
      if JSONReader.isNumber(text), let value = Real(text), value.isFinite { return value }
      if text.isByteEqual(to: "NaN") { return .nan }
      if text.isByteEqual(to: "Infinity") { return .infinity }
      if text.isByteEqual(to: "-Infinity") { return -.infinity }
    }
    throw invalid(at: start, "\(text.quoted) is no number that a \(Real.self) can hold")
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
        throw invalid(at: start, "\(Enum.descriptor.fullName) has no value \(name.quoted)")
      }
      return value
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return Enum(rawValue: try integer(Int32.self))
    default: throw wrongType("an enum's name or number")
    }
  }
}
