import RPCCore

/// Steps through the protobuf fields of an envelope without copying what it finds.
///
/// ProtobufWire decodes into messages that own their bytes; an envelope is thrown away as soon as
/// its call has started, so its fields are read where they lie in the socket's buffer.
struct EnvelopeCursor {
  /// The wire types of protobuf's encoding.
  enum WireType {
    static let varint: UInt64 = 0
    static let fixed64: UInt64 = 1
    static let lengthDelimited: UInt64 = 2
    static let startGroup: UInt64 = 3
    static let endGroup: UInt64 = 4
    static let fixed32: UInt64 = 5
  }

  /// Groups may nest this deep, as messages may in ProtobufWire.
  private static let groupDepthMax = 100

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { offset == bytes.count }

  /// At most ten bytes; bits beyond 64 are dropped, as protobuf does.
  mutating func varint() throws(RPCError) -> UInt64 {
    guard offset < bytes.count else { throw .malformedEnvelope("it ends in a number") }
    let first = bytes[offset]
    offset += 1
    if first < 0x80 { return UInt64(first) }
    var value = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while shift < 70 {
      guard offset < bytes.count else { throw .malformedEnvelope("it ends in a number") }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .malformedEnvelope("a number is longer than ten bytes")
  }

  /// The bytes of a length-delimited field.
  mutating func slice() throws(RPCError) -> UnsafeRawBufferPointer {
    let length = try varint()
    guard length <= UInt64(bytes.count - offset) else {
      throw .malformedEnvelope("a field is longer than its message")
    }
    defer { offset += Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
  }

  /// Steps over the value of a field that this version does not know.
  mutating func skip(tag: UInt64) throws(RPCError) {
    var open: [UInt64] = []
    var tag = tag
    repeat {
      switch tag & 7 {
      case WireType.varint: _ = try varint()
      case WireType.fixed64: try advance(8)
      case WireType.lengthDelimited: _ = try slice()
      case WireType.startGroup:
        guard open.count < Self.groupDepthMax else {
          throw .malformedEnvelope("groups are nested too deep")
        }
        open.append(tag >> 3)
      case WireType.endGroup:
        guard open.popLast() == tag >> 3 else {
          throw .malformedEnvelope("a group ends that did not begin")
        }
      case WireType.fixed32: try advance(4)
      default: throw .malformedEnvelope("the wire type \(tag & 7) does not exist")
      }
      if open.isEmpty { return }
      tag = try self.tag()
    } while true
  }

  /// A field's number and wire type.
  mutating func tag() throws(RPCError) -> UInt64 {
    let tag = try varint()
    guard (1...536_870_911).contains(tag >> 3) else {
      throw .malformedEnvelope("the field number \(tag >> 3) does not exist")
    }
    return tag
  }

  private mutating func advance(_ count: Int) throws(RPCError) {
    guard count <= bytes.count - offset else {
      throw .malformedEnvelope("a field is longer than its message")
    }
    offset += count
  }
}
