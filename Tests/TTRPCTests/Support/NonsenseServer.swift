import NIOCore
import NIOPosix
import TTRPC

/// A server that answers the first bytes of every connection with the same bytes, then closes.
struct NonsenseServer {
  let address: TTRPCAddress
  private let channel: any Channel

  static func start(answering bytes: [UInt8]) async throws -> NonsenseServer {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answerer(bytes))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return NonsenseServer(
      address: .tcp(host: "127.0.0.1", port: channel.localAddress?.port ?? 0), channel: channel)
  }

  func stop() async throws {
    try await channel.close().get()
  }
}

private final class Answerer: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let loop = context.eventLoop
    let bound = NIOLoopBound(context, eventLoop: loop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}
