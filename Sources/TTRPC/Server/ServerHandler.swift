import Logging
import NIOCore
import RPCCore
import RPCServing

/// One connection of a server: parses frames where they lie, starts the calls, and writes and
/// flushes once per read batch.
///
/// What is allowed and what is wrong is decided by `ServerConnectionMachine`, how calls run by
/// `ConnectionCalls`; this class moves the bytes.
final class ServerHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// So many frames are handled in one turn of the loop, so that one peer that sends thousands does
  /// not make the others wait.
  static let framesPerTurnMax = 256
  /// A long answer takes as much of the turn as a frame for each so many bytes.
  private static let answerBytesPerFrame = 1024

  private static let door = "ttrpc"

  /// Room for answers that the loop keeps between two flushes, and a connection by itself, in bytes.
  private static let loopWriterBytesMax = 262_144
  private static let ownWriterBytesMax = 1024

  private let limits: TTRPCLimits
  private let serving: CallServing
  private let security: (any ConnectionSecurity)?
  private let executor: LoopExecutor
  private let work: LoopWork
  private let logger: Logger

  private var machine: ServerConnectionMachine
  private let calls: ConnectionCalls
  private var reader: FrameReader
  private var watch: ConnectionWatch?
  private var context: ChannelHandlerContext!
  private var peer = ""
  /// Whom the connection itself shows; known with the first call.
  private lazy var caller = security?.caller(on: context.channel) ?? .anonymous
  private var frames = FrameWriter()
  private var hasLoopWriter = false
  private var isMarkedUnflushed = false
  /// How much of what `frames` holds belongs to which stream.
  private var streamBytesInFrames: [(streamID: UInt32, bytes: Int)] = []
  private var isReading = true
  private var isWritable = true
  /// The others have their turn.
  private var isResting = false
  private var framesLeft = framesPerTurnMax
  private var batchStartedAt = CallTime.now

  init(
    serving: CallServing, limits: TTRPCLimits, security: (any ConnectionSecurity)? = nil,
    executor: LoopExecutor, logger: Logger
  ) {
    self.serving = serving
    self.limits = limits
    self.security = security
    self.executor = executor
    self.logger = logger
    work = executor.work
    calls = ConnectionCalls(serving: serving, executor: executor)
    reader = FrameReader(frameBytesMax: limits.frameBytesMax, budget: calls.budget)
    machine = ServerConnectionMachine(limits: limits)
  }

  /// Bytes that were made and not given to the socket.
  var unsentBytes: Int { frames.count }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    calls.open(self)
  }

  /// The context holds the handler in its turn. Nothing needs it once the machine is closed.
  func handlerRemoved(context: ChannelHandlerContext) {
    close()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    peer = context.channel.peerName
    watch = ConnectionWatch(
      on: context.eventLoop, idleMilliseconds: serving.limits.idleMilliseconds,
      halfMilliseconds: serving.limits.halfFrameMilliseconds,
      isBusy: { [unowned self] in calls.count > 0 },
      close: { [unowned self] reason in
        logger.info(
          "connection closed", metadata: ["peer": "\(peer)", "reason": "\(reason.rawValue)"])
        self.context.close(promise: nil)
      })
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    work.beginBatch()
    batchStartedAt = .now
    if !isResting { framesLeft = Self.framesPerTurnMax }
    var incoming = unwrapInboundIn(data)
    reader.read(&incoming, for: self)
    haveRead()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    executor.run()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable { calls.roomChanged() }
    readOnIfPossible()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event as? ServerEvent {
    case .drain:
      machine.drain()
      closeIfDrained()
    case .close: context.close(promise: nil)
    case nil: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    close()
    executor.run()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("connection failed", metadata: ["peer": "\(peer)", "error": "\(error)"])
    context.close(promise: nil)
  }

  private func close() {
    machine.close()
    watch?.stop()
    watch = nil
    reader.close()
    calls.close()
  }
}

// MARK: - Frames to calls

