import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers a request where it is read, if the answer is at hand: Hummingbird's way to a response, over two
/// queues and a task, costs half as much again as all the rest. Everything else goes that way.
///
/// It answers only where nothing can be in its way: a GET without a body, while no request before it waits for
/// its response and the peer takes what is written. And one of a read, since a peer that sends thousands at
/// once would keep the loop from the others; those behind it have their turns.
final class PromptHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let respond: (HTTPRequest) -> (HTTPResponse, ByteBuffer)?
  /// A request of which only the end is to come.
  private var held: HTTPRequest?
  /// Requests that went on and have no response yet.
  private var underWay = 0
  private var hasAnswered = false
  /// Whether the connection ends with the last of those under way.
  private var isLast = false

  /// - Parameter respond: gives the response to a request without a body; nil: the request goes on.
  init(respond: @escaping (HTTPRequest) -> (HTTPResponse, ByteBuffer)?) {
    self.respond = respond
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      if isAlone(head), context.channel.isWritable {
        held = head
        return
      }
      if head.headerFields[.connection] != nil { isLast = true }
      underWay += 1
    case .body: break
    case .end:
      guard let head = held else { break }
      held = nil
      if let (response, body) = respond(head) {
        hasAnswered = true
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
      underWay += 1
      context.fireChannelRead(wrapInboundOut(.head(head)))
    }
    context.fireChannelRead(data)
  }

  /// Whether a request is all that there is to answer, and all of it came.
  private func isAlone(_ head: HTTPRequest) -> Bool {
    underWay == 0 && !hasAnswered && !isLast && head.method == .get
      && !head.headerFields.contains(.contentLength)
      && !head.headerFields.contains(.transferEncoding)
      && !head.headerFields.contains(.connection)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    hasAnswered = false
    context.fireChannelReadComplete()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let response): if response.headerFields[.connection] != nil { isLast = true }
    case .body: break
    case .end: underWay -= 1
    }
    context.write(data, promise: promise)
  }

  /// What is no HTTP is answered behind what was, and is the end.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    isLast = true
    context.fireErrorCaught(error)
  }
}
