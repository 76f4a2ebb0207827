package import NIOCore
package import RPCCore
private import Synchronization

/// What all doors for calls share: the methods, the bounds, and what is kept for all of them.
package final class CallServing: Sendable {
  /// The methods that are served.
  package let router: Router
  /// What calls and connections may cost.
  package let limits: ServingLimits
  /// What is kept for all connections.
  package let budget: ServerBudget
  /// The connections of all these doors.
  package let admission: ConnectionAdmission
  /// Is told of what interceptors do not see; nil: nobody wants to know.
  package let meter: (any ServingMeter)?
  let decodes: DecodeQueue
  private let turnPause: TimeAmount
  /// What a call whose handler runs takes besides its message, in bytes.
  package static let callBytes = 4096

  /// What is kept for a call while it runs, in bytes: a decoded message takes a few times those it was
  /// decoded from.
  package static func bytesKept(forRequestOf bytes: Int) -> Int { callBytes + 4 * bytes }

  private let executors = Mutex<[ObjectIdentifier: LoopExecutor]>([:])

  /// - Parameters:
  ///   - router: the methods that are served.
  ///   - limits: what calls and connections may cost.
  ///   - budget: what is kept for all connections, where others share it.
  ///   - meter: is told of what interceptors do not see.
  ///   - turnPause: see `LoopExecutor`.
  package init(
    router: Router, limits: ServingLimits, budget: ServerBudget? = nil,
    meter: (any ServingMeter)? = nil, turnPause: TimeAmount = LoopExecutor.turnPause
  ) {
    self.meter = meter
    self.turnPause = turnPause
    self.router = router
    self.limits = limits
    self.budget = budget ?? ServerBudget(bytesMax: limits.serverBytesMax, meter: meter)
    admission = ConnectionAdmission(
      connectionsMax: limits.connectionsMax, connectionsPerPeerMax: limits.connectionsPerPeerMax,
      meter: meter)
    decodes = DecodeQueue(places: limits.parallelDecodes)
  }

  /// A call came to no handler, perhaps because a bound was in the way.
  ///
  /// - Parameter method: nil: it names none that there is.
  package func refused(_ error: RPCError, _ method: MethodDescriptor? = nil, door: String) {
    note(error)
    meter?.refused(error, method, door: door)
  }

  /// What a call ended with may be that a bound was in the way.
  package func note(_ error: RPCError) {
    guard let meter, let limit = error.cause as? ServingLimit else { return }
    meter.reached(limit)
  }

  /// Decodes a large request, when it is its turn.
  ///
  /// - Parameter bytes: how long it is.
  /// - Throws: what the body throws, or `CANCELLED` if the task is cancelled while it waits.
  package func decode<Result>(
    bytes: Int, _ body: () throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await decodes.run(bytes: bytes, body)
  }

  /// The executor of an event loop; to be asked for on that loop.
  package func executor(on loop: any EventLoop) -> LoopExecutor {
    loop.preconditionInEventLoop()
    return executors.withLock { executors in
      if let executor = executors[ObjectIdentifier(loop)] { return executor }
      let executor = LoopExecutor(on: loop, turnPause: turnPause)
      executors[ObjectIdentifier(loop)] = executor
      return executor
    }
  }
}

/// Places for decoding large requests, which is what hostile bytes make dear: the other threads stay
/// free for everything else. The shortest request that waits is the next.
final class DecodeQueue: Sendable {
  private struct Waiter {
    let bytes: Int
    let ticket: Suspension<Void>
  }

  private struct State {
    var freePlaces: Int
    var waiters: [Waiter] = []
  }

  private let state: Mutex<State>

  init(places: Int) {
    state = Mutex(State(freePlaces: max(places, 1)))
  }

  /// How many wait for a place.
  var waitingCount: Int { state.withLock { $0.waiters.count } }

  /// Runs a body in a place.
  ///
  /// - Throws: what the body throws, or `CANCELLED` if the task is cancelled while it waits.
  func run<Result>(
    bytes: Int, _ body: () throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    try await enter(bytes)
    defer { leave() }
    return try body()
  }

  /// Waits for a place.
  func enter(_ bytes: Int) async throws(RPCError) {
    let ticket = state.withLock { state -> Suspension<Void>? in
      if state.freePlaces > 0 {
        state.freePlaces -= 1
        return nil
      }
      let ticket = Suspension<Void>()
      state.waiters.append(Waiter(bytes: bytes, ticket: ticket))
      return ticket
    }
    guard let ticket else { return }
    do throws(RPCError) {
      try await ticket.wait(start: {})
    } catch {
      state.withLock { $0.waiters.removeAll { $0.ticket === ticket } }
      throw error
    }
  }

  /// Gives a place back.
  func leave() {
    while true {
      let next = state.withLock { state -> Waiter? in
        let index = state.waiters.indices.min { state.waiters[$0].bytes < state.waiters[$1].bytes }
        guard let index else {
          state.freePlaces += 1
          return nil
        }
        return state.waiters.remove(at: index)
      }
      // One that was cancelled just now has no use for the place.
      guard let next, !next.ticket.resume(.success(())) else { return }
    }
  }
}

extension EventLoop {
  /// Runs a body when a call's time is over.
  ///
  /// - Parameter timeoutNanoseconds: until then; 0: there is no deadline.
  /// - Returns: nil where there is none, or none that comes within ten years.
  package func schedule(
    afterTimeout timeoutNanoseconds: Int64, _ body: @escaping @Sendable () -> Void
  ) -> Scheduled<Void>? {
    let tenYears: Int64 = 315_360_000_000_000_000
    guard timeoutNanoseconds > 0, timeoutNanoseconds <= tenYears else { return nil }
    return scheduleTask(in: .nanoseconds(timeoutNanoseconds), body)
  }
}
