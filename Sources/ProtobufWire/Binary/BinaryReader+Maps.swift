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
