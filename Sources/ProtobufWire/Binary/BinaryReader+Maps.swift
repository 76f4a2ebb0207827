extension BinaryReader {
  /// See `FieldSource`.
  @inlinable
  public mutating func map<K: MapKeyKind, V: ScalarKind>(
    _ key: K, _ value: V, into entries: inout [K.Content: V.Content]
  ) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    try spend(1)
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
    entries[name] = content
  }

  /// See `FieldSource`.
  @inlinable
  public mutating func map<K: MapKeyKind, M: Message>(
    _ key: K, into entries: inout [K.Content: M]
  ) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    try spend(1)
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
    entries[name] = content ?? M()
  }

  /// See `FieldSource`.
  public mutating func entries(into value: inout Struct) throws(WireError) {
    guard fits(.lengthDelimited) else { return }
    let tag = runTag
    if value.storage.isEmpty { value.storage.reserveCapacity(countRun(tag)) }
    repeat {
      try spend(1)
      var name = ""
      var content = Value()
      do throws(WireError) {
        try nested { (reader) throws(WireError) in
          try reader.entry(&name, &content)
        }
      } catch {
        throw error.inside("[\"\(name)\"]")
      }
      value.storage.append(Struct.Entry(key: name, value: content))
    } while passes(tag)
  }

  @inline(__always)
  private mutating func entry(_ name: inout String, _ content: inout Value) throws(WireError) {
    while cursor < end {
      switch try tag() {
      case 1 where wireType == .lengthDelimited: name = try string()
      case 2 where wireType == .lengthDelimited:
        try nested { (reader) throws(WireError) in try content.decodeFields(from: &reader) }
      case let number: try skip(number)
      }
    }
  }
}
