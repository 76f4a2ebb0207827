import NIOCore

/// Sees to the end of what is written: a close waits for it, and a peer that does not take it is
/// left. Only where a connection is aborted, nothing is waited for.
///
/// A channel that is closed drops what it has not handed to the system yet. When the server stops,
/// that would be the end of a download that is answered in full. On the other hand a peer that does
/// not read must not hold a file and a connection for ever.
final class DrainHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = Any
  typealias OutboundIn = Any
  typealias OutboundOut = Any

  private let stallTimeout: TimeAmount
  private var stalling: Scheduled<Void>?
  private var lastWrite: EventLoopFuture<Void>?
  private var isClosing = false

  init(stallTimeout: TimeAmount) {
    self.stallTimeout = stallTimeout
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let promise = promise ?? context.eventLoop.makePromise()
    lastWrite = promise.futureResult
    context.write(data, promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
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
  }
}
