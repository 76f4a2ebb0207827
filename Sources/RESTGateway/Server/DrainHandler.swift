import NIOCore
internal import RPCServing

/// Sees to the end of what is written: a close waits for it, and a peer that does not take it is
/// left. Only where a connection is aborted, nothing is waited for.
///
/// A channel that is closed drops what it has not handed to the system yet. When the server stops,
/// that would be the end of a download that is answered in full. On the other hand a peer that does
/// not read must not hold a file and a connection for ever.
///
/// Flushes when its loop has done what it has to do for all connections: a peer that is woken for each of many
/// answers costs more than the answers.
final class DrainHandler: ChannelDuplexHandler, RemovableChannelHandler, Flushable {
  typealias InboundIn = Any
  typealias OutboundIn = Any
  typealias OutboundOut = Any

  private let stallTimeout: TimeAmount
  private let serving: CallServing?
  private var executor: LoopExecutor?
  /// The context holds the handler in its turn, and it is gone with that.
  private var context: ChannelHandlerContext?
  private var isUnflushed = false
  private var stalling: Scheduled<Void>?
  private var lastWrite: EventLoopFuture<Void>?
  private var isClosing = false

  /// - Parameter serving: has the executors of the loops; nil: it flushes at once.
  init(stallTimeout: TimeAmount, serving: CallServing? = nil) {
    self.stallTimeout = stallTimeout
    self.serving = serving
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    executor = serving?.executor(on: context.eventLoop)
  }

  func flush(context: ChannelHandlerContext) {
    guard let executor else { return context.flush() }
    if isUnflushed { return }
    isUnflushed = true
    executor.flushSoon(self)
  }

  func flushNow() {
    guard isUnflushed else { return }
    isUnflushed = false
    context?.flush()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let promise = promise ?? context.eventLoop.makePromise()
    lastWrite = promise.futureResult
    context.write(data, promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    flushNow()
    guard mode == .all, let lastWrite else {
      return context.close(mode: mode, promise: promise)
    }
    isClosing = true
    if stalling == nil { watch(context) }
    lastWrite.assumeIsolated().whenComplete { _ in
      context.close(mode: mode, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stalling?.cancel()
    stalling = nil
    if !context.channel.isWritable || isClosing { watch(context) }
    context.fireChannelWritabilityChanged()
  }

  /// From here, so that the close does not wait.
  private func watch(_ context: ChannelHandlerContext) {
    stalling = context.eventLoop.assumeIsolated().scheduleTask(in: stallTimeout) {
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case HTTPConnections.Event.abort = event else {
      return context.fireUserInboundEventTriggered(event)
    }
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stalling?.cancel()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    stalling?.cancel()
    self.context = nil
  }
}
