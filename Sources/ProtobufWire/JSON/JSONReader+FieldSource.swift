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
