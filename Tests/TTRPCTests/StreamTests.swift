import NIOCore
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Synchronization
import TTRPC
import Testing

@Suite("Response streams over a socket", .timeLimit(.minutes(5)))
struct StreamTests {
  private func labels(
    _ stream: AsyncThrowingStream<[UInt8], any Error>
  ) async throws -> [String] {
    var labels: [String] = []
    for try await message in stream { labels.append(try Packet(protobuf: message).typeURL) }
    return labels
  }

  private func start(
    _ method: Method<Packet, Packet>, _ request: Packet, on connection: TTRPCConnection,
    timeout: Duration? = nil
  ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
    try await connection.stream(
      method.descriptor, request: request.protobuf(), options: CallOptions(timeout: timeout))
  }

  @Test("messages arrive in order and the stream ends", arguments: [0, 1, 3, 2000])
  func countsToTheEnd(count: Int) async throws {
    try await withConnection { _, connection in
      let stream = try await start(TestMethod.count, Packet("\(count)"), on: connection)
      #expect(try await labels(stream) == (0..<count).map(String.init))
    }
  }

  /// Takes a fifth of a second, and much longer where others keep both cores busy.
  @Test("more bytes than any buffer holds arrive as they were sent")
  func bigStream() async throws {
    try await withConnection { _, connection in
      let value = [UInt8](repeating: 3, count: 50_000)
      let stream = try await start(TestMethod.count, Packet("200", value), on: connection)
      var count = 0
      for try await message in stream {
        let packet = try Packet(protobuf: message)
        #expect(packet.typeURL == "\(count)" && packet.value == value)
        count += 1
      }
      #expect(count == 200)
    }
  }

