import NIOCore
import RPCCore

/// Frames to bytes, one flush for many.
extension ServerHandler {
  /// Has what `frames` holds sent when the read batch or the turn of tasks ends; at once if it is
  /// so much that waiting would let it grow without bound.
  func flushSoon() {
    if frames.count > limits.connectionOutboundBytesMax {
      flushNow()
    } else if !isMarkedUnflushed {
      isMarkedUnflushed = true
      executor.flushSoon(self)
    }
  }

  func flushNow() {
    isMarkedUnflushed = false
    guard !frames.isEmpty else { return }
    if machine.isClosed { return frames.removeAll() }
    let buffer = wrapOutboundOut(frames.take(context.channel.allocator))
    if streamBytesInFrames.isEmpty {
      context.writeAndFlush(buffer, promise: nil)
      return
    }
    let sent = streamBytesInFrames
    streamBytesInFrames.removeAll(keepingCapacity: true)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(buffer).whenComplete { _ in connection.value.socketTook(sent) }
  }

  /// Closes the connection once the server stops and every answer is on its way.
  func closeIfDrained() {
    guard machine.isDrained else { return }
    flushNow()
    // An empty write completes when all before it have.
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      connection.value.context?.close(promise: nil)
    }
  }
}

// MARK: - Response streams

extension ServerHandler {
  /// Writes a message of a stream.
  ///
  /// - Returns: how that went; nil if the stream or the connection has no room.
  func sendNow(_ streamID: UInt32, _ body: ResponseBody) -> Result<Void, RPCError>? {
    guard machine.isAwaited(streamID), let call = calls[streamID] else {
      return .failure(.callerGone)
    }
    guard call.waiters.isEmpty, hasRoom(call) else { return nil }
    return write(streamID, body)
  }

  /// Writes a message of a stream as soon as there is room.
  func sendLater(_ streamID: UInt32, _ body: @escaping ResponseBody, _ ticket: Suspension<Void>) {
    if let result = sendNow(streamID, body) {
      ticket.resume(result)
    } else {
      calls[streamID]?.waiters.append(RunningCall.Waiter(ticket: ticket, body: body))
    }
  }

  /// The socket changed its mind: sends that wait may go on.
  func resumeSends() {
    for streamID in Array(calls.keys) { resumeSends(of: streamID) }
  }

  private func resumeSends(of streamID: UInt32) {
    while let call = calls[streamID], let waiter = call.waiters.first, hasRoom(call) {
      calls[streamID]?.waiters.removeFirst()
      if waiter.ticket.isWaiting { waiter.ticket.resume(write(streamID, waiter.body)) }
    }
  }

  private func hasRoom(_ call: RunningCall) -> Bool {
    context.channel.isWritable && call.unsentBytes < limits.streamOutboundBytesMax
  }

  private func write(_ streamID: UInt32, _ body: ResponseBody) -> Result<Void, RPCError> {
    let mark = frames.beginData()
    do throws(RPCError) {
      try body(&frames.writer)
      let bytes = try frames.endData(mark, streamID, bytesMax: limits.frameBytesMax)
      calls[streamID]?.unsentBytes += bytes
      streamBytesInFrames.append((streamID, bytes))
      flushSoon()
      return .success(())
    } catch {
      frames.rewind(to: mark)
      return .failure(error)
    }
  }

  private func socketTook(_ sent: [(streamID: UInt32, bytes: Int)]) {
    for (streamID, bytes) in sent { calls[streamID]?.unsentBytes -= bytes }
    if machine.isClosed { return }
    for (streamID, _) in sent { resumeSends(of: streamID) }
  }
}
