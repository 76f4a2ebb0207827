import NIOCore
import NIOHTTP1

/// Sees to it that a connection ends with the request that says so, and that the response says it
/// too (RFC 9112, section 9.3).
///
/// `Connection` is a list of options in any case, over any number of fields (RFC 9110, section
/// 7.6.1), and HTTP/1.0 ends the connection unless it asks to keep it. Hummingbird knows neither: it
/// looks for the one word `close` in small letters. So it is given that word, or none.
final class ConnectionEndHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Puts one right behind the decoder, where the version of a request is still known: Hummingbird
  /// adds handlers behind the one that forgets it.
  ///
  /// Puts the guard of the connection before the decoder, too.
  final class Installer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) {
      self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
      let pipeline = context.pipeline.syncOperations
      do {
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(ConnectionEndHandler(connection), position: .after(decoder))
        try pipeline.addHandler(connection, position: .first)
      } catch {
        context.fireErrorCaught(error)
      }
    }
  }

  /// What the response to a request says of the connection; nil: nothing, as both know.
  private enum Option: String {
    case close
    case keepAlive = "keep-alive"
  }

  private let connection: ConnectionGuard
  /// Of the requests that wait for their responses, the earliest first.
  private var options = CircularBuffer<Option?>()

  /// - Parameter connection: is told when a request came to its end, and when a response did.
  init(_ connection: ConnectionGuard) {
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      if case .end = unwrapInboundIn(data) { connection.requestEnded() }
      return context.fireChannelRead(data)
    }
    let option: Option? =
      if !head.isKeepAlive { .close } else if head.version == .http1_0 { .keepAlive } else { nil }
    options.append(option)
    connection.requestBegan()
    head.headers.remove(name: "connection")
    if option == .close { head.headers.add(name: "connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Without a request it is the answer to what is no HTTP, which ends the connection by itself.
    guard case .head(var head) = unwrapOutboundIn(data), let option = options.popFirst() else {
      context.write(data, promise: promise)
      if case .end = unwrapOutboundIn(data) { connection.responseEnded() }
      return
    }
    if let option { head.headers.replaceOrAdd(name: "connection", value: option.rawValue) }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}
