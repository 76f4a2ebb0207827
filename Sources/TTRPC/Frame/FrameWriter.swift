package import NIOCore
package import ProtobufWire
package import RPCCore

/// Collects outgoing frames of one connection, one behind the other, until they are sent together.
///
/// A message is encoded straight into its frame: `begin...` reserves the header, the encoder writes
/// behind it, `end...` fills the header in. One that fails is taken back with `rewind`.
package struct FrameWriter {
  /// Buffers that grew beyond this are given back after use, in bytes.
  private static let keptBytesMax = 262_144
  /// What comes before a payload in a response frame: the frame's header, the tag of
  /// `Response.payload`, and its length in two bytes, which fits payloads of 128 to 16,383 bytes.
  private static let responseHeadBytes = FrameHeader.byteCount + 3
  private static let payloadTag: UInt8 = 2 << 3 | 2

  /// Where encoders write to, between a `begin...` and its `end...`.
  package var writer = BinaryWriter()

  /// Holds nothing yet.
  package init() {}

  /// How many bytes wait to be sent.
  package var count: Int { writer.count }
  /// Whether nothing waits.
  package var isEmpty: Bool { writer.count == 0 }

  /// Starts a response frame.
  ///
  /// - Returns: the mark for `endResponse` or `rewind`.
  package mutating func beginResponse() -> Int {
    reserve(Self.responseHeadBytes)
  }

  /// Fills in the head of a response frame, whose payload has been written.
  ///
  /// - Throws: `RESOURCE_EXHAUSTED` if the frame would be too long.
  package mutating func endResponse(
    _ mark: Int, _ streamID: UInt32, bytesMax: Int
  ) throws(RPCError) {
    let payloadBytes = writer.count - mark - Self.responseHeadBytes
    let lengthBytes = Self.varintBytes(payloadBytes)
    let dataBytes = 1 + lengthBytes + payloadBytes
    guard dataBytes <= bytesMax else {
      throw .responseTooLong(bytes: dataBytes, bytesMax: bytesMax)
    }
    if lengthBytes != 2 { shiftPayload(mark, payloadBytes, by: lengthBytes - 2) }
    let header = FrameHeader(
      dataLength: UInt32(dataBytes), streamID: streamID, type: .response)
    writer.withUnsafeMutableBytes { bytes in
      let frame = UnsafeMutableRawBufferPointer(rebasing: bytes[mark...])
      header.write(to: frame)
      frame[FrameHeader.byteCount] = Self.payloadTag
      var rest = payloadBytes
      for index in 0..<lengthBytes {
        let more: UInt8 = index + 1 < lengthBytes ? 0x80 : 0
        frame[FrameHeader.byteCount + 1 + index] = UInt8(rest & 0x7f) | more
        rest >>= 7
      }
    }
  }

  /// Starts a data frame of a stream.
  ///
  /// - Returns: the mark for `endData` or `rewind`.
  package mutating func beginData() -> Int {
    reserve(FrameHeader.byteCount)
  }

  /// Fills in the header of a data frame, whose message has been written.
  ///
  /// - Returns: the bytes of the frame.
  /// - Throws: `RESOURCE_EXHAUSTED` if the frame would be too long.
  package mutating func endData(
    _ mark: Int, _ streamID: UInt32, bytesMax: Int
  ) throws(RPCError) -> Int {
    let frameBytes = writer.count - mark
    let dataBytes = frameBytes - FrameHeader.byteCount
    guard dataBytes <= bytesMax else {
      throw .responseTooLong(bytes: dataBytes, bytesMax: bytesMax)
    }
    let header = FrameHeader(dataLength: UInt32(dataBytes), streamID: streamID, type: .data)
    writer.withUnsafeMutableBytes { bytes in
      header.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[mark...]))
    }
    return frameBytes
  }

  /// Takes back everything behind a mark.
  package mutating func rewind(to mark: Int) {
    writer.truncate(to: mark)
  }

  /// Adds the data frame that ends a stream well.
  package mutating func writeEndOfStream(_ streamID: UInt32) {
    writer.append(
      contentsOf: FrameHeader(
        dataLength: 0, streamID: streamID, type: .data, flags: [.remoteClosed, .noData]
      ).bytes)
  }

  /// Adds a response frame with an error. Texts are cut so that they fit every frame limit.
  package mutating func writeError(_ streamID: UInt32, _ error: RPCError) {
    let data = StatusEnvelope(error).bytes
    writer.append(
      contentsOf: FrameHeader(
        dataLength: UInt32(data.count), streamID: streamID, type: .response
      ).bytes)
    writer.append(contentsOf: data)
  }

  /// The bytes of all frames; the writer is empty afterwards.
  package mutating func take(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    let buffer = writer.withUnsafeMutableBytes { bytes in
      var buffer = allocator.buffer(capacity: bytes.count)
      buffer.writeBytes(UnsafeRawBufferPointer(bytes))
      return buffer
    }
    removeAll()
    return buffer
  }

  /// Drops everything.
  package mutating func removeAll() {
    if writer.count > Self.keptBytesMax {
      writer = BinaryWriter()
    } else {
      writer.truncate(to: 0)
    }
  }
}

extension FrameWriter {
  private static let zeros = [UInt8](repeating: 0, count: responseHeadBytes)

  private mutating func reserve(_ count: Int) -> Int {
    let mark = writer.count
    Self.zeros.withUnsafeBytes {
      writer.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
    return mark
  }

  /// Payloads whose length does not take two bytes are moved to where it ends.
  private mutating func shiftPayload(_ mark: Int, _ payloadBytes: Int, by distance: Int) {
    let start = mark + Self.responseHeadBytes
    if distance > 0 {
      Self.zeros.withUnsafeBytes {
        writer.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<distance]))
      }
    }
    writer.withUnsafeMutableBytes { bytes in
      let base = bytes.baseAddress! + start
      (base + distance).copyMemory(from: base, byteCount: payloadBytes)
    }
    if distance < 0 { writer.truncate(to: start + payloadBytes + distance) }
  }

  private static func varintBytes(_ value: Int) -> Int {
    max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
  }
}
