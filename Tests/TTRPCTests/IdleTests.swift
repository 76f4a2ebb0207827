import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

@testable import TTRPC

/// On a loop whose time stands still until the test moves it.
@Suite("Idle connections")
struct IdleTests {
  private let idle = TimeAmount.seconds(10)

  private func connect() throws -> EmbeddedChannel {
    var limits = ServingLimits()
    limits.idleMilliseconds = 10_000
    return try EmbeddedServer(serving: limits).channel
  }

  private func send(
    _ method: Method<Packet, Packet>, streamID: UInt32 = 1, timeoutNanoseconds: Int64 = 0,
    to channel: EmbeddedChannel
  ) throws {
    let request = RequestEnvelope(
      service: method.descriptor.service, method: method.descriptor.name,
      payload: try Packet("x").protobuf(), timeoutNanoseconds: timeoutNanoseconds)
    try channel.writeInbound(ByteBuffer(bytes: request.frame(streamID: streamID)))
  }

  /// The stream of the next answer.
  private func answer(of channel: EmbeddedChannel) throws -> UInt32? {
    let frame = try channel.readOutbound(as: ByteBuffer.self)
    return frame.map { FrameHeader(Array($0.readableBytesView)).streamID }
  }

  /// Expects a connection to be closed in exactly so long.
  private func expectClosed(
    _ channel: EmbeddedChannel, in time: TimeAmount,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    channel.embeddedEventLoop.advanceTime(by: time - .nanoseconds(1))
    #expect(channel.isActive, sourceLocation: sourceLocation)
    channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
    #expect(!channel.isActive, sourceLocation: sourceLocation)
  }

  @Test("a connection on which nothing comes is closed after the idle time")
  func silent() throws {
    expectClosed(try connect(), in: idle)
  }

  @Test("a whole frame gives the connection its time anew")
  func wholeFrame() throws {
    let channel = try connect()
    for streamID: UInt32 in [1, 3, 5] {
      channel.embeddedEventLoop.advanceTime(by: .seconds(9))
      try send(TestMethod.echo, streamID: streamID, to: channel)
      #expect(try answer(of: channel) == streamID)
    }
    expectClosed(channel, in: idle)
  }

  @Test(
    "a frame that does not become whole does not",
    arguments: [
      // A part of a header; a header and a part of its data, short enough and too long.
      [0, 1], FrameHeader(dataLength: 100, streamID: 1, type: .request).bytes + [1, 2],
      FrameHeader(dataLength: 5_000_000, streamID: 1, type: .request).bytes + [1, 2],
    ] as [[UInt8]])
  func partialFrame(bytes: [UInt8]) throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    for _ in 0..<9 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      try channel.writeInbound(ByteBuffer(bytes: [0]))
    }
    expectClosed(channel, in: .seconds(1))
  }

  @Test("a connection with a call under way is not idle")
  func busy() throws {
    let channel = try connect()
    try send(TestMethod.hang, timeoutNanoseconds: 105_000_000_000, to: channel)
    channel.embeddedEventLoop.advanceTime(by: .seconds(104))
    #expect(channel.isActive)
    #expect(try answer(of: channel) == nil)
    // Its deadline ends it; then the time counts.
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(try answer(of: channel) == 1)
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: idle)
    #expect(!channel.isActive)
  }
}
