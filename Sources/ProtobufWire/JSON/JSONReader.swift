/// Reads proto3 JSON (Protocol Buffers, "ProtoJSON Format"): a source of fields that stands at a
/// member's value. The grammar is RFC 8259's, to the letter.
public struct JSONReader {
  /// What is accepted.
  public let options: JSONDecodingOptions
  let bytes: [UInt8]
  var index = 0
  private var depthLeft: Int
  /// Bytes of memory that the message may still take.
  private var memoryLeft: Int
  /// Bytes that may be read ahead in search of the `@type` of a google.protobuf.Any: within each other
  /// they would all be read as often as they are deep.
  private var aheadLeft: Int

  init(_ bytes: [UInt8], options: JSONDecodingOptions) {
    self.bytes = bytes
    self.options = options
    depthLeft = options.depthMax
    memoryLeft = options.memoryBytesMax ?? MemoryCost.limit(inputBytes: bytes.count)
    aheadLeft = bytes.count << 2
  }

  /// Takes bytes off what the whole message may take.
  public mutating func spend(_ bytes: Int) throws(WireError) {
    memoryLeft -= bytes
    if memoryLeft < 0 { throw WireError(.tooLarge, at: index, WireError.tooMuchMemory) }
  }

  /// Takes bytes off what may be read ahead.
  mutating func spendAhead(_ bytes: Int) throws(WireError) {
    aheadLeft -= bytes
    if aheadLeft < 0 {
      throw WireError(
        .tooLarge, at: index,
        "too much stands before the @type of a google.protobuf.Any: write @type first")
    }
  }

  // MARK: Errors

  func malformed(_ message: String) -> WireError {
    WireError(.malformedJSON, at: index, message)
  }

  func invalid(at start: Int, _ message: String) -> WireError {
    WireError(.invalidValue, at: start, message)
  }

  func wrongType(_ wanted: String) -> WireError {
    let found =
      switch peekByte() {
      case UInt8(ascii: "{"): "an object"
      case UInt8(ascii: "["): "an array"
      case UInt8(ascii: "\""): "a string"
      case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
      case UInt8(ascii: "n"): "null"
      case nil: "the end"
      default: "a number"
      }
    return WireError(.wrongType, at: index, "\(wanted) was expected, not \(found)")
  }

  // MARK: Tokens

  mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  func peekByte() -> UInt8? {
    index < bytes.count ? bytes[index] : nil
  }

  /// The byte that the next token begins with.
  mutating func peek() -> UInt8? {
    skipSpace()
    return peekByte()
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(WireError) {
    guard take(character) else { throw malformed("'\(character)' is missing") }
  }

  mutating func takeWord(_ word: StaticString) -> Bool {
    skipSpace()
    let count = word.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    let isSame = word.withUTF8Buffer { buffer in
      (0..<count).allSatisfy { buffer[$0] == bytes[index + $0] }
    }
    if isSame { index += count }
    return isSame
  }

  /// Reads `null`.
  mutating func null() throws(WireError) {
    guard takeWord("null") else { throw malformed("this is no JSON value") }
  }

  /// Demands that nothing but white space is left.
  mutating func expectEnd() throws(WireError) {
    guard peek() == nil else { throw malformed("there is text behind the value") }
  }

  // MARK: Structure

  mutating func enter() throws(WireError) {
    guard depthLeft > 0 else {
      throw WireError(.tooDeep, at: index, "objects and arrays are nested too deeply")
    }
    depthLeft -= 1
  }

  mutating func leave() {
    depthLeft += 1
  }

  /// Reads an object member by member; the body reads the value.
  mutating func object(
    _ body: (inout JSONReader, String) throws(WireError) -> Void
  ) throws(WireError) {
    guard take("{") else { throw wrongType("an object") }
    try enter()
    if !take("}") {
      repeat {
        guard peek() == UInt8(ascii: "\"") else { throw malformed("a member's name is missing") }
        let key = try string()
        try expect(":")
        try body(&self, key)
      } while take(",")
      try expect("}")
    }
    leave()
  }

  /// Reads an array element by element; the body reads the element.
  mutating func array(
    _ body: (inout JSONReader, Int) throws(WireError) -> Void
  ) throws(WireError) {
    guard take("[") else { throw wrongType("an array") }
    try enter()
    if !take("]") {
      var position = 0
      repeat {
        do throws(WireError) {
          try body(&self, position)
        } catch {
          throw error.inside("[\(position)]")
        }
        position += 1
      } while take(",")
      try expect("]")
    }
    leave()
  }

  /// Passes over a value of any kind.
  mutating func skipValue() throws(WireError) {
    switch peek() {
    case UInt8(ascii: "{"): try object { (reader, _) throws(WireError) in try reader.skipValue() }
    case UInt8(ascii: "["): try array { (reader, _) throws(WireError) in try reader.skipValue() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): try null()
    default: _ = try number()
    }
  }
}
