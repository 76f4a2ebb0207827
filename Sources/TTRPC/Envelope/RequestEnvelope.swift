import ProtobufWire
package import RPCCore

/// A ttrpc `Request` to be sent.
package struct RequestEnvelope {
  /// The full name of the service.
  package var service: String
  /// The short name of the method.
  package var method: String
  /// The encoded request message.
  package var payload: [UInt8]
  /// What is left of the caller's deadline; 0: none.
  package var timeoutNanoseconds: Int64
  /// What travels with the call.
  package var metadata: Metadata

  /// Makes an envelope.
  package init(
    service: String, method: String, payload: [UInt8] = [], timeoutNanoseconds: Int64 = 0,
    metadata: Metadata = Metadata()
  ) {
    self.service = service
    self.method = method
    self.payload = payload
    self.timeoutNanoseconds = timeoutNanoseconds
    self.metadata = metadata
  }

  /// The encoded `Request` in a frame.
  package func frame(streamID: UInt32, flags: FrameFlags = []) -> [UInt8] {
    var writer = BinaryWriter(reservingBytes: payload.count + 256)
    let start = writer.reserve(FrameHeader.byteCount)
    encode(into: &writer)
    writer.patchBigEndianUInt32(at: start, UInt32(writer.count - FrameHeader.byteCount))
    writer.patchBigEndianUInt32(at: start + 4, streamID)
    writer.patchByte(at: start + 8, FrameType.request.rawValue)
    writer.patchByte(at: start + 9, flags.rawValue)
    return writer.bytes()
  }

  private func encode(into writer: inout BinaryWriter) {
    writer.field(1, service)
    writer.field(2, method)
    if !payload.isEmpty {
      writer.tag(3, .lengthDelimited)
      payload.withUnsafeBytes { writer.lengthDelimited($0) }
    }
    if timeoutNanoseconds != 0 {
      writer.tag(4, .varint)
      writer.varint(UInt64(bitPattern: timeoutNanoseconds))
    }
    for entry in metadata.entries {
      writer.tag(5, .lengthDelimited)
      let pair = writer.begin()
      writer.field(1, entry.key)
      writer.field(2, entry.value)
      writer.end(pair)
    }
  }
}

extension BinaryWriter {
  /// A string field; an empty one is left out.
  mutating func field(_ number: Int, _ value: String) {
    guard !value.isEmpty else { return }
    tag(number, .lengthDelimited)
    lengthDelimited(value)
  }
}

/// A ttrpc `Request`, read where it lies: valid as long as the bytes it was made of.
package struct RequestView {
  /// The full name of the service, not checked to be UTF-8.
  package private(set) var service = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The short name of the method, not checked to be UTF-8.
  package private(set) var method = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The encoded request message.
  package private(set) var payload = UnsafeRawBufferPointer(start: nil, count: 0)
  /// What is left of the caller's deadline; 0: none; negative: it is over.
  package private(set) var timeoutNanoseconds: Int64 = 0
  /// What travels with the call.
  package private(set) var metadata = Metadata()

  /// Reads an envelope: unknown fields are skipped, the last of several values counts.
  ///
  /// - Throws: `INVALID_ARGUMENT` if the bytes are no `Request`, `RESOURCE_EXHAUSTED` for more
  ///   than `metadataEntriesMax` pairs.
  package init(
    _ bytes: UnsafeRawBufferPointer, metadataEntriesMax: Int
  ) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    while !cursor.isAtEnd {
      let number = try cursor.number()
      switch number {
      case 1 where cursor.has(.lengthDelimited): service = try cursor.slice()
      case 2 where cursor.has(.lengthDelimited): method = try cursor.slice()
      case 3 where cursor.has(.lengthDelimited): payload = try cursor.slice()
      case 4 where cursor.has(.varint):
        timeoutNanoseconds = Int64(bitPattern: try cursor.varint())
      case 5 where cursor.has(.lengthDelimited):
        guard metadata.entries.count < metadataEntriesMax else {
          throw .tooMuchMetadata(entriesMax: metadataEntriesMax)
        }
        try readPair(try cursor.slice())
      default: try cursor.skip(number)
      }
    }
  }

  private mutating func readPair(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    var key = ""
    var value = ""
    while !cursor.isAtEnd {
      let number = try cursor.number()
      switch number {
      case 1 where cursor.has(.lengthDelimited): key = try cursor.string("a metadata key")
      case 2 where cursor.has(.lengthDelimited):
        value = try cursor.string("a metadata value")
      default: try cursor.skip(number)
      }
    }
    metadata.append(key, value)
  }
}
