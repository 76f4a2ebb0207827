import Logging
import NIOCore
import ProtobufWire
import RPCCore

/// One connection of a server: parses frames where they lie, runs handlers that can answer at once
/// on the spot, and writes and flushes once per read batch.
///
/// What is allowed and what is wrong is decided by `ServerConnectionMachine`; this class moves the
/// bytes, and keeps the tasks, timers and held answers that belong to the machine's streams.
final class ServerHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let limits: TTRPCLimits
  let router: Router
  let executor: LoopExecutor
  let work: LoopWork
  let logger: Logger

  var machine: ServerConnectionMachine
  var context: ChannelHandlerContext!
  var peer = ""
  var frames = FrameWriter()
  var isMarkedUnflushed = false
  var calls: [UInt32: RunningCall] = [:]
  /// Answers that wait, as messages, until the socket takes more bytes.
  var heldAnswers: [HeldAnswer] = []
  /// How much of what `frames` holds belongs to which stream.
  var streamBytesInFrames: [(streamID: UInt32, bytes: Int)] = []
  /// Bytes that came and were not parsed: a part of a frame, or frames read while paused.
  var held = ByteBuffer()
  /// How much of a frame that is too long is still to come.
  var skipBytes = 0
  var isParsing = false
  var isReading = true
  var batchStartedAt = ContinuousClock.now
  var lastFrameAt = NIODeadline.uptimeNanoseconds(0)
  var idleTimer: Scheduled<Void>?

  init(router: Router, limits: TTRPCLimits, executor: LoopExecutor, logger: Logger) {
    self.router = router
    self.limits = limits
    self.executor = executor
    self.logger = logger
    work = executor.work
    machine = ServerConnectionMachine(limits: limits)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  /// The context holds the handler in its turn. Nothing needs it once the machine is closed.
  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    peer = TTRPCAddress(context.channel.remoteAddress)?.peerName ?? "unix"
    lastFrameAt = context.eventLoop.now
    watchIdle(in: .milliseconds(Int64(limits.idleMilliseconds)))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    work.beginBatch()
    batchStartedAt = .now
    var incoming = unwrapInboundIn(data)
    if held.readableBytes > 0 {
      held.writeBuffer(&incoming)
      parseHeld()
    } else {
      parse(&incoming)
      if incoming.readableBytes > 0 { held = incoming }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    executor.run()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    machine.writabilityChanged(to: context.channel.isWritable)
    if context.channel.isWritable { writeHeldAnswers() }
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
    for streamID in machine.close() {
      calls[streamID]?.cancel(.callerGone)
    }
    for answer in heldAnswers { end(answer.streamID) }
    heldAnswers = []
    held = ByteBuffer()
    idleTimer?.cancel()
    executor.run()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("connection failed", metadata: ["peer": "\(peer)", "error": "\(error)"])
    context.close(promise: nil)
  }
}

/// What a server tells its connections.
enum ServerEvent: Sendable {
  /// Take no new calls; close when those under way have ended.
  case drain
  /// Close now.
  case close
}

/// An answer whose bytes are not made yet.
struct HeldAnswer {
  let streamID: UInt32
  let body: ResponseBody
}
