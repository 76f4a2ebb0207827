internal import Texts

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

extension JSONReader {
  /// Reads the members of an object into the fields of a message.
  /// Null is a field's absence; a field twice, or two of a oneof, are errors, as in the reference
  /// implementations.
  mutating func fields<M: Message>(
    into message: inout M, passingOver passedOver: String = ""
  ) throws(WireError) {
    let descriptor = M.descriptor
    var seen = SmallSet()
    var oneofs = SmallSet()
    var hasPassed = false
    try object { (reader, key) throws(WireError) in
      if !passedOver.isEmpty, key.isByteEqual(to: passedOver) {
        guard !hasPassed else { throw reader.malformed("\(passedOver) stands twice") }
        hasPassed = true
        return try reader.skipValue()
      }
      guard let index = descriptor.index(named: key) else {
        guard reader.options.ignoresUnknownFields else {
          throw WireError(
            .unknownField, at: reader.index, "\(descriptor.fullName) has no field \(key.quoted)")
        }
        return try reader.skipValue()
      }
      let field = descriptor.fields[index]
      guard seen.insert(index) else {
        throw reader.malformed("the field \(field.name) stands twice")
      }
      if reader.peek() == UInt8(ascii: "n"), !field.takesNull { return try reader.null() }
      if let oneof = field.oneof, !oneofs.insert(oneof) {
        throw reader.malformed(
          "two fields of the oneof \(descriptor.oneofs[oneof].name) are set, \(field.name) is one")
      }
      do throws(WireError) {
        try message.decodeField(field.number, from: &reader)
      } catch {
        throw error.inside(field.name)
      }
    }
  }
}

/// A set of numbers from zero on, of which those that a message's fields mostly have take no memory:
/// hostile input has as many objects as bytes.
private struct SmallSet {
  private var low: UInt64 = 0
  private var high: Set<Int> = []

  /// Returns: whether it was not in the set.
  mutating func insert(_ number: Int) -> Bool {
    guard number < 64 else { return high.insert(number).inserted }
    let bit: UInt64 = 1 << UInt64(number)
    defer { low |= bit }
    return low & bit == 0
  }
}

extension FieldDescriptor {
  /// Whether JSON null is a value of the field rather than its absence.
  fileprivate var takesNull: Bool {
    guard !isRepeated else { return false }
    return switch kind {
    case .message(let type): type.jsonForm == .ownOrNull
    case .enum(let descriptor): descriptor.isNull
    default: false
    }
  }
}

extension JSONReader: FieldSource {
  /// See `FieldSource`.
  public mutating func scalar<K: ScalarKind>(
    _ kind: K, into value: inout K.Content
  ) throws(WireError) {
    if let new = try K.readJSON(from: &self) { value = new }
  }

  /// See `FieldSource`.
  public mutating func present<K: ScalarKind>(_ kind: K) throws(WireError) -> K.Content? {
    try K.readJSON(from: &self)
  }

  /// See `FieldSource`.
  public mutating func repeated<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]
  ) throws(WireError) {
    var read = values
    try array { (reader, _) throws(WireError) in
      guard let new = try K.readJSON(from: &reader) else { return }
      try reader.spend(MemoryCost.elements(1, of: K.Content.self, growing: true))
      read.append(new)
    }
    values = read
  }

  /// See `FieldSource`.
  public mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    var message = M()
    try message.readJSON(from: &self)
    value = message
  }

  /// See `FieldSource`.
  public mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    var read = values
    try array { (reader, _) throws(WireError) in
      var message = M()
      try message.readJSON(from: &reader)
      try reader.spend(MemoryCost.elements(1, of: M.self, growing: true))
      read.append(message)
    }
    values = read
  }

  /// See `FieldSource`.
  public mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) throws(WireError) {
    var read = entries
    try object { (reader, name) throws(WireError) in
      let member = try reader.mapKey(key, name)
      try reader.spend(MemoryCost.entry(K.Key.self, V.Content.self))
      guard let content = try V.readJSON(from: &reader) else { return }
      guard read.updateValue(content, forKey: member) == nil else {
        throw reader.malformed("the key \(name.quoted) stands twice")
      }
    }
    entries = read
  }

  /// See `FieldSource`.
  public mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    var read = entries
    try object { (reader, name) throws(WireError) in
      let member = try reader.mapKey(key, name)
      try reader.spend(MemoryCost.entry(K.Key.self, M.self))
      var message = M()
      do throws(WireError) {
        try message.readJSON(from: &reader)
      } catch {
        throw error.inside(key: name)
      }
      guard read.updateValue(message, forKey: member) == nil else {
        throw reader.malformed("the key \(name.quoted) stands twice")
      }
    }
    entries = read
  }

  /// See `FieldSource`.
  public mutating func entries(into value: inout Struct) throws(WireError) {
    let start = value.storage.count
    var read = value.storage
    value.storage = []
    try object { (reader, name) throws(WireError) in
      var content = Value()
      do throws(WireError) {
        try content.readJSON(from: &reader)
      } catch {
        throw error.inside(key: name)
      }
      try reader.spend(
        MemoryCost.elements(1, of: Struct.Entry.self, growing: true) + Struct.orderingBytes)
      read.append(Struct.Entry(key: name, value: content))
    }
    value.storage = read
    let count = value.storage.count
    value.normalize(from: start)
    guard value.storage.count == count else { throw malformed("a key of the object stands twice") }
  }

  /// See `FieldSource`. Members are looked up in the descriptor first, so this is a message whose
  /// descriptor has a field that its `decodeField` lacks.
  public mutating func unknown() {
    preconditionFailure("a descriptor has a field that decodeField lacks")
  }

  private func mapKey<K: MapKeyKind>(_ kind: K, _ name: String) throws(WireError) -> K.Key {
    guard let key = K.key(json: name) else {
      throw WireError(.wrongType, at: index, "\(name.quoted) is no key of this map")
    }
    return key
  }
}
