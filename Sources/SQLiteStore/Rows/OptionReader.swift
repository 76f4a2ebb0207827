internal import ReportCore
internal import Texts

/// Reads the JSON text of options. What this store wrote is read fast; anything else that is JSON
/// is read as well, and what is not throws.
struct OptionReader {
  /// Objects and lists inside each other.
  static let depthMax = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// An object and nothing else.
  static func object(_ bytes: UnsafeBufferPointer<UInt8>) throws(StoreError) -> OptionObject {
    var reader = OptionReader(bytes: bytes)
    guard case .object(let object) = try reader.value(depth: 0) else {
      throw reader.malformed("no object")
    }
    reader.skipSpaces()
    guard reader.position == bytes.count else { throw reader.malformed("more than one value") }
    return object
  }

  /// The text of a JSON string; nil for a value of another kind.
  static func string(_ bytes: UnsafeBufferPointer<UInt8>) throws(StoreError) -> String? {
    var reader = OptionReader(bytes: bytes)
    guard reader.peek() == UInt8(ascii: "\"") else { return nil }
    return try reader.string()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  private func malformed(_ what: String) -> StoreError {
    StoreError(.corrupt, "A stored JSON text cannot be read: \(what) at byte \(position).")
  }

  private func peek() -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  private mutating func skipSpaces() {
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(StoreError) -> OptionValue {
    guard depth < Self.depthMax else { throw malformed("values nested too deeply") }
    skipSpaces()
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return .number(try number())
    default: throw malformed("no value")
    }
  }

  private mutating func literal(
    _ name: StaticString, _ value: OptionValue
  ) throws(StoreError) -> OptionValue {
    let end = position + name.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    else { throw malformed("no value") }
    position = end
    return value
  }

  private mutating func object(depth: Int) throws(StoreError) -> OptionObject {
    position += 1
    var object: OptionObject = [:]
    if take(UInt8(ascii: "}")) { return object }
    repeat {
      skipSpaces()
      guard peek() == UInt8(ascii: "\"") else { throw malformed("no name") }
      let name = try string()
      guard take(UInt8(ascii: ":")) else { throw malformed("no colon") }
      object[name] = try value(depth: depth + 1)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw malformed("no end of an object") }
    return object
  }

  private mutating func list(depth: Int) throws(StoreError) -> [OptionValue] {
    position += 1
    var list: [OptionValue] = []
    if take(UInt8(ascii: "]")) { return list }
    repeat { list.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw malformed("no end of a list") }
    return list
  }

  private mutating func number() throws(StoreError) -> Double {
    let start = position
    var isWhole = true
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
        isWhole = false
      default: return try number(bytes[start..<position], isWhole: isWhole)
      }
      position += 1
    }
    return try number(bytes[start..<position], isWhole: isWhole)
  }

  private func number(
    _ digits: Slice<UnsafeBufferPointer<UInt8>>, isWhole: Bool
  ) throws(StoreError) -> Double {
    let text = String(decoding: digits, as: UTF8.self)
    if isWhole, let whole = Int64(text), whole.magnitude < 1 << 53 { return Double(whole) }
    guard let number = Double(text), number.isFinite else { throw malformed("no value") }
    return number
  }

  private mutating func string() throws(StoreError) -> String {
    position += 1
    let start = position
    while let byte = peek() {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      position += 1
    }
    throw malformed("no end of a string")
  }

  /// The same, for a string with escapes.
  private mutating func escapedString(from start: Int) throws(StoreError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try appendEscaped(to: &text)
      default: text.append(byte)
      }
    }
    throw malformed("no end of a string")
  }

  private mutating func appendEscaped(to text: inout [UInt8]) throws(StoreError) {
    let escape = peek()
    position += 1
    switch escape {
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      var units = [unit]
      if UTF16.isLeadSurrogate(unit), position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        units.append(try codeUnit())
      }
      text.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape ?? 0)
    default: throw malformed("an unknown escape")
    }
  }

  private mutating func codeUnit() throws(StoreError) -> UInt16 {
    guard position + 4 <= bytes.count else { throw malformed("a cut escape") }
    var unit: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Hex.value(of: byte) else { throw malformed("an unknown escape") }
      unit = unit << 4 | UInt16(digit)
    }
    position += 4
    return unit
  }
}
