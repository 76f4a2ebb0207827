import NIOCore
import RPCServing

/// Bounds what one HTTP connection may take: its place among the others, and the time from the first
/// byte of a request to the last. Stands before the decoder, where the bytes come.
final class ConnectionGuard: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connections: HTTPConnections
  /// Asked for the caller with the first request; nil from then on.
  private var security: (any ConnectionSecurity)?
  private let idleMilliseconds: Int
  private let requestMilliseconds: Int
  private var watch: ConnectionWatch?
  private var channel: (any Channel)?
  private var isArriving = false
  private var requestsUnderWay = 0
  /// Responses that were written before their requests came to an end.
  private var earlyResponses = 0

  init(
    connections: HTTPConnections, security: (any ConnectionSecurity)?, idleMilliseconds: Int,
    requestMilliseconds: Int
  ) {
    self.connections = connections
    self.security = security
    self.idleMilliseconds = idleMilliseconds
    self.requestMilliseconds = requestMilliseconds
  }

  func channelActive(context: ChannelHandlerContext) {
    guard connections.enter(context.channel) else { return context.close(promise: nil) }
    channel = context.channel
    let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
    watch = ConnectionWatch(
      on: context.eventLoop, idleMilliseconds: idleMilliseconds,
      halfMilliseconds: requestMilliseconds,
      isBusy: { [unowned self] in requestsUnderWay > 0 },
      close: { _ in
        connection.value.pipeline.fireUserInboundEventTriggered(HTTPConnections.Event.abort)
      })
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isArriving {
      isArriving = true
      watch?.looked(isWhole: false, isHalf: true)
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed = event, let channel { connections.inputClosed(channel) }
    context.fireUserInboundEventTriggered(event)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
  }

  /// The header of a request came.
  func requestBegan() {
    if let channel, let caller = security?.caller(on: channel) {
      connections.set(channel, caller: caller)
    }
    security = nil
  }

  /// A request came to its end. The next begins with the next bytes that come.
  func requestEnded() {
    isArriving = false
    watch?.looked(isWhole: true, isHalf: false)
    if earlyResponses > 0 {
      earlyResponses -= 1
      return
    }
    requestsUnderWay += 1
    if requestsUnderWay == 1, let channel { connections.set(channel, isBusy: true) }
  }

  /// A response was written.
  func responseEnded() {
    guard requestsUnderWay > 0 else {
      earlyResponses += 1
      return
    }
    requestsUnderWay -= 1
    watch?.looked(isWhole: true, isHalf: isArriving)
    if requestsUnderWay == 0, let channel { connections.set(channel, isBusy: false) }
  }

  private func leave() {
    watch?.stop()
    watch = nil
    if let channel { connections.leave(channel) }
    channel = nil
  }
}
