import NIOCore
import ProtobufWire
import RPCCore
import TTRPC
import Testing

@Suite("Limits, deadlines and stops over a socket", .timeLimit(.minutes(1)))
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
      #expect(await peer.next()?.error == nil)
      try await peer.send(frame(4_001 + spare, 3))
      #expect(await peer.next()?.error == .frameTooLong(bytes: 5_001, bytesMax: 5_000))
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
    var limits = TTRPCLimits()
    limits.callsInFlightMax = 2
    try await withPeer(limits: limits) { service, peer in
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

  @Test("answers wait while the peer does not read, and all arrive when it does")
  func heldAnswers() async throws {
    var limits = TTRPCLimits()
    limits.connectionOutboundBytesMax = 10_000
    try await withPeer(limits: limits) { service, peer in
      try await peer.stopReading()
      let value = [UInt8](repeating: 5, count: 1_000_000)
      for number in 0..<20 {
        let method = number % 2 == 0 ? TestMethod.echoLater : TestMethod.echo
        try await peer.send(method, Packet("\(number)", value), streamID: UInt32(number * 2 + 1))
        if number == 7 { try await peer.readOn() }
      }
      var labels: Set<String> = []
      while labels.count < 20, let frame = await peer.next() {
        let packet = frame.packet
        #expect(packet?.value == value)
        labels.insert(packet?.typeURL ?? "")
      }
      #expect(labels.count == 20)
    }
  }

  @Test("connections beyond the limit are closed at once, and again allowed when one ends")
  func connections() async throws {
    var limits = TTRPCLimits()
    limits.connectionsMax = 1
    try await withServer(limits: limits) { _, server, address in
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
