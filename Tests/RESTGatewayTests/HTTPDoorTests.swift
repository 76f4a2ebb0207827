import RESTGateway
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

@Suite("The HTTP server as a door", .timeLimit(.minutes(5)))
struct HTTPDoorTests {
  private func port(_ address: String) -> Int {
    address.split(separator: ":").last.flatMap { Int($0) } ?? 0
  }

  @Test func `It serves from where it says until it is drained`() async throws {
    let gateway = Gateway()
    let door = HTTPDoor(gateway.makeServer(), logger: gateway.log.logger)
    #expect(door.name == "http")
    let address = try await door.bind()
    #expect(address.hasPrefix("127.0.0.1:"))
    async let ended: Void = door.start()
    var running = gateway
    running.port = port(address)
    let answer = try await running.get("/check")
    #expect(answer.status == 200)
    await door.drain(for: .seconds(60))
    try await ended
    #expect(throws: RawConnection.Failure.self) { try RawConnection(port: running.port) }
  }

  @Test func `An address in use is told with what to do about it`() async throws {
    var gateway = Gateway()
    let first = HTTPDoor(Gateway().makeServer(), logger: gateway.log.logger)
    gateway.configuration.port = port(try await first.bind())
    let second = HTTPDoor(gateway.makeServer(), logger: gateway.log.logger)
    let error = await #expect(throws: RPCError.self) { try await second.bind() }
    #expect(error?.code == .unavailable)
    #expect(
      error?.message.hasPrefix("Cannot listen on 127.0.0.1:\(gateway.configuration.port): ")
        == true)
    await second.drain(for: .zero)
    await first.drain(for: .zero)
  }

  @Test func `A drain cuts those who do not read, and keeps nothing for them`() async throws {
    let gateway = Gateway(bytes: 1 << 30)
    let budget = ServerBudget(bytesMax: 1 << 30)
    let door = HTTPDoor(gateway.makeServer(budget: budget), logger: gateway.log.logger)
    let port = port(try await door.bind())
    let connections = try await blocking {
      try (0..<3).map { number in
        let connection = try RawConnection(port: port)
        if number > 0 { try connection.send(RawRequest(target: gateway.target).text) }
        // So that the request is known to have come.
        if number > 0 { _ = connection.receive(countMax: 1) }
        return connection
      }
    }
    #expect(budget.bytesKept > 3 * ConnectionBudget.baseBytes)
    await door.drain(for: .milliseconds(20))
    #expect(budget.bytesKept == 0)
    withExtendedLifetime(connections) {}
  }
}
