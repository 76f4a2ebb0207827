import NIOCore
import NIOPosix
import RPCCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import RPCServing

/// Writes down what it is told.
private final class Meter: ServingMeter {
  private let state = Mutex<(refused: [String], reached: [ServingLimit])>(([], []))

  func refused(_ error: RPCError, _ method: MethodDescriptor?, door: String) {
    state.withLock { $0.refused.append("\(method?.name ?? "-") \(error.code) \(door)") }
  }

  func reached(_ limit: ServingLimit) {
    state.withLock { $0.reached.append(limit) }
  }

  var refused: [String] { state.withLock(\.refused) }
  var reached: [ServingLimit] { state.withLock(\.reached) }
}

@Suite("What no interceptor sees is told to the meter", .timeLimit(.minutes(5)))
struct ServingMeterTests {
  private let service = TestService()
  private let meter = Meter()

  private func door(
    _ limits: ServingLimits = ServingLimits(), budget: ServerBudget? = nil
  ) -> MemoryDoor {
    MemoryDoor(
      CallServing(
        router: service.router(), limits: limits, budget: budget, meter: meter, turnPause: .zero))
  }

  @Test("the server's bytes")
  func serverBytes() {
    let budget = ServerBudget(bytesMax: 1 << 20, meter: meter)
    let door = door(budget: budget)
    #expect(meter.reached == [])
    budget.keep(1 << 20)
    door.start(1, TestMethod.echoLater, Packet("a", [UInt8](repeating: 1, count: 20_000)))
    #expect(meter.reached == [.serverBytes])
    door.calls.close()
  }

  @Test("the calls of a connection")
  func calls() {
    var limits = ServingLimits()
    limits.callsInFlightMax = 2
    let door = door(limits)
    door.start(1, TestMethod.hold, Packet("a"))
    #expect(meter.reached == [])
    door.start(2, TestMethod.hold, Packet("a"))
    #expect(meter.reached == [.callsPerConnection])
    door.calls.close()
  }

  @Test("the bytes of a connection, each time that it becomes full")
  func connectionBytes() {
    let budget = ConnectionBudget(ServerBudget(bytesMax: 1 << 30, meter: meter), bytesMax: 1000)
    budget.keep(999)
    #expect(meter.reached == [])
    budget.keep(1)
    budget.keep(1)
    budget.release(2)
    budget.expect(1)
    #expect(meter.reached == [.connectionBytes, .connectionBytes])
    budget.stopExpecting(1)
    budget.release(999)
  }

  @Test("an answer that is too long")
  func messageBytes() {
    let door = door()
    door.answerBytesMax = 10
    door.start(1, TestMethod.echoLater, Packet("a", [UInt8](repeating: 1, count: 100)))
    #expect(meter.reached == [.messageBytes])
    // The handler was there, and interceptors have seen the call.
    #expect(meter.refused == [])
  }

  @Test("the connections")
  func connections() throws {
    let admission = ConnectionAdmission(
      connectionsMax: 2, connectionsPerPeerMax: 1, meter: meter)
    let peers = try (1...3).map {
      ConnectionAdmission.Peer(try SocketAddress(ipAddress: "127.0.0.\($0)", port: 1))
    }
    try admission.enter(peers[0])
    #expect(throws: ConnectionAdmission.Refusal.self) { try admission.enter(peers[0]) }
    try admission.enter(peers[1])
    #expect(throws: ConnectionAdmission.Refusal.self) { try admission.enter(peers[2]) }
    #expect(meter.reached == [.connectionsPerPeer, .connections])
  }

  @Test("a call that is withdrawn before its handler had a turn")
  func withdrawn() async throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 100_000
    limits.decodedOnLoopBytesMax = 10
    let serving = CallServing(
      router: service.router(), limits: limits, meter: meter, turnPause: .zero)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let door = try await loop.submit {
      let door = MemoryDoor(serving, on: loop)
      let large = Packet("a", [UInt8](repeating: 1, count: 20_000))
      door.start(1, TestMethod.hold, large)
      door.start(2, TestMethod.hold, large)
      return NIOLoopBound(door, eventLoop: loop)
    }.get()
    #expect(Set(meter.reached) == [.connectionBytes])
    try await loop.submit { door.value.calls.cancel(2) }.get()
    while meter.refused.isEmpty { await Task.yield() }
    #expect(meter.refused == ["hold CANCELLED memory"])
    try await loop.submit { door.value.calls.close() }.get()
  }
}