extension ServerHandler: FrameTarget {
  private var isPaused: Bool {
    !isWritable || isResting || reader.waitsForRoom || calls.isFull
  }

  var takesFrames: Bool {
    !isPaused && !machine.isClosed
  }

  func handle(_ header: FrameHeader, _ data: UnsafeRawBufferPointer?) {
    spendTurn(1)
    prepareToWrite()
    switch machine.receive(header, isKept: data != nil) {
    case .start(let streamID):
      start(streamID, data ?? UnsafeRawBufferPointer(start: nil, count: 0))
    case .refuse(let streamID, let error):
      serving.refused(error, door: Self.door)
      frames.writeError(streamID, error)
      flushSoon()
    case .abort(let streamID, let error):
      calls.cancel(streamID)
      frames.writeError(streamID, error)
      flushSoon()
    case .ignore: break
    case .close(let reason):
      logger.info("connection closed", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
      context.close(promise: nil)
    }
  }

  private func start(_ streamID: UInt32, _ data: UnsafeRawBufferPointer) {
    let before = frames.count
    let mark = frames.beginResponse()
    var method: MethodDescriptor?
    do throws(RPCError) {
      let request = try RequestView(data, metadataEntriesMax: limits.metadataEntriesMax)
      if request.timeoutNanoseconds < 0 { throw .requestTimeout }
      let call = CallContext(
        metadata: request.metadata, caller: caller,
        deadline: Deadline(
          timeoutNanoseconds: request.timeoutNanoseconds, from: batchStartedAt),
        // The envelope has a tag and a length in front of the response.
        answerBytesMax: limits.frameBytesMax - 16, peer: peer, transport: Self.door,
        startedAt: batchStartedAt)
      let entry = try work.entry(
        service: request.service, method: request.method, in: serving.router)
      method = entry.descriptor
      let isAnswered = try calls.start(
        streamID, entry, request.payload, call,
        timeoutNanoseconds: request.timeoutNanoseconds, into: &frames.writer)
      if isAnswered {
        try frames.endResponse(mark, streamID, bytesMax: limits.frameBytesMax)
        machine.answeredAtOnce()
        spendTurn((frames.count - before) / Self.answerBytesPerFrame)
      } else {
        frames.rewind(to: mark)
        machine.keep()
      }
    } catch {
      frames.rewind(to: mark)
      frames.writeError(streamID, error)
      machine.answeredAtOnce()
      // Interceptors see the calls that reach a method.
      if method == nil || error == .serverFull {
        serving.refused(error, method, door: Self.door)
        logger.info("call refused", metadata: ["peer": "\(peer)", "error": "\(error)"])
      } else {
        serving.note(error)
      }
    }
    flushSoon()
  }
}

// MARK: - Reading and resting

extension ServerHandler: Resting {
  /// Bytes were read: has a look at whether to read on, and at what is half sent.
  private func haveRead() {
    if machine.isClosed { return }
    // Backpressure: what the peer sends stays in its own socket.
    if isReading, isPaused {
      isReading = false
      setAutoRead(false)
    }
    watch?.looked(isWhole: reader.takeIsWhole(), isHalf: isReading && reader.isHalf)
  }

  /// Goes on where `haveRead` stopped reading.
  private func readOnIfPossible() {
    reader.roomMayHaveChanged()
    guard !isReading, !reader.isCutting, !isPaused, !machine.isClosed else { return }
    batchStartedAt = .now
    reader.readOn(for: self)
    if machine.isClosed || isPaused { return haveRead() }
    isReading = true
    setAutoRead(true)
    haveRead()
  }

  /// Counts frames. Once the turn is spent, the others have theirs before the next frame is handled.
  private func spendTurn(_ count: Int) {
    framesLeft -= count
    if framesLeft > 0 || isResting { return }
    isResting = true
    executor.rest(self)
  }

  func endRest() {
    isResting = false
    framesLeft = Self.framesPerTurnMax
    if !machine.isClosed { readOnIfPossible() }
  }

