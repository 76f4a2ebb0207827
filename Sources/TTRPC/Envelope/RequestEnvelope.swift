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

  /// The encoded `Request`.
  package var bytes: [UInt8] {
    var request = EnvelopeWriter()
    request.string(1, service)
    request.string(2, method)
    request.field(3, payload)
    request.varint(4, UInt64(bitPattern: timeoutNanoseconds))
    for entry in metadata.entries {
      var pair = EnvelopeWriter()
      pair.string(1, entry.key)
      pair.string(2, entry.value)
      request.message(5, pair.bytes)
    }
    return request.bytes
  }

  /// The `Request` in a frame.
  package func frame(streamID: UInt32, flags: FrameFlags = []) -> [UInt8] {
    let data = bytes
    return FrameHeader(
      dataLength: UInt32(data.count), streamID: streamID, type: .request, flags: flags
    ).bytes + data
  }
}
