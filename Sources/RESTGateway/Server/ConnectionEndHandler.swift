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
  final class Installer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    func handlerAdded(context: ChannelHandlerContext) {
      let pipeline = context.pipeline.syncOperations
      do {
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(ConnectionEndHandler(), position: .after(decoder))
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

  /// Of the requests that wait for their responses, the earliest first.
  private var options = CircularBuffer<Option?>()

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let option: Option? =
      if !head.isKeepAlive { .close } else if head.version == .http1_0 { .keepAlive } else { nil }
    options.append(option)
    head.headers.remove(name: "connection")
    if option == .close { head.headers.add(name: "connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Without a request it is the answer to what is no HTTP, which ends the connection by itself.
    guard case .head(var head) = unwrapOutboundIn(data), let option = options.popFirst() else {
      return context.write(data, promise: promise)
    }
    if let option { head.headers.replaceOrAdd(name: "connection", value: option.rawValue) }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}
