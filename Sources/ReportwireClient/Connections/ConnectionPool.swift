import RPCCore
import Synchronization
import TTRPC

/// Keeps connections to one server, and makes new ones when they are lost.
///
/// A call takes the connection with the fewest calls. When even that one is busy, a further one is
/// made for those to come. After failures, the next attempt to connect waits longer each time; those
/// who need a connection wait with it, as long as their deadlines allow.
final class ConnectionPool<Connection: PooledConnection>: Sendable {
  /// A connection that a call uses.
  struct Lease: Sendable {
    let connection: Connection
    fileprivate let slot: Int
  }

  private struct Slot {
    let id: Int
    let connection: Connection
    var calls: Int
  }

  private struct State {
    var slots: [Slot] = []
    var nextSlotID = 0
    var waiters: [Suspension<Lease>] = []
    var isConnecting = false
    var failures = 0
    var isClosed = false
  }

  private let connectionsMax: Int
  private let callsPerConnection: Int
  private let backoff: Backoff
  private let clock: any ClientClock
  private let random: @Sendable () -> Double
  private let connect: @Sendable () async throws(RPCError) -> Connection
  private let state = Mutex(State())

  /// - Parameter callsPerConnection: with more calls than this on every connection, one more is
  ///   made.
  init(
    connectionsMax: Int, callsPerConnection: Int, backoff: Backoff, clock: any ClientClock,
    random: @escaping @Sendable () -> Double,
    connect: @escaping @Sendable () async throws(RPCError) -> Connection
  ) {
    self.connectionsMax = max(connectionsMax, 1)
    self.callsPerConnection = callsPerConnection
    self.backoff = backoff
    self.clock = clock
    self.random = random
    self.connect = connect
  }

  /// How many connections are open.
  var count: Int { state.withLock { $0.slots.count } }

  /// How many leases are out.
  var leaseCount: Int { state.withLock { $0.slots.reduce(0) { $0 + $1.calls } } }

  /// Takes a connection; give it back with `release`.
  ///
  /// - Throws: why none can be made; `DEADLINE_EXCEEDED` if the deadline comes first.
  func take(before deadline: Deadline?) async throws(RPCError) -> Lease {
    if let lease = leaseNow() { return lease }
    let waiter = Suspension<Lease>()
    let timer = deadline.map { deadline in
      Task { [clock] in
        guard (try? await clock.sleep(for: deadline.remaining(at: clock.now()))) != nil else {
          return
        }
        waiter.resume(.failure(.requestTimeout))
      }
    }
    defer { timer?.cancel() }
    return try await waiter.wait(start: { wait(waiter) })
  }

  /// The call that used the connection has ended.
  func release(_ lease: Lease) {
    state.withLock { state in
      if let index = state.slots.firstIndex(where: { $0.id == lease.slot }) {
        state.slots[index].calls -= 1
      }
    }
  }

  /// Closes every connection; nothing can be taken any more.
  func close() async {
    let (slots, waiters) = state.withLock { state in
      defer {
        state.slots = []
        state.waiters = []
      }
      state.isClosed = true
      return (state.slots, state.waiters)
    }
    for waiter in waiters { waiter.resume(.failure(.clientClosed)) }
    for slot in slots { await slot.connection.close() }
  }
}

// MARK: - Inside

extension ConnectionPool {
  private func leaseNow() -> Lease? {
    let (lease, startsConnecting) = state.withLock { state -> (Lease?, Bool) in
      guard let lease = Self.lease(&state) else { return (nil, false) }
      let isBusy = state.slots.allSatisfy { $0.calls > callsPerConnection }
      let wantsMore = isBusy && state.slots.count < connectionsMax && !state.isConnecting
      if wantsMore { state.isConnecting = true }
      return (lease, wantsMore)
    }
    if startsConnecting { connectSoon(afterFailures: 0) }
    return lease
  }

  private static func lease(_ state: inout State) -> Lease? {
    state.slots.removeAll { !$0.connection.isOpen }
    guard let index = state.slots.indices.min(by: { state.slots[$0].calls < state.slots[$1].calls })
    else { return nil }
    state.slots[index].calls += 1
    return Lease(connection: state.slots[index].connection, slot: state.slots[index].id)
  }

  /// Has a waiter resumed with a lease, now or once there is a connection.
  func wait(_ waiter: Suspension<Lease>) {
    let (result, failures) = state.withLock { state -> (Result<Lease, RPCError>?, Int?) in
      if state.isClosed { return (.failure(.clientClosed), nil) }
      if let lease = Self.lease(&state) { return (.success(lease), nil) }
      state.waiters.append(waiter)
      if state.isConnecting { return (nil, nil) }
      state.isConnecting = true
      return (nil, state.failures)
    }
    if let result, !waiter.resume(result), case .success(let lease) = result {
      // Its deadline came first: nobody would give the lease back.
      release(lease)
    }
    if let failures { connectSoon(afterFailures: failures) }
  }

  private func connectSoon(afterFailures failures: Int) {
    Task {
      if failures > 0 {
        try? await clock.sleep(for: backoff.delay(afterFailures: failures, random: random()))
      }
      do throws(RPCError) {
        await connected(try await connect())
      } catch {
        failed(error)
      }
    }
  }

  private func connected(_ connection: Connection) async {
    let waiters = state.withLock { state -> [(Suspension<Lease>, Lease)]? in
      state.isConnecting = false
      state.failures = 0
      if state.isClosed { return nil }
      // Who stopped waiting has no call on the connection.
      let waiters = state.waiters.filter(\.isWaiting)
      state.waiters = []
      let id = state.nextSlotID
      state.nextSlotID += 1
      state.slots.append(Slot(id: id, connection: connection, calls: waiters.count))
      return waiters.map { ($0, Lease(connection: connection, slot: id)) }
    }
    guard let waiters else { return await connection.close() }
    for (waiter, lease) in waiters where !waiter.resume(.success(lease)) { release(lease) }
  }

  private func failed(_ error: RPCError) {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      state.isConnecting = false
      state.failures += 1
      return state.waiters
    }
    for waiter in waiters { waiter.resume(.failure(error)) }
  }
}

/// What the pool asks of a connection.
protocol PooledConnection: RPCChannel {
  /// Whether calls can be made.
  var isOpen: Bool { get }
  /// Ends it.
  func close() async
}

extension TTRPCConnection: PooledConnection {}

extension RPCError {
  /// The program closed the client it calls with.
  static let clientClosed = RPCError(
    .cancelled, reason: "ERROR_CLIENT_CLOSED", message: "The client is closed.")
}

/// A response stream with a connection of its own, which is closed when the stream ends or its
/// reader drops it: that is how a server learns that a stream is not wanted any more.
final class DedicatedStream<Connection: PooledConnection>: Sendable {
  private let messages: AsyncThrowingStream<[UInt8], any Error>
  private let connection: Connection

  init(_ messages: AsyncThrowingStream<[UInt8], any Error>, on connection: Connection) {
    self.messages = messages
    self.connection = connection
  }

  deinit {
    Task { [connection] in await connection.close() }
  }

  func next() async throws -> [UInt8]? {
    var iterator = messages.makeAsyncIterator()
    do {
      if let message = try await iterator.next() { return message }
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    return nil
  }
}
