/// A field of a message as a piece of text, for whoever has no message but names and texts: an item
/// of a query string, a variable of a path.
public struct FieldText: Sendable, Hashable {
  /// The field's name, as in the proto file or as in JSON; dotted for one of a message within.
  public var name: String
  /// Its value: a string as it is, anything else as proto3 JSON has it, without quotes.
  public var text: String

  /// Makes a field.
  public init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// The name up to the first dot.
  package var firstName: String {
    String(Substring(name.utf8.prefix { $0 != UInt8(ascii: ".") }))
  }
}

extension Message {
  /// Takes fields from texts: scalars are replaced, repeated fields extended, messages merged. A
  /// repeated field stands once for each of its values; a message may also stand as one JSON object,
  /// and a member of a google.protobuf.Struct by its name behind a dot.
  ///
  /// - Throws: `WireError` naming the field that does not exist, stands twice or cannot be read.
  public mutating func merge(_ fields: [FieldText]) throws(WireError) {
    try merge(fields.map { TextSource.Item(rest: $0.name[...], text: $0.text) }, depthLeft: 100)
  }

  fileprivate mutating func merge(
    _ items: [TextSource.Item], depthLeft: Int
  ) throws(WireError) {
    guard depthLeft > 0 || items.isEmpty else {
      throw WireError(.tooDeep, at: 0, "messages are nested too deeply")
    }
    let descriptor = Self.descriptor
    // A message has few fields: looking through them is cheaper than hashing.
    var sources: [(field: FieldDescriptor, source: TextSource)] = []
    for var item in items {
      let name = item.takeName()
      guard let field = descriptor.field(named: name) else {
        throw WireError(.unknownField, at: 0, "\(descriptor.fullName) has no field \"\(name)\"")
      }
      if let index = sources.firstIndex(where: { $0.field.number == field.number }) {
        sources[index].source.items.append(item)
      } else {
        sources.append((field, TextSource(item, depthLeft: depthLeft - 1)))
      }
    }
    var oneofs: Set<Int> = []
    for (field, var source) in sources {
      if let oneof = field.oneof, !oneofs.insert(oneof).inserted {
        throw WireError(
          .invalidValue, at: 0,
          "two fields of the oneof \(descriptor.oneofs[oneof].name) are set, \(field.name) is one")
      }
      do throws(WireError) {
        try decodeField(field.number, from: &source)
      } catch {
        throw error.inside(field.name)
      }
    }
  }

  /// The fields that an object of proto3 JSON names.
  package static func fieldNumbers(inJSON bytes: [UInt8]) throws(WireError) -> Set<Int> {
    var numbers: Set<Int> = []
    var reader = JSONReader(bytes, options: JSONDecodingOptions())
    try reader.object { (reader, name) throws(WireError) in
      if let field = descriptor.field(named: name) { numbers.insert(field.number) }
      try reader.skipValue()
    }
    return numbers
  }
}

/// The texts of one field: a source that stands at its value.
private struct TextSource: FieldSource {
  struct Item {
    /// What is left of the name: where in the field's message the value belongs.
    var rest: Substring
    var text: String

    /// Takes the first name off.
    mutating func takeName() -> String {
      let name = rest.utf8.prefix { $0 != UInt8(ascii: ".") }
      rest = Substring(rest.utf8.dropFirst(name.count + 1))
      return String(Substring(name))
    }
  }

  var items: [Item]
  let depthLeft: Int

  init(_ item: Item, depthLeft: Int) {
    items = [item]
    self.depthLeft = depthLeft
  }

  // MARK: Texts

  /// Reads one text: as a string of JSON or, where that is none of the field's values, as it stands.
  private static func read<Result>(
    _ text: String, _ body: (inout JSONReader) throws(WireError) -> Result
  ) throws(WireError) -> Result {
    var writer = JSONWriter(options: JSONEncodingOptions())
    writer.string(text)
    do throws(WireError) {
      return try whole(writer.bytes, body)
    } catch {
      let isBare = text.utf8.first.map { "{[tf-0123456789".utf8.contains($0) } ?? false
      guard isBare else { throw located(error) }
    }
    do throws(WireError) {
      return try whole(Array(text.utf8), body)
    } catch {
      throw located(error)
    }
  }

