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
