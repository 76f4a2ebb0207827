/// Puts the entries of every Struct in a message in order: a source that gives nothing, but comes by
/// each field. A reader asks for it after a Struct arrived in pieces, which are appended as they come.
struct EntryOrder: FieldSource {
  /// Bytes of memory that the message may still take: coming by a large message that is empty makes
  /// its fields.
  private var memoryLeft: Int

  init(memoryLeft: Int) {
    self.memoryLeft = memoryLeft
  }

  mutating func restore(in message: inout some Message) throws(WireError) {
    for field in type(of: message).descriptor.fields where field.messageType != nil {
      try message.decodeField(field.number, from: &self)
    }
  }

  mutating func spend(_ bytes: Int) throws(WireError) {
    memoryLeft -= bytes
    if memoryLeft < 0 { throw WireError(.tooLarge, at: 0, WireError.tooMuchMemory) }
  }

  mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    guard var message = value.take() else { return }
    defer { value = message }
    try restore(in: &message)
  }

  mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    for index in values.indices { try restore(in: &values[index]) }
  }

  mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    var index = entries.values.startIndex
    while index != entries.values.endIndex {
      try restore(in: &entries.values[index])
      entries.values.formIndex(after: &index)
    }
  }

  mutating func entries(into value: inout Struct) throws(WireError) {
    value.normalize(from: 0)
    for index in value.storage.indices { try restore(in: &value.storage[index].value) }
  }

  // Nothing else holds a Struct.
  mutating func scalar<K: ScalarKind>(_ kind: K, into value: inout K.Content) {}
  mutating func present<K: ScalarKind>(_ kind: K) -> K.Content? { nil }
  mutating func repeated<K: ScalarKind>(_ kind: K, into values: inout [K.Content]) {}
  mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) {}
  mutating func unknown() {}
}

extension Message {
  /// See `EntryOrder`.
  @usableFromInline @inline(never)
  mutating func restoreEntryOrder(after reader: BinaryReader) throws(WireError) {
    var order = EntryOrder(memoryLeft: reader.memoryLeft)
    try order.restore(in: &self)
  }
}
