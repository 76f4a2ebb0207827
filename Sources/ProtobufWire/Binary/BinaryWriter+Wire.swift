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
