import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

@testable import GRPCGateway

@Suite("Calls over gRPC", .timeLimit(.minutes(5)))
struct GRPCHandlerTests {
  // MARK: Calls

  @Test("a call is answered with its message and good trailers")
  func answered() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.echo, Packet("a", [1, 2, 3]), 1)
    let answer = server.answer(1)
    #expect(answer.headers[":status"] == "200")
    #expect(answer.headers["content-type"] == "application/grpc")
    #expect(try server.packet(1)?.value == [1, 2, 3])
    #expect(answer.status == "0")
    #expect(answer.isEnded)
  }

  @Test("a call that waits is answered when it is ready, in whatever order")
  func answeredLater() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.hold, Packet("a", [1]), 1)
    try server.call(TestMethod.echoLater, Packet("b", [2]), 3)
    try server.run()
    #expect(server.answer(1).headers.isEmpty)
    #expect(try server.packet(3)?.value == [2])
    server.service.gate("a").fire()
    try server.run()
    #expect(try server.packet(1)?.value == [1])
  }

  @Test("a failure has no body; its text is encoded, its details have the reason")
  func failure() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.fail, Packet("nö %"), 1)
    let answer = server.answer(1)
    #expect(answer.isEnded && answer.data.isEmpty)
    #expect(answer.headers[":status"] == "200")
    #expect(answer.headers["grpc-status"] == "5")
    #expect(answer.message?.contains("n%C3%B6 %25") == true)
    #expect(answer.message?.hasPrefix("ERROR_NOT_FOUND: ") == true)
    #expect(answer.headers["grpc-status-details-bin"]?.isEmpty == false)
  }

  @Test("a stream of messages ends with trailers, good or bad")
  func streams() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.count, Packet("3", [9]), 1)
    try server.call(TestMethod.countThenFail, Packet("2"), 3)
    try server.run()
    #expect(server.answer(1).messages.count == 3)
    #expect(server.answer(1).status == "0")
    #expect(server.answer(3).messages.count == 2)
    #expect(server.answer(3).trailers["grpc-status"] == "7")
  }

  @Test("metadata arrives, gRPC's own headers do not")
  func metadata() throws {
    let server = try EmbeddedGRPC()
    try server.call(
      TestMethod.describe, Packet("x"), 1,
      [("user_id", "ü"), ("trace-bin", "AAE"), ("grpc-foo", "1"), ("user-agent", "t")])
    let text =
      try #require(try server.packet(1)).typeURL
      + String(decoding: try #require(try server.packet(1)).value, as: UTF8.self)
    #expect(text.contains("user_id") && text.contains("ü") && text.contains("trace-bin"))
    #expect(!text.contains("grpc-foo") && !text.contains("user-agent"))
  }

  // MARK: What is no call

  @Test(
    "what is no gRPC is answered in HTTP's terms",
    arguments: [
      ([("content-type", "text/plain")], "415"),
      ([("content-type", "application/grpc-web")], "415"),
      ([(":method", "GET")], "405"),
    ])
  func noGRPC(fields: [(String, String)], status: String) throws {
    let server = try EmbeddedGRPC()
    try server.receive(HTTP2Peer.headers("echo", 1, isEnd: true, fields))
    #expect(server.answer(1).headers[":status"] == status)
    #expect(server.answer(1).isEnded)
  }

  @Test(
    "what is wrong with a call is told by its status",
    arguments: [
      ([(":path", "/no.Such/method")], "12"), ([(":path", "/nothing")], "3"),
      ([(":path", "/")], "3"), ([("grpc-timeout", "1x")], "3"), ([("grpc-timeout", "0m")], "4"),
      ([("grpc-encoding", "snappy")], "12"),
    ])
  func wrongCalls(fields: [(String, String)], status: String) throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.echo, Packet("a"), 1, fields)
    #expect(server.answer(1).status == status)
    try server.call(TestMethod.echo, Packet("a"), 3)
    #expect(server.answer(3).status == "0")
  }

  @Test("a body that is no message, none or two is refused")
  func wrongBodies() throws {
    let server = try EmbeddedGRPC()
    let header = { (id: UInt32) in HTTP2Peer.headers("echo", id) }
    try server.receive(HTTP2Peer.headers("echo", 1, isEnd: true))
    try server.receive(header(3) + HTTP2Peer.frame(0, 1, 3, [0, 0, 0]))
    try server.receive(header(5) + HTTP2Peer.frame(0, 1, 5, [0, 0, 0, 0, 9, 1]))
    try server.receive(header(7) + HTTP2Peer.frame(0, 1, 7, [0, 0, 0, 0, 1, 255]))
    try server.receive(
      header(9) + HTTP2Peer.body([], 9, isEnd: false) + HTTP2Peer.body([], 9))
    try server.receive(header(11) + HTTP2Peer.frame(0, 1, 11, [1, 0, 0, 0, 0]))
    #expect(
      [1, 3, 5, 7, 9, 11].map { server.answer($0).status } == ["3", "3", "3", "3", "3", "12"])
  }

  @Test(
    "a message that comes whole and is not the last of its frame is read as others",
    arguments: 1..<90)
  func cutAnywhere(at length: Int) throws {
    let server = try EmbeddedGRPC()
    let message = try Packet("a", [1, 2, 3]).protobuf()
    let prefix: [UInt8] = [0] + HTTP2Peer.big(UInt32(message.count))
    let good = HTTP2Peer.headers("echo", 1) + HTTP2Peer.frame(0, 1, 1, prefix + message)
    // Padding behind the message, and more than the message in one frame.
    let padded =
      HTTP2Peer.headers("echo", 3)
      + HTTP2Peer.frame(0, 9, 3, [4] + prefix + message + [0, 0, 0, 0])
    let long = HTTP2Peer.headers("echo", 5) + HTTP2Peer.frame(0, 1, 5, prefix + message + [0])
    for bytes in [good, padded, long] {
      // The last `length` bytes come later.
      let first = max(bytes.count - length, 0)
      try server.receive(Array(bytes[..<first]))
      try server.receive(Array(bytes[first...]))
    }
    try server.run()
    #expect(try server.packet(1)?.value == [1, 2, 3])
    #expect(try server.packet(3)?.value == [1, 2, 3])
    #expect([1, 3, 5].map { server.answer($0).status } == ["0", "0", "3"])
  }

  @Test("messages that come whole to a connection that is full are kept until their calls start")
  func keptWhole() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 12_000
    let server = try EmbeddedGRPC(serving: limits)
    try server.call(TestMethod.hold, Packet("a", [1]), 1)
    try server.call(TestMethod.hold, Packet("b", [3]), 3)
    // In one read with what follows it.
    try server.receive(
      HTTP2Peer.headers("echo", 5) + HTTP2Peer.body(try Packet("c", [5]).protobuf(), 5)
        + HTTP2Peer.frame(6, 0, 0, [UInt8](repeating: 0, count: 8)))
    #expect(server.answer(5).headers.isEmpty)
    server.service.gate("a").fire()
    server.service.gate("b").fire()
    try server.run()
    for id in [1, 3, 5] as [UInt32] {
      #expect(try server.packet(id)?.value == [UInt8(id)], "\(id)")
    }
  }

  // MARK: Compression

  @Test("a compressed request is read, and its answer is compressed if that helps")
  func compressed() throws {
    let server = try EmbeddedGRPC()
    let message = try Packet("a", [UInt8](repeating: 7, count: 20_000)).protobuf()
    let shorter = try #require(Gzip.compressed(message))
    #expect(shorter.count < 1000)
    try server.receive(
      HTTP2Peer.headers("echo", 1, [("grpc-encoding", "gzip")])
        + HTTP2Peer.frame(0, 1, 1, [1] + HTTP2Peer.big(UInt32(shorter.count)) + shorter))
    let answer = server.answer(1)
    #expect(answer.headers["grpc-encoding"] == "gzip")
    #expect(answer.status == "0")
    #expect(answer.data[0] == 1)
    #expect(try Gzip.decompressed(answer.messages[0], bytesMax: 100_000) == message)
  }

  @Test("what is no gzip is refused, and so is what grows too much")
  func wrongCompression() throws {
    var limits = GRPCLimits()
    limits.messageBytesMax = 10_000
    let server = try EmbeddedGRPC(limits: limits)
    let bomb = try #require(Gzip.compressed([UInt8](repeating: 0, count: 1_000_000)))
    let good = try #require(
      Gzip.compressed(try Packet("a", [UInt8](repeating: 7, count: 9000)).protobuf()))
    for (index, message) in [bomb, [1, 2, 3], [], Array(good.dropLast()), good + [0]].enumerated() {
      let id = UInt32(index * 2 + 1)
      try server.receive(
        HTTP2Peer.headers("echo", id, [("grpc-encoding", "gzip")])
          + HTTP2Peer.frame(0, 1, id, [1] + HTTP2Peer.big(UInt32(message.count)) + message))
    }
    #expect([1, 3, 5, 7, 9].map { server.answer($0).status } == ["8", "3", "3", "3", "3"])
    // Said to be possible, and not done.
    try server.call(TestMethod.echo, Packet("a"), 11, [("grpc-encoding", "gzip")])
    #expect(server.answer(11).status == "0")
  }

  // MARK: Ends

  @Test("a deadline ends a call and cancels its handler")
  func deadline() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.hang, Packet("a"), 1, [("grpc-timeout", "50m")])
    try server.run()
    server.loop.advanceTime(by: .milliseconds(50))
    try server.run()
    #expect(server.answer(1).status == "4")
    #expect(server.service.cancelled.count == 1)
  }

  @Test("a reset cancels the handler, and so does a connection that is gone")
  func cancelled() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.hang, Packet("a"), 1)
    try server.call(TestMethod.hang, Packet("b"), 3)
    try server.run()
    try server.receive(HTTP2Peer.frame(3, 0, 1, HTTP2Peer.big(8)))
    try server.run()
    #expect(server.service.cancelled.count == 1)
    try server.channel.close().wait()
    server.loop.run()
    #expect(server.service.cancelled.count == 2)
  }

  @Test("a stop lets calls end: first all that come, then those that are there")
  func drain() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.hold, Packet("a"), 1)
    server.channel.pipeline.fireUserInboundEventTriggered(ServerEvent.drain)
    try server.run()
    #expect(server.goneAway.map(\.last) == [UInt32(Int32.max)])
    // What was on its way is taken.
    try server.call(TestMethod.echo, Packet("b"), 3)
    #expect(server.answer(3).status == "0")
    let ping = try #require(server.pings.first)
    try server.receive(HTTP2Peer.frame(6, 1, 0, ping))
    try server.run()
    #expect(server.goneAway.map(\.last) == [UInt32(Int32.max), 3])
    #expect(server.channel.isActive)
    server.service.gate("a").fire()
    try server.run()
    #expect(server.answer(1).status == "0")
    #expect(!server.channel.isActive)
  }

  @Test("a peer that says nothing to a stop is not waited for")
  func drainInSilence() throws {
    let server = try EmbeddedGRPC()
    server.channel.pipeline.fireUserInboundEventTriggered(ServerEvent.drain)
    try server.run()
    #expect(server.channel.isActive)
    server.loop.advanceTime(by: .seconds(1))
    try server.run()
    #expect(!server.channel.isActive)
  }

  @Test("a peer from which nothing comes is asked for a sign of life, and closed without one")
  func keepalive() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.hang, Packet("a"), 1)
    server.loop.advanceTime(by: .seconds(300))
    try server.run()
    #expect(server.pings.isEmpty)
    server.loop.advanceTime(by: .seconds(300))
    try server.run()
    let ping = try #require(server.pings.first)
    try server.receive(HTTP2Peer.frame(6, 1, 0, ping))
    server.loop.advanceTime(by: .seconds(20))
    #expect(server.channel.isActive)
    server.loop.advanceTime(by: .seconds(300))
    try server.run()
    #expect(server.pings.count == 2)
    server.loop.advanceTime(by: .seconds(20) - .nanoseconds(1))
    #expect(server.channel.isActive)
    server.loop.advanceTime(by: .nanoseconds(1))
    #expect(!server.channel.isActive)
    server.loop.run()
    #expect(server.service.cancelled.count == 1)
  }

  @Test("a connection that is old enough goes away in order")
  func age() throws {
    var limits = ServingLimits()
    limits.connectionAgeMilliseconds = 100_000
    let server = try EmbeddedGRPC(serving: limits)
    server.loop.advanceTime(by: .seconds(90) - .nanoseconds(1))
    try server.run()
    #expect(server.goneAway.isEmpty)
    server.loop.advanceTime(by: .seconds(20))
    try server.run()
    #expect(server.goneAway.first?.last == UInt32(Int32.max))
  }

  @Test("a message that there is no room for yet is not half sent")
  func waitingMessage() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 98_000
    let server = try EmbeddedGRPC(serving: limits)
    try server.call(TestMethod.hang, Packet("", [UInt8](repeating: 1, count: 20_000)), 1)
    let body = HTTP2Peer.body(
      try Packet("1", [UInt8](repeating: 1, count: 24_000)).protobuf(), 3)
    try server.receive(HTTP2Peer.headers("inflate", 3) + body[..<(9 + 16_384)])
    server.loop.advanceTime(by: .seconds(60))
    #expect(server.channel.isActive)
    // Now there is.
    try server.receive(HTTP2Peer.frame(3, 0, 1, HTTP2Peer.big(8)))
    try server.run()
    server.loop.advanceTime(by: .seconds(29))
    #expect(server.channel.isActive)
    try server.receive(Array(body[(9 + 16_384)...]))
    try server.run()
    #expect(server.answer(3).status == "0")
  }

  @Test("requests that fill their connection are answered all the same")
  func fullOfRequests() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 98_000
    let server = try EmbeddedGRPC(serving: limits)
    let ids: [UInt32] = [1, 3, 5, 7, 9, 11, 13, 15]
    let message = try Packet("1", [UInt8](repeating: 1, count: 24_000)).protobuf()
    var rest: [UInt32: [UInt8]] = [:]
    for id in ids {
      let body = HTTP2Peer.body(message, id)
      // The first frame, which tells how long the message is.
      let first = 9 + 16_384
      rest[id] = Array(body[first...])
      try server.receive(HTTP2Peer.headers("inflate", id) + body[..<first])
    }
    #expect(server.serving.budget.bytesKept > 150_000)
    for id in ids { try server.receive(rest[id] ?? []) }
    try server.run()
    for id in ids { #expect(server.answer(id).status == "0", "\(id)") }
  }

  // MARK: Limits

  @Test("a message that is too long is refused before it comes")
  func longMessage() throws {
    var limits = GRPCLimits()
    limits.messageBytesMax = 1000
    let server = try EmbeddedGRPC(limits: limits)
    try server.receive(
      HTTP2Peer.headers("echo", 1) + HTTP2Peer.frame(0, 0, 1, [0, 0, 0, 3, 233]))
    #expect(server.answer(1).status == "8")
    try server.call(TestMethod.echo, Packet("a", [UInt8](repeating: 1, count: 900)), 3)
    #expect(server.answer(3).status == "0")
  }

  @Test(
    "an answer in parts is one message, compressed where the request is", arguments: [false, true])
  func parts(isCompressed: Bool) throws {
    let server = try EmbeddedGRPC()
    let request = try Packet("a").protobuf()
    let message = isCompressed ? try #require(Gzip.compressed(request)) : request
    try server.receive(
      HTTP2Peer.headers("hang", 1, [("grpc-encoding", isCompressed ? "gzip" : "identity")])
        + HTTP2Peer.frame(
          0, 1, 1, [isCompressed ? 1 : 0] + HTTP2Peer.big(UInt32(message.count)) + message))
    let parts = (0..<9).map { [UInt8](repeating: $0, count: 1000) }
    let written = try server.handler.write(.parts(parts), of: 1)
    try server.run()
    #expect(server.answer(1).status == "0")
    #expect(written == server.answer(1).data.count)
    let answer = try #require(server.answer(1).messages.first)
    #expect((answer.count < 1000) == isCompressed)
    let whole = isCompressed ? try Gzip.decompressed(answer, bytesMax: 20_000) : answer
    #expect(whole == Array(parts.joined()))
  }

  @Test("an answer that is too long is not sent")
  func longAnswer() throws {
    var limits = ServingLimits()
    limits.answerBytesMax = 1000
    let server = try EmbeddedGRPC(serving: limits)
    try server.call(TestMethod.inflate, Packet("2000"), 1)
    #expect(server.answer(1).status == "8")
  }

  @Test("headers that are too long are refused, and without bound they end the connection")
  func longHeaders() throws {
    var limits = GRPCLimits()
    limits.headerBytesMax = 2000
    let server = try EmbeddedGRPC(limits: limits)
    let text = String(repeating: "x", count: 2000)
    try server.call(TestMethod.echo, Packet("a"), 1, [("a", text)])
    #expect(server.answer(1).status == "8")
    try server.call(TestMethod.echo, Packet("a"), 3)
    #expect(server.answer(3).status == "0")
    // HPACK: one entry in the table, then a byte for each time that it is meant.
    let entry = HTTP2Peer.block([("b", String(repeating: "y", count: 1000))])
    let bomb = [UInt8(0x40)] + entry.dropFirst() + [UInt8](repeating: 0x80 | 62, count: 4000)
    try server.receive(HTTP2Peer.frame(1, 5, 5, bomb))
    try server.run()
    #expect(!server.channel.isActive)
  }

  @Test("too many fields are refused")
  func manyFields() throws {
    var limits = GRPCLimits()
    limits.headerFieldsMax = 20
    let server = try EmbeddedGRPC(limits: limits)
    try server.call(TestMethod.echo, Packet("a"), 1, (0..<30).map { ("k\($0)", "v") })
    #expect(server.answer(1).status == "8")
  }

  @Test(
    "frames that ask for nothing end the connection when there are too many",
    arguments: [
      HTTP2Peer.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), HTTP2Peer.frame(4, 0, 0, []),
      HTTP2Peer.frame(2, 0, 1, [0, 0, 0, 0, 1]), HTTP2Peer.frame(8, 0, 0, [0, 0, 0, 1]),
    ])
  func floods(frame: [UInt8]) throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 100
    limits.controlFramesPerSecond = 0
    let server = try EmbeddedGRPC(limits: limits)
    for _ in 0..<99 { try server.receive(frame) }
    #expect(server.channel.isActive)
    for _ in 0..<10 where server.channel.isActive { try server.receive(frame) }
    try server.run()
    #expect(!server.channel.isActive)
    #expect(server.goneAway.last?.code == 11)
  }

  @Test("a peer that calls may ping with each call")
  func honestPings() throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 50
    let server = try EmbeddedGRPC(limits: limits)
    for index in 0..<500 {
      try server.receive(HTTP2Peer.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))
      try server.receive(HTTP2Peer.frame(8, 0, 0, [0, 0, 0, 1]))
      try server.call(TestMethod.echo, Packet("a"), UInt32(index * 2 + 1))
    }
    #expect(server.channel.isActive)
    #expect(server.answer(999).status == "0")
  }

  @Test("a peer may ping as long as it does so now and then")
  func pingsOverTime() throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 50
    // A second for each nanosecond: any two frames are far apart.
    limits.controlFramesPerSecond = 1_000_000_000
    let server = try EmbeddedGRPC(limits: limits)
    for _ in 0..<500 {
      try server.receive(HTTP2Peer.frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))
    }
    #expect(server.channel.isActive)
  }

  @Test(
    "who reads a long answer may open windows for it, but not for a few bytes at a time",
    arguments: [(4096, true), (100, false)])
  func windowsOfLongAnswers(windowBytes: UInt32, isTaken: Bool) throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 50
    limits.controlFramesPerSecond = 0
    let server = try EmbeddedGRPC(limits: limits)
    try server.call(TestMethod.inflate, Packet("1000000"), 1)
    for _ in 0..<500 where server.channel.isActive && !server.answer(1).isEnded {
      try server.openWindow(0, windowBytes)
      try server.openWindow(1, windowBytes)
      try server.run()
    }
    #expect(server.channel.isActive == isTaken)
    #expect((server.answer(1).status == "0") == isTaken)
  }

  @Test("who withdraws streams that it has read from does nothing wrong")
  func streamsThatAreLeft() throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 50
    limits.controlFramesPerSecond = 0
    let server = try EmbeddedGRPC(limits: limits)
    try server.openWindow(0, 100_000_000)
    for index in 0..<200 {
      let id = UInt32(index * 2 + 1)
      try server.call(TestMethod.flood, Packet("x", [UInt8](repeating: 1, count: 1000)), id)
      try server.run()
      try #require(!server.answer(id).messages.isEmpty)
      try server.receive(HTTP2Peer.frame(3, 0, id, HTTP2Peer.big(8)))
    }
    #expect(server.channel.isActive)
  }

  @Test("calls that are withdrawn again and again end the connection")
  func rapidReset() throws {
    var limits = GRPCLimits()
    limits.controlFramesMax = 100
    limits.controlFramesPerSecond = 0
    let server = try EmbeddedGRPC(limits: limits)
    for index in 0..<200 where server.channel.isActive {
      let id = UInt32(index * 2 + 1)
      try server.receive(
        HTTP2Peer.headers("hang", id) + HTTP2Peer.body([], id)
          + HTTP2Peer.frame(3, 0, id, HTTP2Peer.big(8)))
    }
    try server.run()
    #expect(!server.channel.isActive)
  }

  @Test("a peer may have so many calls open and no more")
  func concurrentStreams() throws {
    var limits = ServingLimits()
    limits.callsInFlightMax = 3
    let server = try EmbeddedGRPC(serving: limits)
    for index in 0..<4 {
      try server.call(TestMethod.hold, Packet("g"), UInt32(index * 2 + 1))
    }
    try server.run()
    server.service.gate("g").fire()
    try server.run()
    #expect([1, 3, 5].allSatisfy { server.answer($0).status == "0" })
  }

  // MARK: Room

  @Test("long messages come one after the other when there is no room for all")
  func messagesWait() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 100_000
    limits.decodedOnLoopBytesMax = 1_000_000
    let server = try EmbeddedGRPC(serving: limits)
    let idle = server.serving.budget.bytesKept
    let message = try Packet("x", [UInt8](repeating: 7, count: 60_000)).protobuf()
    // The first bytes of three messages, as many as the window lets through.
    for id: UInt32 in [1, 3, 5] {
      try server.receive(
        HTTP2Peer.headers("echo", id)
          + HTTP2Peer.frame(0, 0, id, [0] + HTTP2Peer.big(UInt32(message.count))))
    }
    #expect(server.serving.budget.bytesKept < idle + 130_000)
    for id: UInt32 in [1, 3, 5] {
      var at = 0
      while at < message.count {
        let end = min(at + 10_000, message.count)
        try server.receive(
          HTTP2Peer.frame(0, end == message.count ? 1 : 0, id, Array(message[at..<end])))
        at = end
      }
      try server.openWindow(0, 70_000)
    }
    #expect([1, 3, 5].allSatisfy { server.answer($0).status == "0" })
    #expect(server.serving.budget.bytesKept == idle)
  }

  @Test("an answer waits for the peer's window, is counted until then and comes whole")
  func closedWindow() throws {
    let server = try EmbeddedGRPC()
    let idle = server.serving.budget.bytesKept
    try server.call(TestMethod.inflate, Packet("200000"), 1)
    #expect(server.answer(1).data.count == 65_535)
    #expect(!server.answer(1).isEnded)
    #expect(server.serving.budget.bytesKept > idle + 100_000)
    try server.openWindow(0, 200_000)
    try server.openWindow(1, 200_000)
    #expect(server.answer(1).messages.first?.count ?? 0 > 200_000)
    #expect(server.answer(1).status == "0")
    #expect(server.serving.budget.bytesKept == idle)
  }

  @Test("short answers come whole, however small the last flush was and wherever the window ends")
  func shortAnswers() throws {
    let server = try EmbeddedGRPC()
    let idle = server.serving.budget.bytesKept
    var calls: [UInt8] = []
    for index in 0..<60 {
      let id = UInt32(index * 2 + 1)
      calls += HTTP2Peer.headers("inflate", id)
      calls += HTTP2Peer.body(try Packet("\(index * 61)").protobuf(), id)
    }
    try server.receive(calls)
    for _ in 0..<5 { try server.run() }
    // The connection's window ends within one of them.
    #expect(server.answers.values.reduce(0) { $0 + $1.data.count } == 65_535)
    #expect(server.answers.values.filter(\.isEnded).count < 60)
    try server.openWindow(0, 1_000_000)
    for index in 0..<60 {
      let answer = server.answer(UInt32(index * 2 + 1))
      #expect(answer.status == "0" && answer.isEnded && answer.resetCode == nil)
      let packet = try #require(try server.packet(UInt32(index * 2 + 1)))
      #expect(packet.value == [UInt8](repeating: 7, count: index * 61))
    }
    #expect(server.serving.budget.bytesKept == idle)
  }

  @Test(
    "what changes about the peer's header table is told before the trailers of who waited meanwhile"
  )
  func tableSizeBetweenHeaderAndTrailers() throws {
    let server = try EmbeddedGRPC()
    // Nothing of a body may be sent.
    try server.receive(HTTP2Peer.frame(4, 0, 0, [0, 4] + HTTP2Peer.big(0)))
    try server.call(TestMethod.echo, Packet("a"), 1)
    try server.call(TestMethod.echo, Packet("b"), 3)
    #expect(server.answer(1).headers[":status"] == "200")
    #expect(server.answer(1).data.isEmpty && !server.answer(1).isEnded)
    try server.limitTable(toBytes: 0)
    try server.openWindow(1, 1000)
    #expect(server.answer(1).status == "0")
    try server.openWindow(3, 1000)
    #expect(server.answer(3).status == "0")
    try server.receive(HTTP2Peer.frame(4, 0, 0, [0, 4] + HTTP2Peer.big(65_535)))
    try server.call(TestMethod.echo, Packet("c"), 5)
    #expect(server.answer(5).status == "0" && server.goneAway.isEmpty)
  }

  @Test("a stream whose messages are not taken holds its handler back")
  func streamBackpressure() throws {
    let server = try EmbeddedGRPC()
    try server.call(TestMethod.flood, Packet("x", [UInt8](repeating: 1, count: 10_000)), 1)
    try server.run()
    let sent = server.service.sent.count
    #expect(sent >= 6 && sent < 30)
    try server.openWindow(0, 100_000)
    try server.openWindow(1, 100_000)
    try server.run()
    #expect(server.service.sent.count > sent)
    try server.receive(HTTP2Peer.frame(3, 0, 1, HTTP2Peer.big(8)))
    try server.run()
    #expect(server.service.cancelled.count == 1)
  }

  @Test("many answers that nobody reads keep more calls waiting")
  func unreadAnswers() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 500_000
    let server = try EmbeddedGRPC(serving: limits)
    for index in 0..<50 {
      try server.call(TestMethod.inflate, Packet("50000"), UInt32(index * 2 + 1))
    }
    try server.run()
    #expect(server.serving.budget.bytesKept < 700_000)
    #expect(server.answers.count < 50)
    try server.openWindow(0, 10_000_000)
    for index in 0..<50 { try server.run(); _ = index }
    #expect(server.answers.values.filter { $0.status == "0" }.count == 50)
  }

  @Test("when the peer says that it leaves, its calls end, and then the connection does")
  func peerLeaves() throws {
    let goAway = HTTP2Peer.frame(7, 0, 0, HTTP2Peer.big(0) + HTTP2Peer.big(0))
    let idle = try EmbeddedGRPC()
    try idle.receive(goAway)
    try idle.run()
    #expect(!idle.channel.isActive)
    let busy = try EmbeddedGRPC()
    try busy.call(TestMethod.hold, Packet("g"), 1)
    try busy.receive(goAway)
    try busy.run()
    #expect(busy.channel.isActive)
    busy.service.gate("g").fire()
    try busy.run()
    #expect(busy.answer(1).status == "0")
    #expect(!busy.channel.isActive)
  }

  @Test("who has its answer before its request is complete need not send the rest")
  func answeredEarly() throws {
    var limits = ServingLimits()
    limits.callsInFlightMax = 3
    let server = try EmbeddedGRPC(serving: limits)
    for index in 0..<10 {
      let id = UInt32(index * 2 + 1)
      // A message that is too long, of which the prefix is enough; a method that is not there; no gRPC.
      switch index % 3 {
      case 0:
        try server.receive(
          HTTP2Peer.headers("echo", id)
            + HTTP2Peer.frame(0, 0, id, [0] + HTTP2Peer.big(5_000_000)))
      case 1: try server.receive(HTTP2Peer.headers("none", id))
      default:
        try server.receive(HTTP2Peer.headers("echo", id, [("content-type", "text/plain")]))
      }
      try server.run()
      #expect(server.answer(id).isEnded && server.answer(id).resetCode == 0)
    }
    // What was on its way is passed over.
    try server.receive(HTTP2Peer.frame(0, 1, 1, [1, 2, 3]))
    try server.call(TestMethod.echo, Packet("a"), 21)
    #expect(server.answer(21).status == "0" && server.answer(21).resetCode == nil)
  }

  @Test(
    "an answer does not wait because the connection keeps as much as it may, be it by that answer")
  func answersBesideUnread() throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 100_000
    let server = try EmbeddedGRPC(serving: limits)
    try server.openWindow(0, 1_000_000)
    try server.call(TestMethod.hold, Packet("g"), 1)
    // More than its stream's window, which stays closed, and than may be kept.
    try server.call(TestMethod.inflate, Packet("200000"), 3)
    server.service.gate("g").fire()
    try server.run()
    #expect(server.answer(1).status == "0")
    #expect(!server.answer(3).isEnded)
  }

  @Test("a request that is left half sent ends the connection")
  func halfRequest() throws {
    let server = try EmbeddedGRPC()
    try server.receive(HTTP2Peer.headers("echo", 1))
    server.loop.advanceTime(by: .seconds(29))
    #expect(server.channel.isActive)
    server.loop.advanceTime(by: .seconds(1))
    #expect(!server.channel.isActive)
  }

  // MARK: Bytes without sense

  @Test("whatever bytes come, nothing traps and nothing is kept", arguments: 0..<200)
  func fuzz(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let server = try EmbeddedGRPC()
    let idle = server.serving.budget.bytesKept
    for _ in 0..<60 where server.channel.isActive {
      var payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let id = UInt32.random(in: 0...9, using: &random)
      if Bool.random(using: &random) {
        let headers = HTTP2Peer.headers(
          ["echo", "hang", "count", "inflate"].randomElement(using: &random) ?? "echo", id,
          isEnd: Bool.random(using: &random))
        try server.receive(headers)
      } else {
        if Bool.random(using: &random) { payload = [0, 0, 0, 0, UInt8(payload.count)] + payload }
        try server.receive(
          HTTP2Peer.frame(
            UInt8.random(in: 0...11, using: &random), UInt8.random(in: 0...255, using: &random), id,
            payload))
      }
      try server.run()
    }
    try? server.channel.close().wait()
    server.loop.run()
    #expect(server.serving.budget.bytesKept <= idle)
  }
}
