import RPCCore
import ReportwireTestKit
import Synchronization
import TTRPC
import Testing

@testable import ReportwireClient

/// A connection that only counts.
final class FakeConnection: PooledConnection {
  let number: Int
  private let open = Mutex(true)

  init(_ number: Int) {
    self.number = number
  }

  var isOpen: Bool { open.withLock { $0 } }
  func close() async { lose() }
  func lose() { open.withLock { $0 = false } }

  func call(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> [UInt8] { request }

  func stream(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { nil }
  }
}

/// Makes connections, after a gate, and fails as often as it is told to.
final class FakeServer: Sendable {
  let gate = Gate()
  private let state = Mutex((attempts: 0, failures: 0))

  static let failure = RPCError(.unavailable, reason: "ERROR_CANNOT_CONNECT", message: "x")

  init(failures: Int = 0, isOpen: Bool = true) {
    state.withLock { $0.failures = failures }
    if isOpen { gate.open() }
  }

  var attempts: Int { state.withLock { $0.attempts } }

  func connect() async throws(RPCError) -> FakeConnection {
    let (number, fails) = state.withLock { state in
      state.attempts += 1
      defer { state.failures = max(state.failures - 1, 0) }
      return (state.attempts, state.failures > 0)
    }
    await gate.wait()
    if fails { throw Self.failure }
    return FakeConnection(number)
  }
}

@Suite("Connection pool", .timeLimit(.minutes(5)))
struct ConnectionPoolTests {
  private let clock = ManualClock()

  private func pool(
    _ server: FakeServer, connectionsMax: Int = 1, callsPerConnection: Int = 2,
    clock: (any ClientClock)? = nil
  ) -> ConnectionPool<FakeConnection> {
    ConnectionPool(
      connectionsMax: connectionsMax, callsPerConnection: callsPerConnection,
      backoff: Backoff(), clock: clock ?? self.clock, random: { 0.5 }
    ) { () async throws(RPCError) in try await server.connect() }
  }

  @Test("who comes while it connects shares the connection")
  func shares() async throws {
    let server = FakeServer(isOpen: false)
    let pool = pool(server)
    async let first = pool.take(before: nil)
    async let second = pool.take(before: nil)
    server.gate.open()
    #expect(try await first.connection === second.connection)
    #expect(try await pool.take(before: nil).connection === first.connection)
    #expect(server.attempts == 1)
  }

  @Test("makes another connection when each has too many calls, and takes the least busy one")
  func grows() async throws {
    let pool = pool(FakeServer(), connectionsMax: 2)
    var leases = [try await pool.take(before: nil)]
    while pool.count < 2 {
      leases.append(try await pool.take(before: nil))
      await Task.yield()
    }
    #expect(leases.count >= 3)
    let next = try await pool.take(before: nil)
    #expect(next.connection.number == 2)
    for lease in leases { pool.release(lease) }
    #expect(try await pool.take(before: nil).connection.number == 1)
    #expect(pool.count == 2)
  }

  @Test("replaces a connection that is lost")
  func replaces() async throws {
    let pool = pool(FakeServer())
    let lease = try await pool.take(before: nil)
    lease.connection.lose()
    pool.release(lease)
    #expect(try await pool.take(before: nil).connection.number == 2)
    #expect(pool.count == 1)
  }

  @Test("waits longer before each further attempt to connect, and forgets that once it works")
  func backsOff() async throws {
    let pool = pool(FakeServer(failures: 3))
    for _ in 0..<3 {
      await #expect(throws: FakeServer.failure) { _ = try await pool.take(before: nil) }
    }
    let lease = try await pool.take(before: nil)
    #expect(clock.sleeps == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    lease.connection.lose()
    _ = try await pool.take(before: nil)
    #expect(clock.sleeps.count == 3)
  }

  @Test("a deadline ends the wait for a connection")
  func deadline() async throws {
    let server = FakeServer(isOpen: false)
    let pool = pool(server)
    await #expect(throws: RPCError.requestTimeout) {
      _ = try await pool.take(before: Deadline(clock.now().advanced(by: .seconds(1))))
    }
    #expect(clock.sleeps == [.seconds(1)])
    server.gate.open()
  }

  @Test("a cancelled task waits no longer, and leaves no call behind")
  func cancellation() async throws {
    let server = FakeServer(isOpen: false)
    let pool = pool(server, clock: StoppedClock())
    let waiting = Task { try await pool.take(before: Deadline(.now.advanced(by: .seconds(60)))) }
    waiting.cancel()
    let result = await waiting.result
    #expect(throws: RPCError.callerGone) { _ = try result.get() }
    server.gate.open()
    _ = try await pool.take(before: nil)
  }

  @Test("a waiter that was given up before it got a lease leaves none behind")
  func abandoned() async throws {
    let pool = pool(FakeServer())
    let lease = try await pool.take(before: nil)
    let waiter = Suspension<ConnectionPool<FakeConnection>.Lease>()
    waiter.resume(.failure(.requestTimeout))
    pool.wait(waiter)
    #expect(pool.leaseCount == 1)
    pool.release(lease)
    #expect(pool.leaseCount == 0)
  }

  @Test("a closed pool gives nothing, and closes what it has")
  func closes() async throws {
    let server = FakeServer()
    let pool = pool(server)
    let lease = try await pool.take(before: nil)
    await pool.close()
    #expect(!lease.connection.isOpen)
    await #expect(throws: RPCError.clientClosed) { _ = try await pool.take(before: nil) }
  }

  @Test("closing wakes who waits for a connection")
  func closesWaiters() async throws {
    let server = FakeServer(isOpen: false)
    let pool = pool(server)
    let waiting = Task { try await pool.take(before: nil) }
    while server.attempts == 0 { await Task.yield() }
    await pool.close()
    let result = await waiting.result
    #expect(throws: RPCError.clientClosed) { _ = try result.get() }
    server.gate.open()
  }
}
