private import Texts

/// Reads the protobuf wire format out of bytes that outlive it (Protocol Buffers Encoding). Every
/// read is checked against the end of the message it belongs to; nothing is allocated for a length
/// that is not there.
///
/// Messages meet it as a `FieldSource`; where it is, how deep and in which message is its own.
@frozen
public struct BinaryReader {
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline var cursor: UnsafePointer<UInt8>
  /// The end of the message being read.
  @usableFromInline var end: UnsafePointer<UInt8>
  /// Of the field being read: where its tag begins.
  @usableFromInline var tagStart: UnsafePointer<UInt8>
  @usableFromInline var depthLeft: Int
  /// Bytes of memory that the message may still take.
  @usableFromInline var memoryLeft: Int
  /// A Struct came in pieces: see `EntryOrder`.
  @usableFromInline var hasUnorderedEntries = false
  /// Of the field being read.
  @usableFromInline var wireType: WireType
  /// The field being read is not of the message, or has another wire type than its kind.
  @usableFromInline var isUnknown = false
  @usableFromInline let keepsUnknownFields: Bool

  @inlinable
  init(_ bytes: UnsafeRawBufferPointer, _ options: DecodingOptions) {
    // An empty buffer may have no address; any will do, as it is never read.
    let start =
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    base = start
    cursor = start
    end = start + bytes.count
    tagStart = start
    wireType = .varint
    depthLeft = options.depthMax
    memoryLeft = options.memoryBytesMax ?? MemoryCost.limit(inputBytes: bytes.count)
    keepsUnknownFields = options.keepsUnknownFields
  }

  // MARK: Fields

  /// Reads a tag; keeps its wire type.
  ///
  /// - Returns: the field's number, 1 to 536,870,911.
  @inlinable @inline(__always)
  mutating func tag() throws(WireError) -> Int {
    tagStart = cursor
    let tag: UInt32
    if cursor < end, cursor.pointee < 0x80 {
      tag = UInt32(cursor.pointee)
      cursor += 1
    } else {
      tag = try longTag()
    }
    wireType = WireType(rawValue: UInt8(truncatingIfNeeded: tag) & 7)
    // Field number zero, wire types 6 and 7.
    guard tag >= 8, wireType.rawValue < 6 else { throw badTag() }
    return Int(truncatingIfNeeded: tag &>> 3)
  }

  /// A tag has 32 bits and thereby five bytes at most, however a varint might be padded.
  @usableFromInline @inline(never)
  mutating func longTag() throws(WireError) -> UInt32 {
    var tag: UInt32 = 0
    var shift: UInt32 = 0
    var at = cursor
    while at < end {
      let byte = at.pointee
      // Four bits are left for the fifth byte.
      if shift == 28, byte > 0x0f { throw badTag() }
      at += 1
      tag |= UInt32(byte & 0x7f) &<< shift
      if byte < 0x80 {
        cursor = at
        return tag
      }
      shift &+= 7
    }
    throw truncated()
  }

  /// Reads fields into a message up to its end.
  @inlinable
  mutating func fields<M: Message>(into message: inout M) throws(WireError) {
    // Taken out of the message at the first one: through a property that is computed they would be
    // copied for every one.
    var kept: UnknownFields?
    defer { if let kept { message.unknownFields = kept } }
    while cursor < end {
      let number = try tag()
      let start = tagStart
      let valueStart = cursor
      do throws(WireError) {
        try message.decodeField(number, from: &self)
      } catch {
        throw error.inside(M.descriptor.pathName(of: number))
      }
      if isUnknown {
        let bytes = try passUnknown(number, start, valueStart)
        if !keepsUnknownFields { continue }
        if kept == nil {
          kept = message.unknownFields
          message.unknownFields = UnknownFields()
        }
        try keep(bytes, in: &kept)
      }
    }
  }

  /// Runs a body with the end of a nested message as the end.
  @inlinable @inline(__always)
  mutating func nested(
    _ body: (inout BinaryReader) throws(WireError) -> Void
  ) throws(WireError) {
    let count = try length()
    if depthLeft <= 0 { throw tooDeep() }
    depthLeft &-= 1
    let outerEnd = end
    end = cursor + count
    try body(&self)
    end = outerEnd
    depthLeft &+= 1
  }

  /// Takes bytes off what the whole message may take.
  @inlinable @inline(__always)
  public mutating func spend(_ bytes: Int) throws(WireError) {
    memoryLeft &-= bytes
    if memoryLeft < 0 { throw tooLarge() }
  }
}

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
    guard let text = String(validUTF8: bytes) else { throw invalidUTF8(at: start) }
    return text
  }
}

