import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import TTRPC
import Testing

@Suite("How calls and servers end", .timeLimit(.minutes(5)))
struct StopTests {
  @Test("a call's deadline answers it and cancels its handler")
  func deadline() async throws {
    try await withPeer { service, peer in
      try await peer.send(
        TestMethod.hang, Packet("x"), streamID: 1, timeoutNanoseconds: 20_000_000)
      let error = await peer.next()?.error
      #expect(error?.code == .deadlineExceeded)
      #expect(error?.reason == "ERROR_REQUEST_TIMEOUT")
      await service.cancelled.wait()
    }
  }

  @Test("a deadline that is over is answered without a call")
  func pastDeadline() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.hang, Packet("x"), streamID: 1, timeoutNanoseconds: -1)
      #expect(await peer.next()?.error == .requestTimeout)
      #expect(service.began.count == 0)
    }
  }

  @Test("a deadline beyond all clocks is none", arguments: [Int64.max, Int64.max / 4])
  func farDeadline(nanoseconds: Int64) async throws {
    try await withPeer { _, peer in
      try await peer.send(
        TestMethod.echoLater, Packet("x"), streamID: 1, timeoutNanoseconds: nanoseconds)
      #expect(await peer.next()?.packet == Packet("x"))
    }
  }

  @Test("a client's deadline ends its call even if the server does not answer")
  func clientDeadline() async throws {
    try await withConnection { service, connection in
      await #expect(throws: RPCError.requestTimeout) {
        try await connection.call(
          TestMethod.hold, Packet("a"), options: CallOptions(timeout: .milliseconds(20)))
      }
      service.gate("a").fire()
    }
  }

  @Test("handlers are cancelled when the peer leaves")
  func peerLeaves() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.hang, Packet("x"), streamID: 1)
      try await peer.send(TestMethod.hang, Packet("x"), streamID: 3)
      await service.began.wait(for: 2)
      try await peer.close()
      await service.cancelled.wait(for: 2)
    }
  }

  @Test("cancelling the caller's task withdraws the call, and the connection goes on")
  func cancelCaller() async throws {
    try await withConnection { service, connection in
      let call = Task { try await connection.call(TestMethod.hold, Packet("a")) }
      await service.began.wait()
      call.cancel()
      let result = await call.result
      #expect(throws: RPCError.callerGone) { try result.get() }
      service.gate("a").fire()
      expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))
    }
  }

  @Test("calls fail with UNAVAILABLE when the connection is lost, and later ones too")
  func connectionLost() async throws {
    try await withServer { service, server, address in
      let connection = try await TTRPCConnection.connect(to: address)
      async let call = connection.call(TestMethod.hang, Packet("x"))
      await service.began.wait()
      await server.shutdown(drain: .zero)
      do {
        _ = try await call
        Issue.record("the call succeeded")
      } catch {
        #expect((error as? RPCError)?.code == .unavailable)
        #expect((error as? RPCError)?.reason == "ERROR_CONNECTION_LOST")
      }
      await connection.waitUntilClosed()
      #expect(!connection.isOpen)
      let error = await #expect(throws: RPCError.self) {
        try await connection.call(TestMethod.echo, Packet("x"))
      }
      #expect(error?.reason == "ERROR_CONNECTION_CLOSED")
    }
  }

  @Test("a server that nobody runs is unavailable, and the text says where")
  func nobodyListens() async throws {
    let port = try ReservedPort()
    let address = TTRPCAddress.tcp(host: "127.0.0.1", port: port.number)
    let error = await #expect(throws: RPCError.self) {
      _ = try await TTRPCConnection.connect(to: address)
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("\(address): Connection refused") == true)
    withExtendedLifetime(port) {}
  }

  @Test("an address in use cannot be listened on")
  func addressInUse() async throws {
    try await withServer { service, _, address in
      let second = TTRPCServer(router: service.router())
      let error = await #expect(throws: RPCError.self) { try await second.start(address) }
      #expect(error?.reason == "ERROR_CANNOT_LISTEN")
      #expect(error?.message.contains("\(address)") == true)
    }
  }

  @Test("a stopping server finishes its calls, refuses new ones, then closes")
  func drain() async throws {
    try await withServer { service, server, address in
      let busy = try await RawPeer.connect(to: address)
      let idle = try await RawPeer.connect(to: address)
      try await busy.send(TestMethod.hold, Packet("a"), streamID: 1)
      try await idle.send(TestMethod.echo, Packet("b"), streamID: 1)
      await service.began.wait()
      #expect(await idle.next()?.packet == Packet("b"))

      async let stopped: Void = server.shutdown(drain: .seconds(60))
      #expect(await idle.next() == nil)
      // Each connection hears of the stop on its own loop; until then it answers.
      var streamID: UInt32 = 3
      var answer: RawPeer.Frame?
      repeat {
        try await busy.send(TestMethod.echo, Packet("c"), streamID: streamID)
        answer = await busy.next()
        streamID += 2
      } while answer?.packet == Packet("c")
      #expect(answer?.error == .serverStopping)
      let late = await #expect(throws: RPCError.self) {
        _ = try await TTRPCConnection.connect(to: address)
      }
      #expect(late?.code == .unavailable)

      service.gate("a").fire()
      #expect(await busy.next()?.packet == Packet("a"))
      #expect(await busy.next() == nil)
      await stopped
    }
  }

  @Test("a stop waits no longer than the drain time for peers that send halves or read nothing")
  func hostilePeers() async throws {
    try await withServer { service, server, address in
      var peers: [RawPeer] = []
      for number in 0..<30 {
        let peer = try await RawPeer.connect(to: address)
        peers.append(peer)
        switch number % 3 {
        case 0:
          try await peer.send(
            FrameHeader(dataLength: 4_000_000, streamID: 1, type: .request).bytes + [1])
        case 1:
          try await peer.stopReading()
          try await peer.send(TestMethod.flood, Packet("x"), streamID: 1)
        default:
          let value = [UInt8](repeating: 1, count: 1_000_000)
          try await peer.stopReading()
          for call in 0..<20 {
            try peer.sendLater(
              TestMethod.echoLater, Packet("x", value), streamID: UInt32(call * 2 + 1), Signal())
          }
        }
      }
      await service.sent.wait(for: 100)
      await server.shutdown(drain: .milliseconds(20))
      #expect(server.connectionCount == 0)
      #expect(server.serving.budget.bytesKept >= 0)
      withExtendedLifetime(peers) {}
    }
  }

  @Test("a call that outlasts the drain time is cancelled")
  func drainEnds() async throws {
    try await withServer { service, server, address in
      let peer = try await RawPeer.connect(to: address)
      try await peer.send(TestMethod.hang, Packet("a"), streamID: 1)
      await service.began.wait()
      await server.shutdown(drain: .milliseconds(20))
      await service.cancelled.wait()
      #expect(await peer.next() == nil)
    }
  }
}
