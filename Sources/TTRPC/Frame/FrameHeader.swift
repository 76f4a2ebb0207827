/// The ten bytes before the data of every frame (ttrpc 1.2, PROTOCOL.md, "Message Frame").
///
/// Bytes 0-3 data length and 4-7 stream id, both big-endian; 8 the type; 9 the flags.
package struct FrameHeader: Hashable, Sendable {
  /// How long a header is.
  package static let byteCount = 10

  /// How many bytes of data follow the header.
  package var dataLength: UInt32
  /// The call that the frame belongs to.
  package var streamID: UInt32
  /// What the data is.
  package var type: FrameType
  /// What the sender does next on this stream.
  package var flags: FrameFlags

  /// Makes a header.
  package init(dataLength: UInt32, streamID: UInt32, type: FrameType, flags: FrameFlags = []) {
    self.dataLength = dataLength
    self.streamID = streamID
    self.type = type
    self.flags = flags
  }

  /// Reads a header; `bytes` must hold at least ten. Any ten bytes are a header: whether it makes
  /// sense is for the connection machine to say.
  package init(_ bytes: UnsafeRawBufferPointer) {
    dataLength = UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
    streamID = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    type = FrameType(rawValue: bytes[8])
    flags = FrameFlags(rawValue: bytes[9])
  }

  /// Writes the header into the first ten of `bytes`.
  package func write(to bytes: UnsafeMutableRawBufferPointer) {
    bytes.storeBytes(of: dataLength.bigEndian, as: UInt32.self)
    bytes.storeBytes(of: streamID.bigEndian, toByteOffset: 4, as: UInt32.self)
    bytes[8] = type.rawValue
    bytes[9] = flags.rawValue
  }

  /// The header as bytes of its own.
  package var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.withUnsafeMutableBytes { write(to: $0) }
    return bytes
  }
}

/// What the data of a frame is.
package struct FrameType: RawRepresentable, Hashable, Sendable {
  /// The byte on the wire; other bytes than the three named ones are kept.
  package let rawValue: UInt8

  /// Takes any byte.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// A `Request`: opens a stream.
  package static let request = FrameType(rawValue: 1)
  /// A `Response`: ends a stream.
  package static let response = FrameType(rawValue: 2)
  /// A message of a stream, without an envelope.
  package static let data = FrameType(rawValue: 3)

  /// Whether this protocol version knows the type.
  package var isKnown: Bool { (1...3).contains(rawValue) }
}

/// What the sender of a frame does next on its stream.
package struct FrameFlags: OptionSet, Hashable, Sendable {
  /// The byte on the wire.
  package let rawValue: UInt8

  /// Takes any byte; unknown bits are ignored, as the protocol asks.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The sender sends nothing more on this stream.
  package static let remoteClosed = FrameFlags(rawValue: 1)
  /// The sender will send data frames on this stream.
  package static let remoteOpen = FrameFlags(rawValue: 2)
  /// The frame carries no message, not even an empty one.
  package static let noData = FrameFlags(rawValue: 4)
}
