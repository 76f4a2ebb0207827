import Logging
import NIOCore
import RPCCore

/// Bytes to frames.
extension ServerHandler {
  func parseHeld() {
    var bytes = held
    held = ByteBuffer()
    parse(&bytes)
    held = bytes
    if held.readableBytes == 0 {
      held = ByteBuffer()
    } else {
      held.discardReadBytes()
    }
  }

  /// Handles the whole frames at the front of a buffer, and leaves the rest in it.
  func parse(_ buffer: inout ByteBuffer) {
    isParsing = true
    let parsed = buffer.withUnsafeReadableBytes { parse($0) }
    isParsing = false
    if parsed >= FrameHeader.byteCount, skipBytes == 0 { lastFrameAt = context.eventLoop.now }
    buffer.moveReaderIndex(forwardBy: parsed)
    stopReadingIfPaused()
  }

  private func parse(_ bytes: UnsafeRawBufferPointer) -> Int {
    var offset = skip(bytes.count)
    while !machine.isPaused, !machine.isClosed, bytes.count - offset >= FrameHeader.byteCount {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      let header = FrameHeader(rest)
      if machine.isTooLong(header) {
        offset += FrameHeader.byteCount
        skipBytes = Int(header.dataLength)
        offset += skip(bytes.count - offset)
        handle(header, UnsafeRawBufferPointer(start: nil, count: 0))
        continue
      }
      let frameBytes = FrameHeader.byteCount + Int(header.dataLength)
      guard rest.count >= frameBytes else { break }
      offset += frameBytes
      handle(header, UnsafeRawBufferPointer(rebasing: rest[FrameHeader.byteCount..<frameBytes]))
    }
    // Whatever came before the connection was found not to speak ttrpc is of no use.
    return machine.isClosed ? bytes.count : offset
  }

  /// Of so many bytes, how many belong to a frame that is being skipped.
  private func skip(_ count: Int) -> Int {
    let skipped = min(skipBytes, count)
    skipBytes -= skipped
    return skipped
  }

  private func handle(_ header: FrameHeader, _ data: UnsafeRawBufferPointer) {
    switch machine.receive(header) {
    case .start(let streamID):
      start(streamID, data)
    case .refuse(let streamID, let error):
      writeError(streamID, error)
    case .abort(let streamID, let error):
      calls[streamID]?.cancel(error)
      writeError(streamID, error)
    case .ignore: break
    case .close(let reason):
      logger.info("connection closed", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
      context.close(promise: nil)
    }
  }

  /// Backpressure: what the peer sends stays in its own socket.
  private func stopReadingIfPaused() {
    guard isReading, machine.isPaused, !machine.isClosed else { return }
    isReading = false
    setAutoRead(false)
  }

  /// Goes on where `stopReadingIfPaused` stopped.
  func readOnIfPossible() {
    guard !isReading, !isParsing, !machine.isPaused, !machine.isClosed else { return }
    isReading = true
    batchStartedAt = .now
    parseHeld()
    if isReading { setAutoRead(true) }
  }

  private func setAutoRead(_ value: Bool) {
    do {
      try context.channel.syncOptions?.setOption(.autoRead, value: value)
    } catch {
      errorCaught(context: context, error: error)
    }
  }

  /// Closes the connection once it was without a whole frame and without a call for so long.
  func watchIdle(in delay: TimeAmount) {
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    idleTimer = context.eventLoop.scheduleTask(in: delay) { connection.value.checkIdle() }
  }

  private func checkIdle() {
    let idle = TimeAmount.milliseconds(Int64(limits.idleMilliseconds))
    let quiet = context.eventLoop.now - lastFrameAt
    if machine.callsInFlight > 0 {
      watchIdle(in: idle)
    } else if quiet < idle {
      watchIdle(in: idle - quiet)
    } else {
      logger.debug("idle connection closed", metadata: ["peer": "\(peer)"])
      context.close(promise: nil)
    }
  }
}
