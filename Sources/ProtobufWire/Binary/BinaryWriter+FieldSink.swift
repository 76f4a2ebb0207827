extension BinaryWriter: FieldSink {
  /// See `FieldSink`.
  @inlinable @inline(__always)
  public mutating func scalar<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    if !K.isDefault(value) { try present(number, kind, value) }
  }

  /// See `FieldSink`.
  @inlinable @inline(__always)
  public mutating func present<K: ScalarKind>(
    _ number: Int, _ kind: K, _ value: K.Content
  ) throws(WireError) {
    tag(number, K.wireType)
    K.write(value, to: &self)
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func repeated<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    guard K.isPackable else { return try unpacked(number, kind, values) }
    guard !values.isEmpty else { return }
    tag(number, .lengthDelimited)
    let mark = begin()
    ensure(values.count * max(1, K.fixedSize))
    for value in values { K.write(value, to: &self) }
    end(mark)
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func unpacked<K: ScalarKind>(
    _ number: Int, _ kind: K, _ values: [K.Content]
  ) throws(WireError) {
    for value in values { try present(number, kind, value) }
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func message<M: Message>(_ number: Int, _ value: M) throws(WireError) {
    tag(number, .lengthDelimited)
    try nested(value, in: { "#\(number)" })
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func messages<M: Message>(_ number: Int, _ values: [M]) throws(WireError) {
    try values.withUnsafeBufferPointer { (values) throws(WireError) in
      for index in values.indices {
        tag(number, .lengthDelimited)
        try nested(values[index], in: { "#\(number)[\(index)]" })
      }
    }
  }

  /// Appends a message with its length.
  @inlinable @inline(__always)
  mutating func nested<M: Message>(_ value: M, in path: () -> String) throws(WireError) {
    let mark = begin()
    depth &+= 1
    do throws(WireError) {
      if depth > BinaryWriter.depthMax { throw tooDeep() }
      try value.encodeFields(to: &self)
    } catch {
      throw error.named(by: M.descriptor).inside(path())
    }
    depth &-= 1
    end(mark)
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ number: Int, _ key: K, _ value: V, _ entries: [K.Key: V.Content]
  ) throws(WireError) {
    for (name, content) in entries.sorted(by: { K.precedes($0.key, $1.key) }) {
      tag(number, .lengthDelimited)
      let mark = begin()
      try present(1, key, K.value(name))
      try present(2, value, content)
      end(mark)
    }
  }

  /// See `FieldSink`.
  @inlinable
  public mutating func map<K: MapKeyKind, M: Message>(
    _ number: Int, _ key: K, _ entries: [K.Key: M]
  ) throws(WireError) {
    for (name, content) in entries.sorted(by: { K.precedes($0.key, $1.key) }) {
      tag(number, .lengthDelimited)
      let mark = begin()
      try present(1, key, K.value(name))
      tag(2, .lengthDelimited)
      try nested(content, in: { "#\(number)[\(K.jsonKey(name).quoted)]" })
      end(mark)
    }
  }

  /// Appends unknown fields as they came.
  @inlinable @inline(__always)
  mutating func unknown(_ fields: UnknownFields) {
    if !fields.isEmpty { append(contentsOf: fields.bytes) }
  }

  @usableFromInline @inline(never)
  func tooDeep() -> WireError {
    WireError(.tooDeep, at: count, "messages are nested too deeply")
  }
}
