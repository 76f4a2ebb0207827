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
