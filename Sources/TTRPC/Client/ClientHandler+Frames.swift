import NIOCore
import RPCCore

/// Bytes to answers.
extension ClientHandler {
  func parse(_ buffer: inout ByteBuffer) {
    skip(&buffer)
    while buffer.readableBytes >= FrameHeader.byteCount {
      let header = buffer.withUnsafeReadableBytes { FrameHeader($0) }
      if machine.isTooLong(header) {
        buffer.moveReaderIndex(forwardBy: FrameHeader.byteCount)
        skipBytes = Int(header.dataLength)
        skip(&buffer)
        handle(header, [])
        continue
      }
      let frameBytes = FrameHeader.byteCount + Int(header.dataLength)
      guard buffer.readableBytes >= frameBytes else { return }
      buffer.moveReaderIndex(forwardBy: FrameHeader.byteCount)
      handle(header, buffer.readBytes(length: Int(header.dataLength)) ?? [])
    }
  }

  private func skip(_ buffer: inout ByteBuffer) {
    let skipped = min(skipBytes, buffer.readableBytes)
    skipBytes -= skipped
    buffer.moveReaderIndex(forwardBy: skipped)
  }

  private func handle(_ header: FrameHeader, _ data: [UInt8]) {
    switch machine.receive(header) {
    case .end(let streamID):
      let result = Self.result(of: data)
      // A server may put the last message of a stream into a response.
      if case .success(let payload) = result, !payload.isEmpty { put(payload, streamID) }
      finish(streamID, result)
    case .message(let streamID, let isLast):
      put(data, streamID)
      if isLast { finish(streamID, .success([])) }
    case .endOfStream(let streamID): finish(streamID, .success([]))
    case .fail(let streamID, let error): finish(streamID, .failure(error))
    case .ignore: break
    case .close(let reason):
      failure = reason
      context.close(promise: nil)
    }
  }

  private static func result(of data: [UInt8]) -> Result<[UInt8], RPCError> {
    data.withUnsafeBytes { bytes in
      do throws(RPCError) {
        let response = try ResponseView(bytes)
        if let error = response.error { return .failure(error) }
        return .success([UInt8](response.payload))
      } catch {
        return .failure(.malformedResponse(error))
      }
    }
  }

  private func put(_ message: [UInt8], _ streamID: UInt32) {
    guard case .stream(let inbox) = calls[streamID]?.caller else { return }
    inbox.put(message)
    // A reader that lags is waited for in `stopReadingIfFull`, unless other calls share the
    // connection: they must not wait for it.
    if inbox.bytes > limits.streamInboundBytesMax + limits.frameBytesMax, !canStopReading {
      machine.withdraw(streamID)
      finish(streamID, .failure(.readerTooSlow(bytes: inbox.bytes)))
    }
  }

  /// Whether all that is awaited are streams whose readers lag.
  private var canStopReading: Bool {
    !calls.isEmpty
      && calls.values.allSatisfy { call in
        if case .stream(let inbox) = call.caller {
          inbox.bytes >= limits.streamInboundBytesMax
        } else {
          false
        }
      }
  }

  /// Backpressure: what the server sends stays in its own buffers.
  func stopReadingIfFull() {
    guard isReading, canStopReading else { return }
    isReading = false
    setAutoRead(false)
  }

  /// Goes on where `stopReadingIfFull` stopped.
  func readOnIfPossible() {
    guard !isReading, !canStopReading else { return }
    isReading = true
    setAutoRead(true)
  }

  private func setAutoRead(_ value: Bool) {
    guard let context else { return }
    do {
      try context.channel.syncOptions?.setOption(.autoRead, value: value)
    } catch {
      errorCaught(context: context, error: error)
    }
  }
}