/// Elements of a repeated field mostly stand one behind the other: a run. Reading it in one loop
/// saves the dispatch per element, and counting it ahead allocates the array once.
extension BinaryReader {
  /// The tag that the elements of a run share.
  @frozen @usableFromInline
  struct RunTag {
    @usableFromInline let start: UnsafePointer<UInt8>
    @usableFromInline let count: Int

    @inlinable @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
      self.start = start
      self.count = count
    }
  }

  /// The tag just read.
  @inlinable @inline(__always)
  var runTag: RunTag { RunTag(start: tagStart, count: cursor - tagStart) }

  /// Passes over the next tag if it is the same, byte by byte.
  @inlinable @inline(__always)
  mutating func passes(_ tag: RunTag) -> Bool {
    guard end - cursor >= tag.count, cursor.pointee == tag.start.pointee else { return false }
    var index = 1
    while index < tag.count {
      if cursor[index] != tag.start[index] { return false }
      index &+= 1
    }
    cursor += tag.count
    return true
  }

  /// How many length-delimited elements stand from here on without another field between: only
  /// those that are there, whatever a length says.
  @inlinable
  func countRun(_ tag: RunTag) -> Int {
    var ahead = self
    var count = 0
    repeat {
      guard let length = try? ahead.length() else { return count }
      ahead.cursor += length
      count &+= 1
    } while ahead.passes(tag)
    return count
  }
}

extension BinaryReader {
  /// Passes over a field that the message does not know.
  ///
  /// - Returns: the whole field, its tag included.
  @usableFromInline @inline(never)
  mutating func passUnknown(
    _ number: Int, _ start: UnsafePointer<UInt8>, _ valueStart: UnsafePointer<UInt8>
  ) throws(WireError) -> UnsafeRawBufferPointer {
    isUnknown = false
    cursor = valueStart
    do throws(WireError) {
      try skip(number)
    } catch {
      throw error.inside("#\(number)")
    }
    return UnsafeRawBufferPointer(start: start, count: cursor - start)
  }

  /// Keeps a field that the message does not know.
  @usableFromInline @inline(never)
  mutating func keep(
    _ field: UnsafeRawBufferPointer, in fields: inout UnknownFields?
  ) throws(WireError) {
    // The first one may also have its message keep an object for it, as a Value does.
    let isFirst = fields?.isEmpty ?? true
    try spend((isFirst ? 2 &* MemoryCost.allocation : 0) &+ 3 &* field.count)
    fields?.append(field)
  }

  /// Passes over the value of a field.
  @usableFromInline
  mutating func skip(_ number: Int) throws(WireError) {
    switch wireType {
    case .varint: _ = try varint()
    case .fixed64: _ = try fixed64()
    case .lengthDelimited: _ = try lengthDelimited()
    case .startGroup: try skipGroup(number)
    case .fixed32: _ = try fixed32()
    default:
      throw WireError(
        .malformedGroup, at: tagStart - base, "a group ends that did not begin")
    }
  }

  /// Groups nest as messages do, so they count as depth.
  private mutating func skipGroup(_ number: Int) throws(WireError) {
    guard depthLeft > 0 else { throw tooDeep() }
    depthLeft -= 1
    while cursor < end {
      let inner = try tag()
      if wireType == .endGroup {
        guard inner == number else {
          throw WireError(
            .malformedGroup, at: tagStart - base,
            "a group ends with another number than it began with")
        }
        depthLeft += 1
        return
      }
      try skip(inner)
    }
    throw truncated()
  }
}

/// Errors are made out of line, so that the hot path is not burdened with them.
extension BinaryReader {
  @usableFromInline @inline(never)
  func error(_ code: WireError.Code, _ message: String) -> WireError {
    WireError(code, at: cursor - base, message)
  }

  @usableFromInline @inline(never)
  func truncated() -> WireError {
    error(.truncated, "the input ends in the middle of a field")
  }

  @usableFromInline @inline(never)
  func badTag() -> WireError {
    WireError(
      .malformedTag, at: tagStart - base,
      "a tag has more than five bytes, or a field number or wire type that does not exist")
  }

  @usableFromInline @inline(never)
  func tooDeep() -> WireError {
    error(.tooDeep, "messages are nested too deeply")
  }

  @usableFromInline @inline(never)
  func tooLarge() -> WireError {
    error(.tooLarge, WireError.tooMuchMemory)
  }

  @usableFromInline @inline(never)
  func invalidUTF8(at place: UnsafePointer<UInt8>) -> WireError {
    WireError(.invalidUTF8, at: place - base, "a string is not UTF-8")
  }
}
