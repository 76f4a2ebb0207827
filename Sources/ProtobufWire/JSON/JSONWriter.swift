internal import Texts

/// Writes proto3 JSON (Protocol Buffers, "ProtoJSON Format"): a sink for the fields of messages, and the scalars they are made of.
public struct JSONWriter {
  /// How it is written.
  public let options: JSONEncodingOptions
  var bytes: [UInt8] = []
  var descriptor = Empty.descriptor
  private var isFirst = true
  private var depth = 0
  private var packedLeft: Int

  init(options: JSONEncodingOptions) {
    self.options = options
    packedLeft = options.packedBytesMax
  }

  /// Takes bytes of a google.protobuf.Any off what may be unpacked.
  mutating func spendPacked(_ count: Int) throws(WireError) {
    packedLeft -= count
    if packedLeft < 0 {
      throw WireError(
        .tooLarge, at: bytes.count,
        "the messages in google.protobuf.Any have more than \(options.packedBytesMax) bytes together"
      )
    }
  }

  // MARK: Structure

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func breakLine() {
    guard options.isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { append("  ") }
  }

  /// Opens an object or array. Whatever nests goes through here, a message packed in a
  /// google.protobuf.Any too, so this bounds how deep the writing of it calls itself.
  mutating func open(_ bracket: Unicode.Scalar) throws(WireError) {
    guard depth < options.depthMax else {
      throw WireError(
        .tooDeep, at: bytes.count,
        "objects and arrays are nested more than \(options.depthMax) deep")
    }
    bytes.append(UInt8(ascii: bracket))
    depth += 1
    isFirst = true
  }

  /// Closes it.
  mutating func close(_ bracket: Unicode.Scalar) {
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(UInt8(ascii: bracket))
    isFirst = false
  }

  /// Goes on to the next element.
  mutating func next() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    breakLine()
  }

  /// Goes on to a member.
  mutating func key(_ name: String) {
    next()
    string(name)
    bytes.append(UInt8(ascii: ":"))
    if options.isPretty { bytes.append(UInt8(ascii: " ")) }
  }

  mutating func key(_ number: Int) {
    guard let field = descriptor.field(number: number) else {
      preconditionFailure("\(descriptor.fullName) hands out field \(number), which it lacks")
    }
    key(options.fieldNames == .json ? field.jsonName : field.name)
  }

  /// Writes the fields of a message as members.
  mutating func fields<M: Message>(of message: M) throws(WireError) {
    let outer = descriptor
    descriptor = M.descriptor
    try message.traverse(&self)
    descriptor = outer
  }
}

extension JSONWriter: FieldSink {
  /// See `FieldSink`.
  public mutating func scalar<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    if options.alwaysWritesDefaults || !K.isDefault(value) { try present(number, kind, value) }
  }

  /// See `FieldSink`.
  public mutating func present<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    key(number)
    K.writeJSON(value, to: &self)
  }

  /// See `FieldSink`.
  public mutating func repeated<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    guard options.alwaysWritesDefaults || !values.isEmpty else { return }
    key(number)
    try open("[")
    for value in values {
      next()
      K.writeJSON(value, to: &self)
    }
    close("]")
  }

  /// See `FieldSink`.
  public mutating func unpacked<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    try repeated(number, kind, values)
  }

  /// See `FieldSink`.
  public mutating func message<M: Message>(_ number: Int, _ value: M) throws(WireError) {
    key(number)
    do throws(WireError) {
      try value.writeJSON(to: &self)
    } catch {
      throw error.inside(descriptor.pathName(of: number))
    }
  }

  /// See `FieldSink`.
  public mutating func messages<M: Message>(_ number: Int, _ values: [M]) throws(WireError) {
    guard options.alwaysWritesDefaults || !values.isEmpty else { return }
    key(number)
    try open("[")
    for (index, value) in values.enumerated() {
      next()
      do throws(WireError) {
        try value.writeJSON(to: &self)
      } catch {
        throw error.inside("\(descriptor.pathName(of: number))[\(index)]")
      }
    }
    close("]")
  }

  /// See `FieldSink`.
  public mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ number: Int, _ key: K, _ value: V, _ entries: [K.Key: V.Content]
  ) throws(WireError) {
    guard options.alwaysWritesDefaults || !entries.isEmpty else { return }
    self.key(number)
    try open("{")
    for (name, content) in entries.sorted(by: { K.precedes($0.key, $1.key) }) {
      self.key(K.jsonKey(name))
      V.writeJSON(content, to: &self)
    }
    close("}")
  }

  /// See `FieldSink`.
  public mutating func map<K: MapKeyKind, M: Message>(
    _ number: Int, _ key: K, _ entries: [K.Key: M]
  ) throws(WireError) {
    guard options.alwaysWritesDefaults || !entries.isEmpty else { return }
    self.key(number)
    try open("{")
    for (name, content) in entries.sorted(by: { K.precedes($0.key, $1.key) }) {
      self.key(K.jsonKey(name))
      do throws(WireError) {
        try content.writeJSON(to: &self)
      } catch {
        throw error.inside(key: K.jsonKey(name)).inside(descriptor.pathName(of: number))
      }
    }
    close("}")
  }

  /// See `FieldSink`. A Struct is the object of its entries, not a member of one.
  public mutating func entries(
    _ number: Int, _ entries: [Struct.Entry]
  ) throws(WireError) {
    try open("{")
    for entry in entries {
      key(entry.key)
      do throws(WireError) {
        try entry.value.writeJSON(to: &self)
      } catch {
        throw error.inside(key: entry.key)
      }
    }
    close("}")
  }
}

extension JSONWriter {
  /// Writes `null`.
  mutating func null() {
    append("null")
  }

  /// Writes `true` or `false`.
  mutating func bool(_ value: Bool) {
    if value { append("true") } else { append("false") }
  }

  /// Writes an integer of at most 32 bits.
  mutating func integer(_ value: some FixedWidthInteger) {
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes an integer of 64 bits, which JSON numbers cannot hold exactly, as a string.
  mutating func quotedInteger(_ value: some FixedWidthInteger) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: String(value).utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes the shortest text that reads back as the same number; the three numbers that JSON
  /// lacks are strings.
  mutating func real<Real: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Real) {
    if value.isFinite {
      number(value.description)
    } else if value.isNaN {
      string("NaN")
    } else {
      string(value < 0 ? "-Infinity" : "Infinity")
    }
  }

  /// Swift writes whole numbers as `1.0`; protobuf as `1`.
  private mutating func number(_ text: String) {
    bytes.append(contentsOf: text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8)
  }

  /// Writes a string. What JSON demands is escaped, and DEL: people look at it too.
  mutating func string(_ text: String) {
    bytes.appendJSONString(text, escapesDelete: true)
  }

  /// Writes bytes as a string in base64.
  mutating func base64(_ content: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    bytes.appendBase64(content)
    bytes.append(UInt8(ascii: "\""))
  }
}
