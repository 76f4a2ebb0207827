extension BinaryReader {
  /// Reads a varint of at most ten bytes; bits above the 64th are an error.
  @inlinable @inline(__always)
  mutating func varint() throws(WireError) -> UInt64 {
    if cursor < end {
      let byte = cursor.pointee
      if byte < 0x80 {
        cursor += 1
        return UInt64(byte)
      }
    }
    return try longVarint()
  }

  @usableFromInline @inline(never)
  mutating func longVarint() throws(WireError) -> UInt64 {
    // One of at most eight bytes, with eight to read: at once. The lowest clear high bit ends it,
    // and the groups of seven bits are drawn together by twos.
    if end - cursor >= 8 {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
      let ends = ~word & 0x8080_8080_8080_8080
      if ends != 0 {
        cursor += (ends.trailingZeroBitCount &+ 1) &>> 3
        var value = word & (ends ^ (ends &- 1)) & 0x7f7f_7f7f_7f7f_7f7f
        value = value & 0x007f_007f_007f_007f | (value & 0x7f00_7f00_7f00_7f00) &>> 1
        value = value & 0x0000_3fff_0000_3fff | (value & 0x3fff_0000_3fff_0000) &>> 2
        return value & 0x0fff_ffff | (value & 0x0fff_ffff_0000_0000) &>> 4
      }
    }
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var at = cursor
    while at < end {
      let byte = at.pointee
      if shift == 63, byte > 1 {
        throw error(.malformedVarint, "a varint has more than ten bytes or 64 bits")
      }
      at += 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 {
        cursor = at
        return value
      }
      shift &+= 7
    }
    throw truncated()
  }

  /// Reads four bytes, low byte first.
  @inlinable @inline(__always)
  mutating func fixed32() throws(WireError) -> UInt32 {
    if end - cursor < 4 { throw truncated() }
    let value = UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self)
    cursor += 4
    return UInt32(littleEndian: value)
  }

  /// Reads eight bytes, low byte first.
  @inlinable @inline(__always)
  mutating func fixed64() throws(WireError) -> UInt64 {
    if end - cursor < 8 { throw truncated() }
    let value = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
    cursor += 8
    return UInt64(littleEndian: value)
  }

  /// Reads a length that the rest of the message has.
  @inlinable @inline(__always)
  mutating func length() throws(WireError) -> Int {
    let length = try varint()
    if length > UInt64(truncatingIfNeeded: end - cursor) { throw truncated() }
    return Int(truncatingIfNeeded: length)
  }

  /// Reads a length and so many bytes.
  @inlinable @inline(__always)
  mutating func lengthDelimited() throws(WireError) -> UnsafeRawBufferPointer {
    let count = try length()
    let start = cursor
    cursor += count
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Reads a length and so many bytes of UTF-8. Not inlined: one call per string is cheaper than
  /// a copy of this per field.
  @usableFromInline @inline(never)
  mutating func string() throws(WireError) -> String {
    let count = try length()
    try spend(MemoryCost.text(count))
    let start = cursor
    cursor += count
    let bytes = UnsafeBufferPointer(start: start, count: count)
    if BinaryReader.isASCII(bytes) {
      return String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: true))
    }
    do {
      return String(copying: try UTF8Span(validating: bytes.span))
    } catch {
      throw invalidUTF8(at: start)
    }
  }

  /// Whether all bytes are below 128: eight at a time, the last eight overlapping.
  @inline(__always)
  static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    let raw = UnsafeRawPointer(start)
    let count = bytes.count
    var bits: UInt64 = 0
    if count >= 8 {
      var offset = 0
      let last = count &- 8
      while offset < last {
        bits |= raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset &+= 8
      }
      bits |= raw.loadUnaligned(fromByteOffset: last, as: UInt64.self)
    } else {
      for byte in bytes { bits |= UInt64(byte) }
    }
    return bits & 0x8080_8080_8080_8080 == 0
  }
}
