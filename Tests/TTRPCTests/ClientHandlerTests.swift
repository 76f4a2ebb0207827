import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import ReportwireTestKit
import Testing

@testable import TTRPC

/// Not over a socket: on a loop whose time stands still until the test moves it.
@Suite("A connection of a client", .timeLimit(.minutes(5)))
struct ClientHandlerTests {
  private func connect(_ loop: EmbeddedEventLoop) throws -> (EmbeddedChannel, ClientHandler) {
    let handler = ClientHandler(
      address: .tcp(host: "127.0.0.1", port: 1), limits: TTRPCLimits())
    let channel = EmbeddedChannel(handler: handler, loop: loop)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    loop.run()
    return (channel, handler)
  }

  private func open(_ inbox: StreamInbox, on handler: ClientHandler, hours: Int64) throws {
    let frame = RequestEnvelope(
      service: TestMethod.service, method: "count", payload: try Packet("1").protobuf()
    ).frame(streamID: 0, flags: .remoteClosed)
    handler.open(.stream(inbox), frame, timeoutNanoseconds: hours * 3_600_000_000_000)
  }

  @Test("keeps nothing of a call that has ended until its deadline")
  func timersOfEndedCalls() throws {
    let loop = EmbeddedEventLoop()
    weak var observed: ClientHandler?
    do {
      let (channel, handler) = try connect(loop)
      let inbox = StreamInbox()
      try open(inbox, on: handler, hours: 1)
      let end = FrameHeader(
        dataLength: 0, streamID: 1, type: .data, flags: [.remoteClosed, .noData])
      try channel.writeInbound(ByteBuffer(bytes: end.bytes))
      #expect(try inbox.take(nil)?.get() == .some(nil))
      observed = handler
      #expect(observed != nil)
      channel.close(promise: nil)
      loop.run()
    }
    // A timer that still ran would hold the connection until it fires.
    #expect(observed == nil)
  }

  @Test("ends a call at its deadline and leaves the others alone")
  func timerFires() throws {
    let loop = EmbeddedEventLoop()
    let (channel, handler) = try connect(loop)
    let inboxes = [StreamInbox(), StreamInbox()]
    try open(inboxes[0], on: handler, hours: 1)
    try open(inboxes[1], on: handler, hours: 2)
    loop.advanceTime(by: .hours(1))
    #expect(throws: RPCError.requestTimeout) { try inboxes[0].take(nil)?.get() }
    #expect(try inboxes[1].take(nil)?.get() == nil)
    #expect(handler.calls.count == 1)
    withExtendedLifetime(channel) {}
  }

  @Test("forgets a call that its caller withdraws, and takes what still comes for it")
  func withdrawn() throws {
    let loop = EmbeddedEventLoop()
    let (channel, handler) = try connect(loop)
    let inbox = StreamInbox()
    try open(inbox, on: handler, hours: 1)
    handler.withdraw { $0.isStream(inbox) }
    #expect(throws: RPCError.callerGone) { try inbox.take(nil)?.get() }
    #expect(handler.machine.callsInFlight == 0 && handler.calls.isEmpty)
    let late = FrameHeader(dataLength: 0, streamID: 1, type: .data, flags: .remoteClosed)
    try channel.writeInbound(ByteBuffer(bytes: late.bytes))
    #expect(channel.isActive && handler.failure == nil)
  }
}
