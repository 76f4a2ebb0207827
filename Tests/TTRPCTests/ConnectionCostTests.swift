import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

@testable import TTRPC

/// On a loop whose time stands still until the test moves it.
@Suite("What a connection may cost", .timeLimit(.minutes(5)))
struct ConnectionCostTests {
  private func header(_ bytes: Int, streamID: UInt32 = 1) -> [UInt8] {
    FrameHeader(dataLength: UInt32(bytes), streamID: streamID, type: .request).bytes
  }

  /// A request of the echo, of so many bytes.
  private func frame(_ bytes: Int, streamID: UInt32 = 1) throws -> [UInt8] {
    func frame(_ count: Int) throws -> [UInt8] {
      try RequestEnvelope(
        service: TestMethod.service, method: "echo",
        payload: Packet("", [UInt8](repeating: 1, count: count)).protobuf()
      ).frame(streamID: streamID)
    }
    return try frame(2 * bytes - frame(bytes).count)
  }

  /// Expects a connection to be closed in exactly so long.
  private func expectClosed(
    _ server: EmbeddedServer, in time: TimeAmount,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    server.loop.advanceTime(by: time - .nanoseconds(1))
    #expect(server.channel.isActive, sourceLocation: sourceLocation)
    server.loop.advanceTime(by: .nanoseconds(1))
    #expect(!server.channel.isActive, sourceLocation: sourceLocation)
  }

  // MARK: Half frames

  @Test(
    "a frame that is left half sent closes the connection, also when bytes keep coming",
    arguments: [
      // A part of a header; a header and a part of its data, short, long and too long.
      [0, 1], FrameHeader(dataLength: 100, streamID: 1, type: .request).bytes + [1, 2],
      FrameHeader(dataLength: 100_000, streamID: 1, type: .request).bytes + [1, 2],
      FrameHeader(dataLength: 5_000_000, streamID: 1, type: .request).bytes + [1, 2],
    ] as [[UInt8]])
  func halfFrame(bytes: [UInt8]) throws {
    let server = try EmbeddedServer()
    // A call under way keeps a connection from being idle, not from this.
    try server.receive(TestMethod.hang, Packet("x"), streamID: 1)
    server.loop.advanceTime(by: .seconds(100))
    var bytes = bytes
    if bytes.count > 2 { bytes[7] = 3 }
    try server.receive(bytes)
    for _ in 0..<29 {
      server.loop.advanceTime(by: .seconds(1))
      try server.receive([0])
    }
    expectClosed(server, in: .seconds(1))
  }

  @Test("a frame that becomes whole gives the next its time anew")
  func wholeFrame() throws {
    let server = try EmbeddedServer()
    let frames = try (0..<3).map { try frame(100, streamID: UInt32($0 * 2 + 1)) }
    try server.receive(Array(frames[0][..<50]))
    server.loop.advanceTime(by: .seconds(29))
    try server.receive(Array(frames[0][50...]) + Array(frames[1][..<50]))
    server.loop.advanceTime(by: .seconds(29))
    try server.receive(Array(frames[1][50...]) + Array(frames[2][..<50]))
    #expect(try server.sent().map(\.header.streamID) == [1, 3])
    expectClosed(server, in: .seconds(30))
  }

  @Test("a frame is not half sent while the server does not read it")
  func pausedFrame() throws {
    let server = try EmbeddedServer()
    server.setWritable(false)
    try server.receive(Array(frame(100)[..<50]))
    server.loop.advanceTime(by: .seconds(100))
    #expect(server.channel.isActive)
    server.setWritable(true)
    expectClosed(server, in: .seconds(30))
  }

  @Test("all of a half frame is counted before it comes, and not any more when it is there")
  func countedFrame() throws {
    let server = try EmbeddedServer()
    let idle = server.serving.budget.bytesKept
    let bytes = try frame(30_000)
    try server.receive(Array(bytes[..<20]))
    #expect(server.serving.budget.bytesKept == idle + bytes.count)
    try server.receive(Array(bytes[20..<10_000]))
    #expect(server.serving.budget.bytesKept == idle + bytes.count)
    try server.receive(Array(bytes[10_000...]))
    #expect(try server.sent().map(\.packet?.value.count).count == 1)
    #expect(server.serving.budget.bytesKept == idle)
    try server.receive(Array(frame(30_000, streamID: 3)[..<20]))
    server.close()
    #expect(server.serving.budget.bytesKept == 0)
  }

