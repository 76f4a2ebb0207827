import NIOCore
import NIOEmbedded
import RPCCore
import RPCServing
import Testing

@testable import RESTGateway

@Suite("Closing a connection")
struct DrainHandlerTests {
  private let timeout = TimeAmount.seconds(60)

  private func makeChannel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: DrainHandler(stallTimeout: timeout))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  @Test func `A close waits for what is written`() throws {
    let channel = try makeChannel()
    channel.write(ByteBuffer(string: "the end"), promise: nil)
    let closed = channel.close()
    #expect(channel.isActive)
    channel.flush()
    try closed.wait()
    #expect(!channel.isActive)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "the end"))
  }

  @Test func `What one turn of the loop writes is sent at once, before a close at the latest`()
    throws
  {
    let channel = EmbeddedChannel()
    let flushes = FlushCounter()
    let serving = CallServing(router: Router(), limits: ServingLimits())
    try channel.pipeline.syncOperations.addHandlers(
      flushes, DrainHandler(stallTimeout: timeout, serving: serving))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    for _ in 0..<3 { channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil) }
    #expect(flushes.count == 0)
    channel.embeddedEventLoop.run()
    #expect(flushes.count == 1)
    channel.writeAndFlush(ByteBuffer(string: "the end"), promise: nil)
    channel.close(promise: nil)
    #expect(!channel.isActive)
    #expect(flushes.count == 2)
  }

  @Test func `A close does not wait if nothing is written, or all of it is taken`() throws {
    let silent = try makeChannel()
    silent.close(promise: nil)
    #expect(!silent.isActive)
    let channel = try makeChannel()
    channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
    channel.close(promise: nil)
    #expect(!channel.isActive)
  }

  @Test func `A close waits for a peer no longer than for any`() throws {
    let channel = try makeChannel()
    channel.write(ByteBuffer(string: "x"), promise: nil)
    channel.close(promise: nil)
    channel.embeddedEventLoop.advanceTime(by: timeout - .nanoseconds(1))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
    #expect(!channel.isActive)
  }

  @Test func `A peer that takes nothing is left when its time is over`() throws {
    let channel = try makeChannel()
    setWritable(channel, false)
    channel.embeddedEventLoop.advanceTime(by: timeout - .nanoseconds(1))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
    #expect(!channel.isActive)
  }

  @Test func `A peer that takes something has its time anew`() throws {
    let channel = try makeChannel()
    for _ in 0..<3 {
      setWritable(channel, false)
      channel.embeddedEventLoop.advanceTime(by: timeout - .nanoseconds(1))
      setWritable(channel, true)
    }
    channel.embeddedEventLoop.advanceTime(by: timeout)
    #expect(channel.isActive)
    channel.close(promise: nil)
  }

  @Test func `An abort waits for nothing`() throws {
    let channel = try makeChannel()
    channel.write(ByteBuffer(string: "x"), promise: nil)
    channel.close(promise: nil)
    #expect(channel.isActive)
    channel.pipeline.fireUserInboundEventTriggered(HTTPConnections.Event.abort)
    #expect(!channel.isActive)
  }

  private func setWritable(_ channel: EmbeddedChannel, _ isWritable: Bool) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
  }
}

private final class FlushCounter: ChannelOutboundHandler {
  typealias OutboundIn = Any

  private(set) var count = 0

  func flush(context: ChannelHandlerContext) {
    count += 1
    context.flush()
  }
}