  private static func whole<Result>(
    _ bytes: [UInt8], _ body: (inout JSONReader) throws(WireError) -> Result
  ) throws(WireError) -> Result {
    var reader = JSONReader(bytes, options: JSONDecodingOptions())
    let result = try body(&reader)
    try reader.expectEnd()
    return result
  }

  /// Offsets within quotes that nobody wrote lead nowhere.
  private static func located(_ error: WireError) -> WireError {
    var error = error
    error.byteOffset = 0
    return error
  }

  private static func value(_ text: String) -> Value {
    var value = Value.null
    do throws(WireError) {
      try whole(Array(text.utf8)) { (reader) throws(WireError) in
        try value.readJSON(from: &reader)
      }
      return value
    } catch {
      return .string(text)
    }
  }

  /// The texts of values of the field itself, not of fields within.
  private func texts() throws(WireError) -> [String] {
    for item in items where !item.rest.isEmpty {
      throw WireError(.unknownField, at: 0, "there is no field \"\(item.rest)\" in it")
    }
    return items.map(\.text)
  }

  private func text() throws(WireError) -> String {
    let texts = try texts()
    guard texts.count == 1 else {
      throw WireError(.invalidValue, at: 0, "it stands \(texts.count) times, and has one value")
    }
    return texts[0]
  }

  // MARK: FieldSource

  mutating func scalar<K: ScalarKind>(
    _ kind: K, into value: inout K.Content
  ) throws(WireError) {
    if let new = try present(kind) { value = new }
  }

  mutating func present<K: ScalarKind>(_ kind: K) throws(WireError) -> K.Content? {
    let text = try text()
    // Strings stand as they are.
    if K.self == StringKind.self { return text as? K.Content }
    return try Self.read(text) { (reader) throws(WireError) in try K.readJSON(from: &reader) }
  }

  mutating func repeated<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]
  ) throws(WireError) {
    for text in try texts() {
      let new = try Self.read(text) { (reader) throws(WireError) in
        try K.readJSON(from: &reader)
      }
      if let new { values.append(new) }
    }
  }

  mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    var message = value ?? M()
    if var object = message as? Struct {
      try entries(into: &object)
      value = object as? M
      return
    }
    let inner = items.filter { !$0.rest.isEmpty }
    if inner.count < items.count {
      guard items.count == 1 else {
        throw WireError(.invalidValue, at: 0, "it stands \(items.count) times, and has one value")
      }
      message = try Self.message(M.self, items[0].text)
    }
    if M.jsonForm == .fields || inner.isEmpty {
      try message.merge(inner, depthLeft: depthLeft)
    } else {
      _ = try texts()
    }
    value = message
  }

  mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    for text in try texts() { values.append(try Self.message(M.self, text)) }
  }

  private static func message<M: Message>(
    _ type: M.Type, _ text: String
  ) throws(WireError) -> M {
    // Any text is a string to it, so what looks like JSON has to go first.
    if M.self == Value.self, let value = value(text) as? M { return value }
    return try read(text) { (reader) throws(WireError) in
      var message = M()
      try message.readJSON(from: &reader)
      return message
    }
  }

  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) throws(WireError) {
    for item in items {
      let content = try Self.read(item.text) { (reader) throws(WireError) in
        try V.readJSON(from: &reader)
      }
      if let content { entries[try self.key(K.self, item)] = content }
    }
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    for item in items {
      entries[try self.key(K.self, item)] = try Self.message(M.self, item.text)
    }
  }

  private func key<K: MapKeyKind>(_ kind: K.Type, _ item: Item) throws(WireError) -> K.Key {
    guard !item.rest.isEmpty, let key = K.key(json: String(item.rest)) else {
      throw WireError(.wrongType, at: 0, "\"\(item.rest)\" is no key of this map")
    }
    return key
  }

  mutating func entries(into value: inout Struct) throws(WireError) {
    for item in items {
      if item.rest.isEmpty {
        for entry in try Self.message(Struct.self, item.text).entries {
          value[entry.key] = entry.value
        }
      } else {
        value[String(item.rest)] = Self.value(item.text)
      }
    }
  }

  mutating func unknown() {
    preconditionFailure("a descriptor has a field that decodeField lacks")
  }
}