  @Test("half frames that the server has no room for are skipped, and the connection goes on")
  func refusedFrame() throws {
    var limits = ServingLimits()
    limits.serverBytesMax = 1_000_000
    let first = try EmbeddedServer(serving: limits)
    let second = try EmbeddedServer(sharing: first.serving, loop: first.loop)
    try first.receive(header(200_000) + [1])
    try second.receive(header(220_000) + [1])
    #expect(try first.sent().isEmpty)
    #expect(try second.sent().map(\.error) == [.serverFull])
    try second.receive([UInt8](repeating: 0xff, count: 219_999))
    try second.receive(TestMethod.echo, Packet("x"), streamID: 3)
    #expect(try second.sent().map(\.packet) == [Packet("x")])
    first.close()
    try second.receive(header(220_000, streamID: 5) + [1])
    #expect(try second.sent().isEmpty)
  }

  @Test("a half frame that does not fit waits in the socket until a call ends")
  func waitingFrame() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 100_000
    let server = try EmbeddedServer(serving: limits)
    try server.receive(
      TestMethod.hold, Packet("a", [UInt8](repeating: 1, count: 20_000)), streamID: 1)
    let bytes = try frame(25_000, streamID: 3)
    try server.receive(Array(bytes[..<20]))
    #expect(!server.isReading)
    server.loop.advanceTime(by: .seconds(100))
    #expect(server.channel.isActive)
    server.service.gate("a").fire()
    #expect(try server.sent().map(\.header.streamID) == [1])
    #expect(server.isReading)
    try server.receive(Array(bytes[20...]))
    #expect(try server.sent().map(\.header.streamID) == [3])
  }

  // MARK: Turns

  @Test("one read of many frames is handled in turns, between which others have theirs")
  func turns() throws {
    let server = try EmbeddedServer()
    let count = ServerHandler.framesPerTurnMax * 2 + 10
    let bytes = try (0..<count).flatMap { try frame(80, streamID: UInt32($0 * 2 + 1)) }
    try server.receive(bytes)
    #expect(!server.isReading)
    var answered = try server.sentAtOnce().count
    #expect(answered == ServerHandler.framesPerTurnMax)
    answered += try server.sent().count
    #expect(answered == count)
    #expect(server.isReading)
  }

  @Test("a read that comes while others have their turn is handled behind the one before")
  func readWhileResting() throws {
    let server = try EmbeddedServer()
    let count = ServerHandler.framesPerTurnMax + 1
    try server.receive((0..<count).flatMap { try frame(80, streamID: UInt32($0 * 2 + 1)) })
    let last = UInt32(count * 2 + 1)
    try server.receive(frame(80, streamID: last))
    #expect(try server.sent().map(\.header.streamID) == (0...count).map { UInt32($0 * 2 + 1) })
  }

  @Test("long answers are given in turns too")
  func turnsOfLongAnswers() throws {
    let server = try EmbeddedServer()
    let count = 40
    let inflate = TestMethod.inflate.descriptor
    try server.receive(
      (0..<count).flatMap {
        try RequestEnvelope(
          service: inflate.service, method: inflate.name, payload: Packet("50000").protobuf()
        ).frame(streamID: UInt32($0 * 2 + 1))
      })
    let atOnce = try server.sentAtOnce().count
    #expect(atOnce > 0 && atOnce * 50_000 < 400_000)
    #expect(try atOnce + server.sent().count == count)
  }

  // MARK: Unread answers

  @Test("answers that the peer does not take are counted until it does")
  func unreadAnswers() throws {
    let server = try EmbeddedServer()
    let idle = server.serving.budget.bytesKept
    let held = HeldWrites()
    try server.channel.pipeline.syncOperations.addHandler(held, position: .first)
    try server.receive(TestMethod.inflate, Packet("50000"), streamID: 1)
    #expect(server.serving.budget.bytesKept > idle + 50_000)
    held.release()
    #expect(server.serving.budget.bytesKept == idle)
  }
}

/// A socket whose peer takes nothing.
private final class HeldWrites: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private var promises: [EventLoopPromise<Void>] = []

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if let promise { promises.append(promise) }
  }

  func release() {
    for promise in promises { promise.succeed() }
  }
}
