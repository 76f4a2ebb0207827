internal import Texts

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
      try nested(content, in: { Self.place(number, K.jsonKey(name)) })
      end(mark)
    }
  }

  /// An entry of a map, as errors name it. Out of line: it is for what went wrong.
  @usableFromInline @inline(never)
  static func place(_ number: Int, _ key: String) -> String { "#\(number)[\(key.quoted)]" }

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

extension BinaryWriter {
  /// See `FieldSink`.
  public mutating func entries(
    _ number: Int, _ entries: [Struct.Entry]
  ) throws(WireError) {
    try entries.span.withUnsafeBufferPointer { (buffer) throws(WireError) in
      // Lent, not copied: see `LentEntry`.
      let entries = UnsafeRawBufferPointer(buffer).assumingMemoryBound(to: LentEntry.self)
      for index in entries.indices {
        tag(number, .lengthDelimited)
        try entries[index].write(to: &self, number)
      }
    }
  }

  /// An entry as it lies in the array, but not copyable: looking at a copyable one through a pointer
  /// copies it first, which costs more than writing it.
  private struct LentEntry: ~Copyable {
    let entry: Struct.Entry

    @inline(__always)
    borrowing func write(to writer: inout BinaryWriter, _ number: Int) throws(WireError) {
      if writer.short(entry.key, entry.value.storage) { return }
      let mark = writer.begin()
      writer.append(Struct.Entry.keyTag)
      writer.lengthDelimited(entry.key)
      writer.append(Struct.Entry.valueTag)
      try writer.nested(entry.value, in: { BinaryWriter.place(number, entry.key) })
      writer.end(mark)
    }
  }

  /// Writes an entry of a frequent kind.
  ///
  /// - Parameter value: borrowed, so that looking at it does not copy it.
  @inline(__always)
  private mutating func short(_ key: String, _ value: borrowing Value.Storage) -> Bool {
    switch value {
    case .plain(.string(let text)?): short(key, text)
    case .plain(.number(let number)?): short(key, number)
    default: false
    }
  }

  /// Writes an entry whose lengths all fit in one byte, as most do: then they are known beforehand.
  ///
  /// - Returns: false if they do not fit; then nothing is written.
  @inline(__always)
  private mutating func short(_ key: String, _ text: String) -> Bool {
    let keyCount = key.utf8.count
    let count = text.utf8.count
    // Four bytes of tags and lengths around the key, four around the text.
    guard keyCount &+ count < 120, key.utf8.isContiguous, text.utf8.isContiguous else {
      return false
    }
    ensure(128)
    var at = base + written
    at = BinaryWriter.begin(key, keyCount, entryCount: keyCount &+ count &+ 6, at)
    at[0] = UInt8(truncatingIfNeeded: count &+ 2)
    at[1] = Value.Tag.string
    at[2] = UInt8(truncatingIfNeeded: count)
    BinaryWriter.copy(text, to: at + 3, count: count)
    written = at + 3 + count - base
    return true
  }

  @inline(__always)
  private mutating func short(_ key: String, _ number: Double) -> Bool {
    let keyCount = key.utf8.count
    guard keyCount < 112, key.utf8.isContiguous else { return false }
    ensure(128)
    var at = base + written
    at = BinaryWriter.begin(key, keyCount, entryCount: keyCount &+ 13, at)
    at[0] = 9
    at[1] = Value.Tag.number
    UnsafeMutableRawPointer(at + 2)
      .storeBytes(of: number.bitPattern.littleEndian, as: UInt64.self)
    written = at + 10 - base
    return true
  }

  /// Writes an entry up to the length of its value.
  @inline(__always)
  private static func begin(
    _ key: String, _ keyCount: Int, entryCount: Int, _ start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    start[0] = UInt8(truncatingIfNeeded: entryCount)
    start[1] = Struct.Entry.keyTag
    start[2] = UInt8(truncatingIfNeeded: keyCount)
    copy(key, to: start + 3, count: keyCount)
    start[3 &+ keyCount] = Struct.Entry.valueTag
    return start + 4 + keyCount
  }

  @inline(__always)
  private static func copy(
    _ text: String, to destination: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    text.utf8.withContiguousStorageIfAvailable { source in
      guard let start = source.baseAddress else { return }
      copy(start, to: destination, count: count)
    }
  }
}

extension String.UTF8View {
  /// Whether the bytes lie in memory; all strings on Linux do, bridged ones elsewhere may not.
  @inline(__always)
  fileprivate var isContiguous: Bool {
    withContiguousStorageIfAvailable { _ in true } ?? false
  }
}
