import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

@testable import TTRPC

/// Not over a socket: its own buffers and real time would hide when the server does what.
@Suite("A connection of a server", .timeLimit(.minutes(5)))
struct ServerHandlerTests {
  @Test("holds an answer back while the socket takes nothing, and gives it when it does")
  func holdsAnswers() throws {
    let server = try EmbeddedServer()
    try server.receive(TestMethod.hold, Packet("a"), streamID: 1)
    try server.receive(TestMethod.hold, Packet("b"), streamID: 3)
    server.setWritable(false)
    server.service.gate("b").fire()
    server.service.gate("a").fire()
    #expect(try server.sent().isEmpty)
    #expect(server.unsentBytes == 0, "a held answer does not wait in the socket's buffer")
    server.setWritable(true)
    #expect(try server.sent().map(\.header.streamID) == [3, 1])
  }

  @Test("reads and handles nothing while the socket takes nothing, and goes on when it does")
  func stopsReading() throws {
    let server = try EmbeddedServer()
    #expect(server.isReading)
    server.setWritable(false)
    try server.receive(TestMethod.echo, Packet("x"), streamID: 1)
    #expect(!server.isReading)
    #expect(try server.sent().isEmpty)
    #expect(server.unsentBytes == 0)
    server.setWritable(true)
    #expect(try server.sent().map(\.packet) == [Packet("x")])
    #expect(server.isReading)
  }

  @Test("lets a stream wait while the socket takes nothing, and go on when it does")
  func resumesSends() throws {
    let server = try EmbeddedServer()
    try server.receive(TestMethod.holdThenCount, Packet("a", [0, 0, 0]), streamID: 1)
    server.setWritable(false)
    server.service.gate("a").fire()
    #expect(try server.sent().isEmpty)
    server.setWritable(true)
    #expect(try server.sent().map(\.header.type) == [.data, .data, .data, .data])
  }

  @Test("lets a stream go on when the socket took what it had sent")
  func resumesFullStream() throws {
    var limits = ServingLimits()
    limits.streamOutboundBytesMax = 1
    let server = try EmbeddedServer(serving: limits)
    try server.receive(TestMethod.count, Packet("3"), streamID: 1)
    #expect(try server.sent().map(\.header.flags) == [[], [], [], [.remoteClosed, .noData]])
  }

  @Test("runs so many jobs in a turn, and looks at the socket before the next")
  func jobsPerTurn() throws {
    let server = try EmbeddedServer()
    let yields = LoopWork.jobsPerTurnMax * 3
    try server.receive(TestMethod.yield, Packet("\(yields)"), streamID: 1)
    #expect((1...LoopWork.jobsPerTurnMax).contains(server.service.yielded.count))
    try server.receive(TestMethod.echo, Packet("x"), streamID: 3)
    #expect(server.service.yielded.count <= 2 * LoopWork.jobsPerTurnMax)
    #expect(try server.sent().map(\.header.streamID) == [3, 1])
    #expect(server.service.yielded.count == yields)
  }

  @Test("keeps nothing of a call that has ended until its deadline", arguments: [false, true])
  func timersOfEndedCalls(isStream: Bool) throws {
    let loop = EmbeddedEventLoop()
    weak var handler: ServerHandler?
    do {
      let server = try EmbeddedServer(loop: loop)
      try server.receive(
        isStream ? TestMethod.count : TestMethod.echoLater, Packet("1"), streamID: 1,
        timeoutNanoseconds: 3_600_000_000_000)
      #expect(try server.sent().last?.header.streamID == 1)
      handler = server.handler
      #expect(handler != nil)
      server.close()
    }
    // A timer that still ran would hold the connection until it fires.
    #expect(handler == nil)
  }

  @Test("ends a call at its deadline and leaves the others alone")
  func timerFires() throws {
    let server = try EmbeddedServer()
    try server.receive(
      TestMethod.hold, Packet("a"), streamID: 1, timeoutNanoseconds: 1_000_000_000)
    try server.receive(TestMethod.hold, Packet("b"), streamID: 3)
    server.loop.advanceTime(by: .seconds(1))
    #expect(try server.sent().map(\.error) == [.requestTimeout])
    server.service.gate("a").fire()
    server.service.gate("b").fire()
    #expect(try server.sent().map(\.packet) == [Packet("b")])
  }
}
