/// Bytes of the protobuf wire format, written forward in one pass: a message's length is patched
/// in once its end is known. What it holds already stays, so that a frame's header can stand in
/// front of the message; it can be emptied and used again without a new allocation.
///
/// Not copyable, so that its memory has one owner and grows in place.
public struct BinaryWriter: ~Copyable, @unchecked Sendable {
  /// How deep messages may be nested: what is written can be read again with the default options.
  @inlinable static var depthMax: Int { 99 }

  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var written: Int
  /// How many messages are open around the one being written.
  @usableFromInline var depth: Int

  /// Bytes written.
  @inlinable public var count: Int { written }

  /// An empty writer with room for some bytes.
  @inlinable
  public init(reservingBytes reserved: Int = 256) {
    capacity = max(16, reserved)
    base = .allocate(capacity: capacity)
    written = 0
    depth = 0
  }

  @inlinable
  deinit {
    base.deallocate()
  }

  // MARK: Room

  /// Makes room for so many more bytes.
  @inlinable @inline(__always)
  mutating func ensure(_ more: Int) {
    if capacity - written < more { grow(more) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ more: Int) {
    // While it is small, growing fast costs little room and saves copies.
    let factor = capacity <= 1 << 14 ? 4 : 2
    let wanted = max(capacity * factor, written + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: base, count: written)
    base.deallocate()
    base = larger
    capacity = wanted
  }

  /// Forgets the bytes from a position on.
  @inlinable
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= written, "a writer cannot be truncated to more than it has")
    written = count
    depth = 0
  }

  /// Forgets all bytes; gives back room above a bound, so that one large message is not paid for
  /// ever after.
  public mutating func reset(keepingBytes capacityMax: Int = 1 << 20) {
    written = 0
    depth = 0
    if capacity > capacityMax {
      base.deallocate()
      capacity = 256
      base = .allocate(capacity: capacity)
    }
  }

  // MARK: Raw bytes

  /// Appends one byte.
  @inlinable @inline(__always)
  public mutating func append(_ byte: UInt8) {
    ensure(1)
    base[written] = byte
    written += 1
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf bytes: [UInt8]) {
    bytes.withUnsafeBytes { append(contentsOf: $0) }
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    ensure(bytes.count)
    UnsafeMutableRawPointer(base + written).copyMemory(from: source, byteCount: bytes.count)
    written += bytes.count
  }

  /// Appends zeros to be patched later.
  ///
  /// - Returns: where they begin.
  @inlinable
  public mutating func reserve(_ count: Int) -> Int {
    ensure(count)
    let mark = written
    (base + written).initialize(repeating: 0, count: count)
    written += count
    return mark
  }

  /// Writes a number into bytes reserved before, high byte first.
  @inlinable
  public mutating func patchBigEndianUInt32(at mark: Int, _ value: UInt32) {
    precondition(mark >= 0 && mark + 4 <= written, "only written bytes can be patched")
    UnsafeMutableRawPointer(base + mark).storeBytes(of: value.bigEndian, as: UInt32.self)
  }

  /// Overwrites a byte written before.
  @inlinable
  public mutating func patchByte(at mark: Int, _ value: UInt8) {
    precondition(mark >= 0 && mark < written, "only written bytes can be patched")
    base[mark] = value
  }

  /// Lends the bytes.
  @inlinable
  public borrowing func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: written))
  }

  /// The bytes as an array; the writer is empty afterwards and keeps its room.
  public mutating func take() -> [UInt8] {
    let result = bytes()
    reset()
    return result
  }

  /// The bytes from a position on, copied.
  @inlinable
  public borrowing func bytes(from start: Int = 0) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: base + start, count: written - start))
  }
}

extension BinaryWriter {
  /// Appends a varint of 1 to 10 bytes.
  @inlinable @inline(__always)
  public mutating func varint(_ value: UInt64) {
    ensure(10)
    if value < 0x80 {
      base[written] = UInt8(truncatingIfNeeded: value)
      written += 1
    } else {
      longVarint(value)
    }
  }

  @inlinable
  mutating func longVarint(_ value: UInt64) {
    var rest = value
    var at = base + written
    while rest >= 0x80 {
      at.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      at += 1
      rest >>= 7
    }
    at.pointee = UInt8(truncatingIfNeeded: rest)
    written = at + 1 - base
  }