  private func setAutoRead(_ value: Bool) {
    do {
      try context.channel.syncOptions?.setOption(.autoRead, value: value)
    } catch {
      errorCaught(context: context, error: error)
    }
  }
}

// MARK: - Frames to bytes

extension ServerHandler: Flushable {
  private func prepareToWrite() {
    if frames.isEmpty, !hasLoopWriter { hasLoopWriter = work.lendWriter(for: &frames.writer) }
  }

  /// Nothing in `frames` is needed any more.
  private func removeFrames() {
    frames.removeAll(
      keepingBytes: hasLoopWriter ? Self.loopWriterBytesMax : Self.ownWriterBytesMax)
    if hasLoopWriter { work.takeBack(&frames.writer) }
    hasLoopWriter = false
  }

  /// Has what `frames` holds sent when the read batch or the turn of tasks ends; at once if it is
  /// so much that waiting would let it grow without bound.
  private func flushSoon() {
    if frames.count > limits.connectionOutboundBytesMax {
      flushNow()
    } else if !isMarkedUnflushed {
      isMarkedUnflushed = true
      executor.flushSoon(self)
    }
  }

  func flushNow() {
    isMarkedUnflushed = false
    if frames.isEmpty || machine.isClosed { return removeFrames() }
    let followedBytes = calls.budget.flushing(frames.count)
    let buffer = wrapOutboundOut(frames.buffer(context.channel.allocator))
    removeFrames()
    if streamBytesInFrames.isEmpty, followedBytes == 0 {
      context.writeAndFlush(buffer, promise: nil)
      return
    }
    let sent = streamBytesInFrames
    streamBytesInFrames.removeAll(keepingCapacity: true)
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(buffer).whenComplete { _ in
      connection.value.socketTook(sent, followedBytes)
    }
  }

  private func socketTook(_ sent: [(streamID: UInt32, bytes: Int)], _ followedBytes: Int) {
    for (streamID, bytes) in sent { calls.sent(bytes, of: streamID) }
    if followedBytes > 0 {
      calls.budget.flushed(followedBytes)
      calls.released()
    }
  }

  /// Closes the connection once the server stops and every answer is on its way.
  private func closeIfDrained() {
    guard machine.isDrained, calls.count == 0 else { return }
    flushNow()
    // An empty write completes when all before it have.
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      connection.value.context?.close(promise: nil)
    }
  }
}

// MARK: - Answers of calls

extension ServerHandler: CallDoor {
  func hasRoom(for call: CallID) -> Bool {
    context.channel.isWritable
  }

  func write(_ answer: CallAnswer, of streamID: CallID) throws(RPCError) -> Int {
    prepareToWrite()
    let before = frames.count
    switch answer {
    case .response(let body): try writeResponse(streamID, body)
    case .parts(let parts):
      try writeResponse(streamID) { (writer) throws(RPCError) in
        try Response.parts(parts).encode(into: &writer)
      }
    case .message(let body):
      let mark = frames.beginData()
      do throws(RPCError) {
        try body(&frames.writer)
        let bytes = try frames.endData(mark, streamID, bytesMax: limits.frameBytesMax)
        streamBytesInFrames.append((streamID, bytes))
      } catch {
        frames.rewind(to: mark)
        throw error
      }
    case .end:
      frames.writeEndOfStream(streamID)
      machine.answered(streamID)
    case .failure(let error):
      frames.writeError(streamID, error)
      machine.answered(streamID)
    }
    let bytes = frames.count - before
    flushSoon()
    return bytes
  }

  private func writeResponse(_ streamID: CallID, _ body: AnswerBody) throws(RPCError) {
    let mark = frames.beginResponse()
    do throws(RPCError) {
      try body(&frames.writer)
      try frames.endResponse(mark, streamID, bytesMax: limits.frameBytesMax)
    } catch {
      frames.rewind(to: mark)
      throw error
    }
    machine.answered(streamID)
  }

  func callsChanged() {
    readOnIfPossible()
    closeIfDrained()
  }
}