  @Test("an error after some messages ends the stream with its status")
  func failsLate() async throws {
    try await withConnection { _, connection in
      let stream = try await start(TestMethod.countThenFail, Packet("2"), on: connection)
      var count = 0
      let error = await #expect(throws: RPCError.self) {
        for try await _ in stream { count += 1 }
      }
      #expect(error == .permissionDenied)
      #expect(count == 2)
    }
  }

  @Test("the last frame says that the server has closed, and holds no message")
  func lastFrame() async throws {
    try await withPeer { _, peer in
      try await peer.send(TestMethod.count, Packet("1"), streamID: 1, flags: .remoteClosed)
      let first = await peer.next()
      #expect(first?.header.type == .data)
      #expect(first?.header.flags == [])
      let last = await peer.next()
      #expect(last?.header.type == .data)
      #expect(last?.header.flags == [.remoteClosed, .noData])
      #expect(last?.data == [])
    }
  }

  @Test("a client that leaves its side open may close it later, without a message")
  func closesLater() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.hold, Packet("a"), streamID: 1, flags: .remoteOpen)
      await service.began.wait()
      let close = FrameHeader(
        dataLength: 0, streamID: 1, type: .data, flags: [.remoteClosed, .noData])
      try await peer.send(close.bytes)
      service.gate("a").fire()
      #expect(await peer.next()?.packet == Packet("a"))
    }
  }

  @Test("a second request message cancels the call and is refused")
  func secondMessage() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.hang, Packet("a"), streamID: 1, flags: .remoteOpen)
      await service.began.wait()
      try await peer.send(
        FrameHeader(dataLength: 2, streamID: 1, type: .data).bytes + [0, 0])
      #expect(await peer.next()?.error == .unexpectedData)
      await service.cancelled.wait()
    }
  }

  @Test("a handler waits while its peer does not read, and goes on when it does")
  func backpressure() async throws {
    var limits = ServingLimits()
    limits.streamOutboundBytesMax = 20_000
    try await withPeer(serving: limits) { service, peer in
      try await peer.stopReading()
      let request = Packet("", [UInt8](repeating: 1, count: 10_000))
      try await peer.send(TestMethod.flood, request, streamID: 1, flags: .remoteClosed)
      // Other calls go on meanwhile; the sockets' own buffers take some megabytes at first.
      var streamID: UInt32 = 1
      let count = try await service.sent.settle {
        streamID += 2
        try await peer.send(TestMethod.release, Packet("tick"), streamID: streamID)
        await service.gate("tick").wait(for: Int(streamID / 2))
      }
      try await peer.readOn()
      await service.sent.wait(for: count + 10)
    }
  }

  @Test("a stream that is not read does not hold up other calls")
  func independentStreams() async throws {
    try await withConnection { service, connection in
      let request = Packet("", [UInt8](repeating: 1, count: 10_000))
      let stream = try await start(TestMethod.flood, request, on: connection)
      await service.sent.wait(for: 10)
      for number in 0..<20 {
        expect(
          try await connection.call(TestMethod.echo, Packet("\(number)")), Packet("\(number)"))
      }
      withExtendedLifetime(stream) {}
    }
  }

  @Test("a reader that lags holds the server back")
  func clientBackpressure() async throws {
    try await withConnection { service, connection in
      let request = Packet("", [UInt8](repeating: 1, count: 10_000))
      let stream = try await start(TestMethod.flood, request, on: connection)
      let other = try await TTRPCConnection.connect(to: connection.address)
      let sent = try await service.sent.settle {
        expect(try await other.call(TestMethod.echo, Packet("x")), Packet("x"))
      }
      var count = 0
      for try await message in stream {
        #expect(message.count > 10_000)
        count += 1
        if count == sent + 100 { break }
      }
      #expect(count == sent + 100)
      await other.close()
    }
  }

  @Test("cancelling the reader ends the stream")
  func cancelReader() async throws {
    try await withConnection { service, connection in
      let stream = try await start(TestMethod.hold, Packet("a"), on: connection)
      // At once, so that it waits for a message when it is cancelled: a reader that is cancelled
      // before it asks for one finds the stream ended.
      let reader = Task.immediate { for try await _ in stream {} }
      await service.began.wait()
      reader.cancel()
      let result = await reader.result
      #expect(throws: RPCError.callerGone) { try result.get() }
      service.gate("a").fire()
      expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))
    }
  }

  @Test("a stream's deadline ends it and cancels its handler")
  func deadline() async throws {
    try await withConnection { service, connection in
      let stream = try await start(
        TestMethod.flood, Packet("x"), on: connection, timeout: .milliseconds(50))
      let error = await #expect(throws: RPCError.self) { for try await _ in stream {} }
      #expect(error == .requestTimeout)
      await service.cancelled.wait()
    }
  }

  @Test(
    "a stream that timed out is logged as such, one whose caller left as cancelled",
    arguments: [true, false])
  func loggedEnds(isLate: Bool) async throws {
    let ends = EndRecorder()
    try await withServer(interceptors: [ends]) { service, _, address in
      let connection = try await TTRPCConnection.connect(to: address)
      let stream = try await start(
        TestMethod.flood, Packet("x"), on: connection, timeout: isLate ? .milliseconds(50) : nil)
      await service.sent.wait(for: 3)
      if !isLate { await connection.close() }
      _ = try? await labels(stream)
      await ends.ended.wait()
      #expect(ends.codes == [isLate ? .deadlineExceeded : .cancelled])
    }
  }

  @Test("the handler of a stream is cancelled when the peer leaves")
  func peerLeaves() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.flood, Packet("x"), streamID: 1, flags: .remoteClosed)
      await service.sent.wait(for: 3)
      try await peer.close()
      await service.cancelled.wait()
    }
  }

  @Test(
    "a reader that lags too far behind fails its stream, where other calls share the connection")
  func readerTooSlow() async throws {
    try await withConnection { service, connection in
      async let other = connection.call(TestMethod.hold, Packet("a"))
      await service.began.wait()
      let request = Packet("", [UInt8](repeating: 1, count: 100_000))
      let stream = try await start(TestMethod.flood, request, on: connection)
      // The reader begins only when the stream has failed: a later call is answered behind what
      // the server sent before.
      await service.sent.wait(for: 200)
      expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))
      var count = 0
      let error = await #expect(throws: RPCError.self) {
        for try await _ in stream { count += 1 }
      }
      #expect(error?.code == .resourceExhausted)
      #expect(count > 0)
      service.gate("a").fire()
      expect(try await other, Packet("a"))
    }
  }
}

/// Writes down how calls end, as a log would.
private final class EndRecorder: Interceptor {
  let ended = Signal()
  private let state = Mutex<[StatusCode]>([])

  var codes: [StatusCode] { state.withLock { $0 } }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) {}

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    state.withLock { $0.append(error?.code ?? .ok) }
    ended.fire()
  }
}
