import NIOCore
import RPCCore
import RPCServing

/// One connection of a client: writes requests, and hands what comes back to who waits for it.
final class ClientHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// A call that waits.
  struct Call {
    enum Caller {
      case unary(Suspension<[UInt8]>)
      case stream(StreamInbox)
    }

    let caller: Caller
    var timer: Scheduled<Void>?

    func isUnary(_ reply: Suspension<[UInt8]>) -> Bool {
      if case .unary(let other) = caller { other === reply } else { false }
    }

    func isStream(_ inbox: StreamInbox) -> Bool {
      if case .stream(let other) = caller { other === inbox } else { false }
    }
  }

  private let address: TTRPCAddress
  private let limits: TTRPCLimits
  private(set) var machine: ClientConnectionMachine
  private(set) var calls: [UInt32: Call] = [:]
  private var context: ChannelHandlerContext!
  private var held = ByteBuffer()
  private var skipBytes = 0
  private var isReading = true
  private var isFlushPending = false
  /// Why the connection ends, where that is known before it does.
  var failure: String?

  init(address: TTRPCAddress, limits: TTRPCLimits) {
    self.address = address
    self.limits = limits
    machine = ClientConnectionMachine(limits: limits)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  /// The context holds the handler in its turn. Calls that come later find the machine closed.
  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var incoming = unwrapInboundIn(data)
    if held.readableBytes > 0 {
      held.writeBuffer(&incoming)
      incoming = held
    }
    held = ByteBuffer()
    parse(&incoming)
    if incoming.readableBytes > 0 {
      incoming.discardReadBytes()
      held = incoming
    }
    stopReadingIfFull()
  }

  func channelInactive(context: ChannelHandlerContext) {
    let error = RPCError.connectionLost(address, because: failure ?? "the server closed it")
    for streamID in machine.close() { finish(streamID, .failure(error)) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = ConnectFailure.reason(error)
    context.close(promise: nil)
  }
}

// MARK: - Calls

extension ClientHandler {
  /// Sends a request.
  ///
  /// - Parameter frame: the request's frame, whose stream id is filled in here.
  func open(_ caller: Call.Caller, _ frame: [UInt8], timeoutNanoseconds: Int64) {
    let kind: ClientConnectionMachine.Kind
    switch caller {
    // Withdrawn while it was under way to this thread.
    case .unary(let reply) where !reply.isWaiting: return
    case .unary: kind = .unary
    case .stream: kind = .stream
    }
    guard let streamID = machine.open(kind) else {
      return Self.deliver(.failure(.connectionClosed(address)), to: caller)
    }
    var buffer = context.channel.allocator.buffer(bytes: frame)
    buffer.setInteger(streamID, at: buffer.readerIndex + 4)
    context.write(wrapOutboundOut(buffer), promise: nil)
    flushSoon()
    var call = Call(caller: caller)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    call.timer = context.eventLoop.schedule(afterTimeout: timeoutNanoseconds) {
      connection.value.machine.withdraw(streamID)
      connection.value.finish(streamID, .failure(.requestTimeout))
    }
    calls[streamID] = call
    readOnIfPossible()
  }

  /// Callers that do not wait any more are forgotten; what still comes for them is dropped.
  func withdraw(where isWithdrawn: (Call) -> Bool) {
    guard let streamID = calls.first(where: { isWithdrawn($0.value) })?.key else { return }
    machine.withdraw(streamID)
    finish(streamID, .failure(.callerGone))
    readOnIfPossible()
  }

  /// Ends a call.
  private func finish(_ streamID: UInt32, _ result: Result<[UInt8], RPCError>) {
    guard let call = calls.removeValue(forKey: streamID) else { return }
    call.timer?.cancel()
    Self.deliver(result, to: call.caller)
  }

  private static func deliver(_ result: Result<[UInt8], RPCError>, to caller: Call.Caller) {
    switch caller {
    case .unary(let reply): reply.resume(result)
    case .stream(let inbox): inbox.finish(result.map { _ in })
    }
  }

  /// Calls that are made in one turn of the loop share a flush.
  private func flushSoon() {
    if isFlushPending { return }
    isFlushPending = true
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute {
      connection.value.isFlushPending = false
      connection.value.context?.flush()
    }
  }
}

/// Bytes to answers.
extension ClientHandler {
  private func parse(_ buffer: inout ByteBuffer) {
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
  private func stopReadingIfFull() {
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
