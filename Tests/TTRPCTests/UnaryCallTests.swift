import ProtobufWire
import RPCCore
import ReportwireTestKit
import TTRPC
import Testing

@Suite("Unary calls over a socket", .timeLimit(.minutes(5)))
struct UnaryCallTests {
  @Test(
    "a response has the handler's bytes, whatever their length",
    arguments: [0, 1, 100, 127, 128, 129, 16_383, 16_384, 300_000, 4_000_000])
  func echoesEveryLength(count: Int) async throws {
    try await withConnection { _, connection in
      let request = Packet("x", [UInt8](repeating: 9, count: count))
      expect(try await connection.call(TestMethod.echo, request), request)
      expect(try await connection.call(TestMethod.echoLater, request), request)
    }
  }

  @Test("many calls share a connection")
  func manyCalls() async throws {
    try await withConnection { _, connection in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          let method = number % 2 == 0 ? TestMethod.echo : TestMethod.echoLater
          group.addTask {
            let request = Packet(
              "\(number)", [UInt8](repeating: UInt8(number % 256), count: number))
            return try await connection.call(method, request) == request
          }
        }
        for try await isEqual in group { #expect(isEqual) }
      }
    }
  }

  @Test("a call that ends first is answered first")
  func outOfOrder() async throws {
    try await withPeer { service, peer in
      try await peer.send(TestMethod.hold, Packet("a"), streamID: 1)
      try await peer.send(TestMethod.hold, Packet("b"), streamID: 3)
      await service.began.wait(for: 2)
      try await peer.send(TestMethod.echo, Packet("c"), streamID: 5)
      #expect(await peer.next()?.header.streamID == 5)
      service.gate("b").fire()
      #expect(await peer.next()?.header.streamID == 3)
      service.gate("a").fire()
      #expect(await peer.next()?.header.streamID == 1)
    }
  }

  @Test("an error of the handler arrives with code, reason and message")
  func handlerError() async throws {
    try await withConnection { _, connection in
      await #expect(throws: RPCError.notFound("label", "x")) {
        try await connection.call(TestMethod.fail, Packet("x"))
      }
    }
  }

  @Test(
    "an unknown service or method is not implemented",
    arguments: [("reportwire.test.Parcel", "open"), ("reportwire.test.Letter", "echo"), ("", "")])
  func unknownMethod(service: String, method: String) async throws {
    try await withConnection { _, connection in
      await #expect(throws: RPCError.notImplemented(service: service, method: method)) {
        try await connection.call(
          Method<Packet, Packet>(service: service, name: method), Packet("x"))
      }
      expect(try await connection.call(TestMethod.echo, Packet("y")), Packet("y"))
    }
  }

  @Test("metadata and deadline reach the handler")
  func context() async throws {
    try await withConnection { _, connection in
      let options = CallOptions(
        timeout: .seconds(60), metadata: ["Transaction_ID": "t1", "user_id": "ü"])
      let answer = try await connection.call(
        TestMethod.describe, Packet(""), options: options)
      #expect(answer.typeURL == "ttrpc bounded transaction_id=t1,user_id=ü")
      let plain = try await connection.call(TestMethod.describe, Packet(""))
      #expect(plain.typeURL == "ttrpc open ")
    }
  }

  @Test("a request that is no message of the method is refused, and the connection goes on")
  func malformedPayload() async throws {
    try await withPeer { _, peer in
      let request = RequestEnvelope(
        service: TestMethod.service, method: "echo", payload: [0x0a, 0xff])
      try await peer.send(request.frame(streamID: 1))
      #expect(await peer.next()?.error?.code == .invalidArgument)
      try await peer.send(TestMethod.echo, Packet("x"), streamID: 3)
      #expect(await peer.next()?.packet == Packet("x"))
    }
  }

  @Test("works over a Unix socket")
  func unixSocket() async throws {
    let service = TestService()
    let server = TTRPCServer(router: service.router())
    let path = TemporaryPath()
    let address = try await server.start(unixPath: path.path)
    #expect(address == .unix(path: path.path))
    let connection = try await TTRPCConnection.connect(to: address)
    expect(try await connection.call(TestMethod.echo, Packet("x")), Packet("x"))

    let second = TTRPCServer(router: service.router())
    let error = await #expect(throws: RPCError.self) { try await second.start(address) }
    #expect(error?.reason == "ERROR_CANNOT_LISTEN")

    await connection.close()
    await server.shutdown(drain: .zero)
    #expect(!path.exists)
  }
}
