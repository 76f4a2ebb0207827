/// Reads an array of flat objects by RFC 8259's grammar, for tests: keeps the order of keys and the
/// text of numbers, which readers of general use do not.
struct JSONReader {
  enum Value: Hashable {
    case null
    case number(String)
    case string([UInt8])
    case boolean(Bool)
  }

  struct Member: Hashable {
    var key: [UInt8]
    var value: Value
  }

  struct Malformed: Error {
    var offset: Int
  }

  static func objects(_ bytes: [UInt8]) throws -> [[Member]] {
    var reader = JSONReader(bytes: bytes)
    let objects = try reader.list("[", "]") { reader throws in
      try reader.list("{", "}") { reader throws in
        let key = try reader.string()
        try reader.take(":")
        return Member(key: key, value: try reader.value())
      }
    }
    reader.skipSpace()
    guard reader.offset == bytes.count else { throw Malformed(offset: reader.offset) }
    return objects
  }

  private let bytes: [UInt8]
  private var offset = 0

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { offset += 1 }
  }

  private mutating func take(_ text: String) throws {
    skipSpace()
    guard bytes[offset...].starts(with: text.utf8) else { throw Malformed(offset: offset) }
    offset += text.utf8.count
  }

  private mutating func list<Element>(
    _ start: String, _ end: String, _ element: (inout JSONReader) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    try take(start)
    skipSpace()
    if bytes[offset...].starts(with: end.utf8) {
      try take(end)
      return elements
    }
    while true {
      elements.append(try element(&self))
      skipSpace()
      guard next == UInt8(ascii: ",") else { break }
      offset += 1
    }
    try take(end)
    return elements
  }

  private mutating func value() throws -> Value {
    skipSpace()
    switch next {
    case UInt8(ascii: "n"):
      try take("null")
      return .null
    case UInt8(ascii: "t"):
      try take("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try take("false")
      return .boolean(false)
    case UInt8(ascii: "\""):
      return .string(try string())
    default:
      let start = offset
      while let next, "+-.eE0123456789".utf8.contains(next) { offset += 1 }
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
        throw Malformed(offset: start)
      }
      return .number(text)
    }
  }

  private mutating func string() throws -> [UInt8] {
    try take("\"")
    var text: [UInt8] = []
    while let byte = next, byte >= 0x20 {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): text.append(try escape())
      default: text.append(byte)
      }
    }
    throw Malformed(offset: offset)
  }

  /// What follows a backslash; of `\u` only ASCII, which is all that need be escaped.
  private mutating func escape() throws -> UInt8 {
    let letters = Array("\"\\/bfnrt".utf8)
    let meanings: [UInt8] = [0x22, 0x5C, 0x2F, 0x08, 0x0C, 0x0A, 0x0D, 0x09]
    let letter = next
    offset += 1
    if let index = letters.firstIndex(where: { $0 == letter }) { return meanings[index] }
    let digits = String(decoding: bytes[offset...].prefix(4), as: UTF8.self)
    guard letter == UInt8(ascii: "u"), digits.utf8.count == 4, let code = UInt8(digits, radix: 16)
    else { throw Malformed(offset: offset) }
    offset += 4
    return code
  }
}
