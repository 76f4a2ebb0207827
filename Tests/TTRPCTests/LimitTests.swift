import NIOCore
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import TTRPC
import Testing

@Suite("Limits, deadlines and stops over a socket", .timeLimit(.minutes(5)))
struct LimitTests {
  @Test(
    "a frame above the limit is answered, skipped, and the connection goes on",
    arguments: [4_194_305, 20_000_000])
  func longFrame(bytes: Int) async throws {
    try await withPeer { _, peer in
      let header = FrameHeader(dataLength: UInt32(bytes), streamID: 1, type: .request)
      try await peer.send(header.bytes)
      // The answer comes before the data: nothing of it is waited for.
      let answer = await peer.next()
      #expect(answer?.header.streamID == 1)
      #expect(answer?.error == .frameTooLong(bytes: UInt32(bytes), bytesMax: 4_194_304))
      #expect(answer?.error?.code == .resourceExhausted)
      try await peer.send([UInt8](repeating: 0xff, count: bytes))
      try await peer.send(TestMethod.echo, Packet("x"), streamID: 3)
      #expect(await peer.next()?.packet == Packet("x"))
    }
  }

  @Test("a frame of exactly the limit is served")
  func longestFrame() async throws {
    var limits = TTRPCLimits()
    limits.frameBytesMax = 5_000
    try await withPeer(limits: limits) { _, peer in
      func frame(_ count: Int, _ streamID: UInt32) throws -> [UInt8] {
        try RequestEnvelope(
          service: TestMethod.service, method: "describe",
          payload: Packet("", [UInt8](repeating: 1, count: count)).protobuf()
        ).frame(streamID: streamID)
      }
      let spare = try 5_000 - (frame(4_000, 1).count - FrameHeader.byteCount)
      try await peer.send(frame(4_000 + spare, 1))
      #expect(await peer.next()?.packet == Packet("ttrpc open "))
      try await peer.send(frame(4_001 + spare, 3))
      #expect(await peer.next()?.error == .frameTooLong(bytes: 5_001, bytesMax: 5_000))
    }
  }

  @Test("responses, requests and messages of streams of exactly the limit are sent")
  func longestSent() async throws {
    var limits = TTRPCLimits()
    limits.frameBytesMax = 5_000
    try await withConnection(limits: limits) { _, connection in
      // An answer of the payload alone: 3 bytes of envelope, 3 of the message.
      for (count, isSent) in [(4_994, true), (4_995, false)] {
        let answer = try? await connection.call(TestMethod.inflate, Packet("\(count)"))
        #expect(answer?.value.count == (isSent ? count : nil))
      }
      // What is around the value in a request of this method.
      let around =
        try RequestEnvelope(
          service: TestMethod.service, method: "describe",
          payload: Packet("", [UInt8](repeating: 1, count: 4_000)).protobuf()
        ).frame(streamID: 1).count - FrameHeader.byteCount - 4_000
      for (count, isSent) in [(5_000 - around, true), (5_001 - around, false)] {
        let request = Packet("", [UInt8](repeating: 1, count: count))
        let answer = try? await connection.call(TestMethod.describe, request)
        #expect((answer != nil) == isSent)
      }
    }
    // The second message of each stream: 3 bytes around its value.
    for (step, type) in [(2_498, FrameType.data), (2_499, .response)] {
      try await withPeer(limits: limits) { _, peer in
        try await peer.send(TestMethod.grow, Packet("\(step)"), streamID: 1)
        #expect(await peer.next()?.header.dataLength == UInt32(step + 3))
        #expect(await peer.next()?.header.type == type)
      }
    }
  }

