import RPCCore
import TTRPC
import Testing

@Suite("Frames and envelopes")
struct EnvelopeTests {
  /// Reads a request and copies what the view points to.
  private func read(
    _ bytes: [UInt8], metadataEntriesMax: Int = 128
  ) throws -> RequestEnvelope {
    try bytes.withUnsafeBytes { bytes in
      let view = try RequestView(bytes, metadataEntriesMax: metadataEntriesMax)
      return RequestEnvelope(
        service: String(decoding: view.service, as: UTF8.self),
        method: String(decoding: view.method, as: UTF8.self), payload: [UInt8](view.payload),
        timeoutNanoseconds: view.timeoutNanoseconds, metadata: view.metadata)
    }
  }

  @Test("a header is ten bytes, numbers big-endian")
  func headerBytes() {
    let header = FrameHeader(
      dataLength: 0x0001_0203, streamID: 0x0405_0607, type: .data, flags: [.remoteClosed, .noData])
    #expect(header.bytes == [0, 1, 2, 3, 4, 5, 6, 7, 3, 5])
    #expect(FrameHeader(header.bytes) == header)
  }

  @Test("a request has the bytes of the protocol's definition")
  func requestBytes() {
    let request = RequestEnvelope(
      service: "s", method: "m", payload: [1, 2], timeoutNanoseconds: 300,
      metadata: Metadata([("k", "v"), ("e", "")]))
    let data: [UInt8] = [
      0x0a, 1, 0x73, 0x12, 1, 0x6d, 0x1a, 2, 1, 2, 0x20, 0xac, 2,
      0x2a, 6, 0x0a, 1, 0x6b, 0x12, 1, 0x76, 0x2a, 3, 0x0a, 1, 0x65,
    ]
    #expect(
      request.frame(streamID: 3, flags: .remoteClosed)
        == [0, 0, 0, UInt8(data.count), 0, 0, 0, 3, 1, 1] + data)
  }

  @Test("a request is read as it was written", arguments: [Int64(0), 1, -1, .max, .min])
  func requestRoundTrip(timeout: Int64) throws {
    let request = RequestEnvelope(
      service: "reportwire.test.Parcel", method: "send", payload: [UInt8](repeating: 3, count: 300),
      timeoutNanoseconds: timeout, metadata: Metadata([("a", "1"), ("b", "ü"), ("a", "2")]))
    let data = Array(request.frame(streamID: 1).dropFirst(FrameHeader.byteCount))
    let copy = try read(data)
    #expect(copy.frame(streamID: 1) == request.frame(streamID: 1))
    #expect(copy.metadata["a"] == "2")
  }

  @Test("unknown fields of every wire type are skipped, the last value counts, order is free")
  func unknownFields() throws {
    let data: [UInt8] = [
      0x12, 1, 0x61,  // method "a"
      0x30, 5,  // 6: varint
      0x39, 1, 2, 3, 4, 5, 6, 7, 8,  // 7: fixed64
      0x42, 2, 9, 9,  // 8: bytes
      0x4b, 0x53, 0x08, 1, 0x54, 0x4c,  // 9: a group with a group in it
      0x5d, 1, 2, 3, 4,  // 11: fixed32
      0x12, 1, 0x62,  // method "b"
      0x0a, 1, 0x73,  // service "s"
    ]
    let request = try read(data)
    #expect(request.service == "s")
    #expect(request.method == "b")
  }

  @Test(
    "a malformed request is refused",
    arguments: [
      [0x0a], [0x0a, 2, 0x61], [0x00], [0x07, 1], [0x0e, 1], [0x4b], [0x4c], [0x4b, 0x54],
      [0x20, 0x80], [0x20] + [UInt8](repeating: 0xff, count: 11), [0x39, 1], [0x5d, 1, 2, 3],
      [0x2a, 1, 0x0a], [0x2a, 3, 0x0a, 1, 0xff], [0x2a, 3, 0x12, 1, 0xff],
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [UInt8](repeating: 0x4b, count: 101),
      // What the decoder of messages refuses: a tag of six bytes, a number of 65 bits.
      [0xa0, 0x80, 0x80, 0x80, 0x80, 0x00, 1],
      [0x20] + [UInt8](repeating: 0xff, count: 9) + [0x02],
    ] as [[UInt8]])
  func malformedRequests(data: [UInt8]) {
    let error = #expect(throws: RPCError.self) { try read(data) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason == "ERROR_MALFORMED_REQUEST")
  }

  @Test("a request with one pair too many is refused")
  func tooManyPairs() throws {
    let pair: [UInt8] = [0x2a, 0]
    #expect(try read(pair + pair, metadataEntriesMax: 2).metadata.entries.count == 2)
    #expect(throws: RPCError.tooMuchMetadata(entriesMax: 2)) {
      try read(pair + pair + pair, metadataEntriesMax: 2)
    }
  }

  @Test("a status has the bytes of google.rpc.Status inside a response")
  func statusBytes() {
    let error = RPCError(.notFound, reason: "R", message: "m")
    #expect(
      StatusEnvelope(error).bytes
        == [0x0a, 8, 0x08, 5, 0x12, 4, 0x52, 0x3a, 0x20, 0x6d])
  }

  @Test("a status is read as it was written", arguments: StatusCode.all.dropFirst())
  func statusRoundTrip(code: StatusCode) throws {
    let error = RPCError(code, reason: "ERROR_X", message: "what: why")
    let read = try StatusEnvelope(error).bytes.withUnsafeBytes { bytes throws(RPCError) in
      try ResponseView(bytes).error
    }
    #expect(read == error)
  }

  @Test("a long status message is cut between characters")
  func longStatus() throws {
    let error = RPCError(.internal, message: String(repeating: "ü€", count: 1000))
    let bytes = StatusEnvelope(error).bytes
    #expect(bytes.count <= StatusEnvelope.messageBytesMax + 12)
    let read = try bytes.withUnsafeBytes { bytes throws(RPCError) in
      try ResponseView(bytes).error
    }
    #expect(read?.message.hasSuffix("...") == true)
  }

  @Test("a response without a status, or with status 0, is a success")
  func absentStatus() throws {
    for data: [UInt8] in [[], [0x12, 1, 7], [0x0a, 0, 0x12, 1, 7], [0x0a, 2, 0x12, 0]] {
      let isSuccess = try data.withUnsafeBytes { bytes throws(RPCError) in
        try ResponseView(bytes).error == nil
      }
      #expect(isSuccess)
    }
  }
}
