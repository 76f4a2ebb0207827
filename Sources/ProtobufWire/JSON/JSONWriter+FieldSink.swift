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
