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
