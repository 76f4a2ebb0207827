/// google.protobuf.Struct: a JSON object.
///
/// Entries are kept sorted by the UTF-8 of their keys, each key once; so two Structs with the same
/// entries are equal and have the same bytes. Looking a key up takes logarithmic time.
public struct Struct: Message {
  /// A key and its value.
  @frozen
  public struct Entry: Sendable {
    /// The name of the JSON member.
    public let key: String
    /// Its value.
    public var value: Value

    /// Makes an entry.
    @inlinable @inline(__always)
    public init(key: String, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// While a Struct is being decoded the entries are as they came; then they are put in order.
  @usableFromInline var storage: [Entry]
  /// See `Message`.
  public var unknownFields = UnknownFields()

  /// No entries.
  @inlinable
  public init() {
    storage = []
  }

  /// The entries, sorted by key.
  @inlinable
  public var entries: [Entry] { storage }

  /// How many entries there are.
  @inlinable
  public var count: Int { storage.count }

  /// Whether there is no entry.
  @inlinable
  public var isEmpty: Bool { storage.isEmpty }

  /// The text of a key; nil if there is none, or what is there is no text.
  package func text(_ key: String) -> String? {
    guard case .string(let text)? = self[key]?.kind else { return nil }
    return text
  }

  /// The value of a key; nil if there is none. Setting nil removes the entry.
  public subscript(key: String) -> Value? {
    get {
      let (index, isFound) = position(of: key)
      guard isFound else { return nil }
      return storage[index].value
    }
    set {
      let (index, isFound) = position(of: key)
      switch (newValue, isFound) {
      case (let value?, true): storage[index].value = value
      case (let value?, false): storage.insert(Entry(key: key, value: value), at: index)
      case (nil, true): storage.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// Where a key is, or belongs.
  private func position(of key: String) -> (index: Int, isFound: Bool) {
    var low = 0
    var high = storage.count
    // Entries mostly come in order: look at the end first.
    if let last = storage.last, last.key.utf8.order(against: key.utf8) < 0 { return (high, false) }
    while low < high {
      let middle = (low + high) / 2
      if storage[middle].key.utf8.order(against: key.utf8) < 0 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return (low, low < storage.count && storage[low].key.isByteEqual(to: key))
  }
}

extension Struct.Entry: Hashable {
  /// Equality; keys are compared by their bytes.
  public static func == (left: Struct.Entry, right: Struct.Entry) -> Bool {
    left.key.isByteEqual(to: right.key) && left.value == right.value
  }

  /// Hashes key and value.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(UTF8Key(key))
    hasher.combine(value)
  }
}

extension Struct {
  /// Makes a Struct of entries in any order; the last of a key wins.
  public init(pairs: some Sequence<(key: String, value: Value)>) {
    storage = pairs.map { Entry(key: $0.key, value: $0.value) }
    normalize(from: 0)
  }
}

extension Struct: ExpressibleByDictionaryLiteral {
  /// `["region": "eu", "limit": 10]`; the last of a key wins.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self.init(pairs: elements.map { (key: $0.0, value: $0.1) })
  }
}

extension Struct {
  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.Struct",
    [FieldDescriptor(1, "fields", .map(key: .string, value: .message(Value.self)))])

  /// See `Message`.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.entries(1, storage)
  }

  /// See `Message`.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.entries(into: &self)
    default: source.unknown()
    }
  }

  /// Reads all fields, then puts the entries in order: sorting once is enough, however the entries
  /// are strewn among unknown fields. The pieces that follow a first one are put in order when the
  /// whole message is there: once per piece, many would take quadratic time.
  public mutating func decodeFields(from reader: inout BinaryReader) throws(WireError) {
    let start = storage.count
    // The entries before an error are in the message as well.
    defer {
      if start == 0 {
        normalize(from: 0)
      } else if storage.count > start {
        reader.hasUnorderedEntries = true
      }
    }
    try reader.fields(into: &self)
  }

  /// One copy for all modules.
  public func encodeFields(to writer: inout BinaryWriter) throws(WireError) {
    try writer.entries(1, storage)
    writer.unknown(unknownFields)
  }
}

extension Struct {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// A plain JSON object.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try traverse(&writer)
  }

  /// A plain JSON object.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try decodeField(1, from: &reader)
  }
}