  @Test("a response above the limit is not sent: the caller is told to page")
  func longResponse() async throws {
    try await withConnection { _, connection in
      let error = await #expect(throws: RPCError.self) {
        try await connection.call(TestMethod.inflate, Packet("4194305"))
      }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.message.contains("page") == true)
      expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))
    }
  }

  @Test("a request above the limit is not sent")
  func longRequest() async throws {
    try await withConnection { _, connection in
      let error = await #expect(throws: RPCError.self) {
        try await connection.call(
          TestMethod.echo, Packet("", [UInt8](repeating: 1, count: 4_194_304)))
      }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.message.contains("not sent") == true)
      expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))
    }
  }

  @Test("a message above the limit fails its stream, after those that came before")
  func longMessage() async throws {
    var limits = TTRPCLimits()
    limits.frameBytesMax = 1024
    try await withPeer(limits: limits) { _, peer in
      try await peer.send(TestMethod.grow, Packet("600"), streamID: 1)
      #expect(await peer.next()?.header.type == .data)
      let last = await peer.next()
      #expect(last?.header.type == .response)
      #expect(last?.error?.code == .resourceExhausted)
    }
  }

  @Test("more metadata than allowed is refused")
  func manyPairs() async throws {
    var limits = TTRPCLimits()
    limits.metadataEntriesMax = 3
    try await withConnection(limits: limits) { _, connection in
      let pairs = (0..<4).map { ("k\($0)", "v") }
      let three = CallOptions(metadata: Metadata(Array(pairs.prefix(3))))
      expect(
        try await connection.call(TestMethod.echo, Packet("x"), options: three), Packet("x"))
      await #expect(throws: RPCError.tooMuchMetadata(entriesMax: 3)) {
        try await connection.call(
          TestMethod.echo, Packet("x"), options: CallOptions(metadata: Metadata(pairs)))
      }
    }
  }

  @Test("beyond the calls in flight the server reads no further until one ends")
  func callsInFlight() async throws {
    var limits = ServingLimits()
    limits.callsInFlightMax = 2
    try await withPeer(serving: limits) { service, peer in
      try await peer.send(TestMethod.hold, Packet("a"), streamID: 1)
      try await peer.send(TestMethod.hold, Packet("b"), streamID: 3)
      try await peer.send(TestMethod.echo, Packet("c"), streamID: 5)
      await service.began.wait(for: 2)
      service.gate("b").fire()
      // Were the third call not held back, its answer would have come first.
      #expect(await peer.next()?.header.streamID == 3)
      #expect(await peer.next()?.header.streamID == 5)
      service.gate("a").fire()
      #expect(await peer.next()?.header.streamID == 1)
    }
  }

  @Test(
    "what a peer that does not read may still send is bounded, and all is answered when it reads")
  func unreadAnswers() async throws {
    var limits = TTRPCLimits()
    limits.connectionOutboundBytesMax = 10_000
    try await withPeer(limits: limits) { service, peer in
      try await peer.stopReading()
      let value = [UInt8](repeating: 5, count: 1_000_000)
      // Some twenty are in the sockets' buffers on both ways, one or two in the server.
      let count = 80
      let written = Signal()
      for number in 0..<count {
        let method = number % 2 == 0 ? TestMethod.echoLater : TestMethod.echo
        try peer.sendLater(
          method, Packet("\(number)", value), streamID: UInt32(number * 2 + 1), written)
      }
      let other = try await RawPeer.connect(to: peer.address)
      var streamID: UInt32 = 1
      let taken = try await written.settle {
        try await other.send(TestMethod.echo, Packet("x"), streamID: streamID)
        #expect(await other.next()?.packet == Packet("x"))
        streamID += 2
      }
      #expect(taken < count / 2)
      try await peer.readOn()
      var labels: Set<String> = []
      while labels.count < count, let frame = await peer.next() {
        let packet = frame.packet
        #expect(packet?.value == value)
        labels.insert(packet?.typeURL ?? "")
      }
      #expect(labels.count == count)
    }
  }

  @Test("connections beyond the limit are closed at once, and again allowed when one ends")
  func connections() async throws {
    var limits = ServingLimits()
    limits.connectionsMax = 1
    try await withServer(serving: limits) { _, server, address in
      let first = try await RawPeer.connect(to: address)
      try await first.send(TestMethod.echo, Packet("x"), streamID: 1)
      #expect(await first.next()?.packet == Packet("x"))
      let second = try await RawPeer.connect(to: address)
      #expect(await second.next() == nil)
      #expect(server.connectionCount == 1)
      try await first.close()
      // The server needs a moment to see the end of the first one.
      var answer: RawPeer.Frame?
      while answer == nil {
        let third = try await RawPeer.connect(to: address)
        // It may be closed before this arrives.
        try? await third.send(TestMethod.echo, Packet("y"), streamID: 1)
        answer = await third.next()
      }
      #expect(answer?.packet == Packet("y"))
    }
  }

  @Test("connections of one peer beyond its share are closed at once")
  func connectionsPerPeer() async throws {
    var limits = ServingLimits()
    limits.connectionsPerPeerMax = 1
    try await withServer(serving: limits) { service, server, address in
      let first = try await RawPeer.connect(to: address)
      try await first.send(TestMethod.echo, Packet("x"), streamID: 1)
      #expect(await first.next()?.packet == Packet("x"))
      let second = try await RawPeer.connect(to: address)
      #expect(await second.next() == nil)
      // One on a Unix socket is another peer.
      let path = TemporaryPath()
      let local = try await RawPeer.connect(to: server.start(unixPath: path.path))
      try await local.send(TestMethod.echo, Packet("y"), streamID: 1)
      #expect(await local.next()?.packet == Packet("y"))
    }
  }

  @Test("wrong stream ids are answered, and the connection goes on")
  func streamIDs() async throws {
    try await withPeer { _, peer in
      for (streamID, error) in [
        (5, nil), (5, .streamIDNotIncreasing(5, after: 5)),
        (3, .streamIDNotIncreasing(3, after: 5)), (8, .streamIDNotOdd(8)),
        (0, .streamIDNotOdd(0)), (.max, nil),
        (7, .streamIDNotIncreasing(7, after: .max)),
      ] as [(UInt32, RPCError?)] {
        try await peer.send(TestMethod.echo, Packet("x"), streamID: streamID)
        let answer = await peer.next()
        #expect(answer?.header.streamID == streamID)
        #expect(answer?.error == error)
      }
    }
  }

  @Test("a peer that speaks HTTP is hung up on")
  func otherProtocol() async throws {
    try await withPeer { _, peer in
      try await peer.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(await peer.next() == nil)
    }
  }
}
