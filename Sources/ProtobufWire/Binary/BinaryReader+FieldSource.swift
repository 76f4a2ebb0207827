extension BinaryReader: FieldSource {
  /// See `FieldSource`.
  @inlinable @inline(__always)
  public mutating func unknown() {
    isUnknown = true
  }

  /// Whether the field has the wire type of its kind; if not, it becomes an unknown field.
  @inlinable @inline(__always)
  mutating func fits(_ wanted: WireType) -> Bool {
    if wireType == wanted { return true }
    isUnknown = true
    return false
  }

  /// See `FieldSource`.
  @inlinable @inline(__always)
  public mutating func scalar<K: ScalarKind>(
    _ kind: K, into value: inout K.Content
  ) throws(WireError) {
    if fits(K.wireType) { value = try K.read(from: &self) }
  }

  /// See `FieldSource`.
  @inlinable @inline(__always)
  public mutating func present<K: ScalarKind>(_ kind: K) throws(WireError) -> K.Content? {
    fits(K.wireType) ? try K.read(from: &self) : nil
  }

  /// See `FieldSource`.
  @inlinable
  public mutating func repeated<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]
  ) throws(WireError) {
    if K.isPackable, wireType == .lengthDelimited {
      return try packed(kind, into: &values)
    }
    guard fits(K.wireType) else { return }
    let tag = runTag
    if K.isPackable {
      repeat {
        try spend(MemoryCost.elements(1, of: K.Content.self, growing: true))
        values.append(try K.read(from: &self))
      } while passes(tag)
    } else {
      try makeRoom(for: countRun(tag), in: &values)
      repeat { values.append(try K.read(from: &self)) } while passes(tag)
    }
  }

  @inlinable
  mutating func packed<K: ScalarKind>(
    _ kind: K, into values: inout [K.Content]
  ) throws(WireError) {
    let count = try length()
    let outerEnd = end
    end = cursor + count
    let elements = K.fixedSize > 0 ? count / K.fixedSize : varintCount()
    try makeRoom(for: elements, in: &values)
    while cursor < end { values.append(try K.read(from: &self)) }
    end = outerEnd
  }

  /// Pays for elements that are about to be appended; an empty array is made for as many.
  @inlinable @inline(__always)
  mutating func makeRoom<Element>(
    for count: Int, in values: inout [Element]
  ) throws(WireError) {
    try spend(MemoryCost.elements(count, of: Element.self, growing: !values.isEmpty))
    if values.isEmpty { values.reserveCapacity(count) }
  }

  /// How many varints end before the message does.
  @usableFromInline
  func varintCount() -> Int {
    var count = 0
    for byte in UnsafeBufferPointer(start: cursor, count: end - cursor) where byte < 0x80 {
      count &+= 1
    }
    return count
  }

  /// See `FieldSource`.
  @inlinable
  public mutating func message<M: Message>(into value: inout M?) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    // A message that may contain itself stands behind a reference.
    if value == nil { try spend(MemoryLayout<M>.stride &+ MemoryCost.allocation) }
    var message = value.take() ?? M()
    try nested { (reader) throws(WireError) in try message.decodeFields(from: &reader) }
    value = message
  }

  /// See `FieldSource`.
  @inlinable
  public mutating func messages<M: Message>(into values: inout [M]) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    let tag = runTag
    try makeRoom(for: countRun(tag), in: &values)
    repeat {
      var message = M()
      do throws(WireError) {
        try nested { (reader) throws(WireError) in try message.decodeFields(from: &reader) }
      } catch {
        throw error.inside("[\(values.count)]")
      }
      values.append(message)
    } while passes(tag)
  }
}

extension BinaryReader {
  /// See `FieldSource`.
  @inlinable
  public mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Key: V.Content]
  ) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    try spend(MemoryCost.entry(K.Key.self, V.Content.self))
    var name = K.defaultValue
    var content = V.defaultValue
    try nested { (reader) throws(WireError) in
      while reader.cursor < reader.end {
        switch try reader.tag() {
        case 1 where reader.wireType == K.wireType: name = try K.read(from: &reader)
        case 2 where reader.wireType == V.wireType: content = try V.read(from: &reader)
        case let number: try reader.skip(number)
        }
      }
    }
    entries[K.key(name)] = content
  }

  /// See `FieldSource`.
  @inlinable
  public mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Key: M]
  ) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    try spend(MemoryCost.entry(K.Key.self, M.self))
    var name = K.defaultValue
    var content: M? = nil
    try nested { (reader) throws(WireError) in
      while reader.cursor < reader.end {
        switch try reader.tag() {
        case 1 where reader.wireType == K.wireType: name = try K.read(from: &reader)
        case 2 where reader.wireType == .lengthDelimited: try reader.message(into: &content)
        case let number: try reader.skip(number)
        }
      }
    }
    entries[K.key(name)] = content ?? M()
  }

  /// See `FieldSource`.
  public mutating func entries(into value: inout Struct) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    let tag = runTag
    let run = countRun(tag)
    try spend(run &* Struct.orderingBytes)
    try makeRoom(for: run, in: &value.storage)
    repeat {
      let count = try length()
      if depthLeft <= 0 { throw tooDeep() }
      depthLeft &-= 1
      let outerEnd = end
      end = cursor + count
      value.storage.append(try entry())
      end = outerEnd
      depthLeft &+= 1
    } while passes(tag)
  }

  /// Reads an entry as every encoder writes it: the key, then the value, nothing else.
  @inline(__always)
  private mutating func entry() throws(WireError) -> Struct.Entry {
    guard cursor < end, cursor.pointee == Struct.Entry.keyTag else {
      return try anyEntry("", Value())
    }
    cursor += 1
    let name = try string()
    guard cursor < end, cursor.pointee == Struct.Entry.valueTag else {
      return try anyEntry(name, Value())
    }
    cursor += 1
    let content = try self.content(of: name)
    if cursor == end { return Struct.Entry(key: name, value: content) }
    return try anyEntry(name, content)
  }

  /// Reads the rest of an entry in whatever order it is.
  @inline(never)
  private mutating func anyEntry(_ name: String, _ content: Value) throws(WireError) -> Struct.Entry
  {
    var name = name
    var content = content
    while cursor < end {
      switch try tag() {
      case 1 where wireType == .lengthDelimited: name = try string()
      case 2 where wireType == .lengthDelimited:
        do throws(WireError) {
          try nested { (reader) throws(WireError) in try content.decodeFields(from: &reader) }
        } catch {
          throw error.inside(key: name)
        }
      case let number: try skip(number)
      }
    }
    return Struct.Entry(key: name, value: content)
  }

  @inline(__always)
  private mutating func content(of name: String) throws(WireError) -> Value {
    do throws(WireError) {
      let count = try length()
      if depthLeft <= 0 { throw tooDeep() }
      depthLeft &-= 1
      let outerEnd = end
      end = cursor + count
      let content = try Value(reading: &self)
      end = outerEnd
      depthLeft &+= 1
      return content
    } catch {
      throw error.inside(key: name)
    }
  }
}

extension Struct.Entry {
  /// The tags of a map entry's fields.
  static var keyTag: UInt8 { 1 << 3 | 2 }
  static var valueTag: UInt8 { 2 << 3 | 2 }
}