  /// Appends a field's tag.
  @inlinable @inline(__always)
  public mutating func tag(_ number: Int, _ wireType: WireType) {
    varint(UInt64(truncatingIfNeeded: number) << 3 | UInt64(wireType.rawValue))
  }

  /// Appends four bytes, low byte first.
  @inlinable @inline(__always)
  public mutating func fixed32(_ value: UInt32) {
    ensure(4)
    UnsafeMutableRawPointer(base + written).storeBytes(of: value.littleEndian, as: UInt32.self)
    written += 4
  }

  /// Appends eight bytes, low byte first.
  @inlinable @inline(__always)
  public mutating func fixed64(_ value: UInt64) {
    ensure(8)
    UnsafeMutableRawPointer(base + written).storeBytes(of: value.littleEndian, as: UInt64.self)
    written += 8
  }

  /// Appends a length and bytes.
  @inlinable
  public mutating func lengthDelimited(_ bytes: UnsafeRawBufferPointer) {
    varint(UInt64(bytes.count))
    append(contentsOf: bytes)
  }

  /// Appends a length and the UTF-8 of a string.
  @inlinable @inline(__always)
  public mutating func lengthDelimited(_ text: String) {
    let count = text.utf8.count
    ensure(count &+ 10)
    if count < 0x80 {
      base[written] = UInt8(truncatingIfNeeded: count)
      written &+= 1
    } else {
      longVarint(UInt64(truncatingIfNeeded: count))
    }
    let destination = base + written
    let copied: Void? = text.utf8.withContiguousStorageIfAvailable { source in
      guard let start = source.baseAddress else { return }
      BinaryWriter.copy(start, to: destination, count: count)
    }
    if copied == nil { BinaryWriter.copySlowly(text, to: destination) }
    written &+= count
  }

  /// Copies bytes; up to sixteen, as most strings have, by two overlapping words instead of a call.
  @inlinable @inline(__always)
  static func copy(
    _ source: UnsafePointer<UInt8>, to destination: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let from = UnsafeRawPointer(source)
    let to = UnsafeMutableRawPointer(destination)
    if count > 16 {
      to.copyMemory(from: from, byteCount: count)
    } else if count >= 8 {
      let head = from.loadUnaligned(as: UInt64.self)
      let tail = from.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      to.storeBytes(of: head, as: UInt64.self)
      to.storeBytes(of: tail, toByteOffset: count &- 8, as: UInt64.self)
    } else if count >= 4 {
      let head = from.loadUnaligned(as: UInt32.self)
      let tail = from.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      to.storeBytes(of: head, as: UInt32.self)
      to.storeBytes(of: tail, toByteOffset: count &- 4, as: UInt32.self)
    } else {
      var index = 0
      while index < count {
        destination[index] = source[index]
        index &+= 1
      }
    }
  }

  /// A bridged or otherwise lazy string. Apart, because a loop here would make every string of
  /// the fast path retain and release.
  @usableFromInline @inline(never)
  static func copySlowly(_ text: String, to destination: UnsafeMutablePointer<UInt8>) {
    var at = destination
    for byte in text.utf8 {
      at.pointee = byte
      at += 1
    }
  }

  /// Starts a length-delimited field: leaves one byte for the length.
  ///
  /// - Returns: what `end` takes.
  @inlinable @inline(__always)
  public mutating func begin() -> Int {
    ensure(1)
    written += 1
    return written
  }

  /// Ends a length-delimited field: writes the length, moving the bytes up if it needs more room
  /// than one byte (from 128 bytes on).
  @inlinable @inline(__always)
  public mutating func end(_ mark: Int) {
    let length = written - mark
    if length < 0x80 {
      base[mark - 1] = UInt8(truncatingIfNeeded: length)
    } else {
      endLong(mark, length)
    }
  }

  @usableFromInline
  mutating func endLong(_ mark: Int, _ length: Int) {
    let more = BinaryWriter.varintLength(UInt64(length)) - 1
    ensure(more)
    UnsafeMutableRawPointer(base + mark + more)
      .copyMemory(from: UnsafeRawPointer(base + mark), byteCount: length)
    written = mark - 1
    longVarint(UInt64(length))
    written = mark + more + length
  }

  /// Bytes of a varint.
  @inlinable @inline(__always)
  public static func varintLength(_ value: UInt64) -> Int {
    // Seven bits a byte: the constant makes a division by seven of a shift.
    (9 * (63 - (value | 1).leadingZeroBitCount) + 73) >> 6
  }
}
