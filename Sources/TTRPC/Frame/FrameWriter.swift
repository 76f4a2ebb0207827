package import NIOCore
package import ProtobufWire
package import RPCCore
import RPCServing

/// Collects outgoing frames of one connection, one behind the other, until they are sent together.
///
/// A message is encoded straight into its frame: `begin...` reserves the header, the encoder writes
/// behind it, `end...` fills the header in. One that fails is taken back with `rewind`.
package struct FrameWriter: ~Copyable {
  /// Where encoders write to, between a `begin...` and its `end...`.
  package var writer = BinaryWriter()

  /// Holds nothing yet.
  package init() {}

  /// How many bytes wait to be sent.
  package var count: Int { writer.count }
  /// Whether nothing waits.
  package var isEmpty: Bool { writer.count == 0 }

  /// Where a frame begins.
  package struct Mark {
    fileprivate let frame: Int
    fileprivate let payload: Int
  }

  /// Starts a response frame, in whose payload the message follows.
  package mutating func beginResponse() -> Mark {
    let frame = writer.reserve(FrameHeader.byteCount)
    writer.tag(2, .lengthDelimited)
    return Mark(frame: frame, payload: writer.begin())
  }

  /// Ends a response frame.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` if the frame would be too long.
  package mutating func endResponse(
    _ mark: Mark, _ streamID: UInt32, bytesMax: Int
  ) throws(RPCError) {
    writer.end(mark.payload)
    _ = try endFrame(mark, streamID, .response, bytesMax: bytesMax)
  }

  /// Starts a data frame of a stream, in which the message follows.
  package mutating func beginData() -> Mark {
    Mark(frame: writer.reserve(FrameHeader.byteCount), payload: 0)
  }

  /// Ends a data frame.
  ///
  /// - Returns: the bytes of the frame.
  /// - Throws: `RESOURCE_EXHAUSTED` if the frame would be too long.
  package mutating func endData(
    _ mark: Mark, _ streamID: UInt32, bytesMax: Int
  ) throws(RPCError) -> Int {
    try endFrame(mark, streamID, .data, bytesMax: bytesMax)
  }

  private mutating func endFrame(
    _ mark: Mark, _ streamID: UInt32, _ type: FrameType, bytesMax: Int
  ) throws(RPCError) -> Int {
    let dataBytes = writer.count - mark.frame - FrameHeader.byteCount
    guard dataBytes <= bytesMax else {
      throw .responseTooLong(bytes: dataBytes, bytesMax: bytesMax)
    }
    writer.patchBigEndianUInt32(at: mark.frame, UInt32(dataBytes))
    writer.patchBigEndianUInt32(at: mark.frame + 4, streamID)
    writer.patchByte(at: mark.frame + 8, type.rawValue)
    return FrameHeader.byteCount + dataBytes
  }

  /// Takes back a frame that was begun.
  package mutating func rewind(to mark: Mark) {
    writer.truncate(to: mark.frame)
  }

  /// Adds the data frame that ends a stream well.
  package mutating func writeEndOfStream(_ streamID: UInt32) {
    append(
      FrameHeader(
        dataLength: 0, streamID: streamID, type: .data, flags: [.remoteClosed, .noData]), [])
  }

  /// Adds a response frame with an error.
  package mutating func writeError(_ streamID: UInt32, _ error: RPCError) {
    let data = StatusEnvelope(error).bytes
    append(
      FrameHeader(dataLength: UInt32(data.count), streamID: streamID, type: .response), data)
  }

  private mutating func append(_ header: FrameHeader, _ data: [UInt8]) {
    writer.append(contentsOf: header.bytes)
    writer.append(contentsOf: data)
  }

  /// The bytes of all frames.
  package borrowing func buffer(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    var buffer = allocator.buffer(capacity: writer.count)
    _ = writer.withUnsafeBytes { buffer.writeBytes($0) }
    return buffer
  }

  /// Drops everything.
  ///
  /// - Parameter keptBytesMax: room beyond this is given back.
  package mutating func removeAll(keepingBytes keptBytesMax: Int) {
    writer.reset(keepingBytes: keptBytesMax)
  }
}
