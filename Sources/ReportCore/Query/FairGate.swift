private import Synchronization

/// Lets so many queries, or what else is costly, through at once, and shares the places among those
/// who want them: of the domains that wait, the one with the fewest queries under way is next, then
/// the one that waits longest. So who asks much waits for itself.
package final class FairGate: Sendable {
  private struct Waiter {
    let id: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  /// An object, because a copy of it would be one of all that wait, with each query that comes.
  private final class Domain {
    var held = 0
    private var waiters: [Int: Waiter] = [:]
    /// Their ids, and those of some that have gone, in the order they came.
    private var order = Queue<Int>()

    var waitingCount: Int { waiters.count }
    var isIdle: Bool { held == 0 && waiters.isEmpty }

    func append(_ waiter: Waiter) {
      waiters[waiter.id] = waiter
      order.append(waiter.id)
    }

    func popFirst() -> Waiter? {
      while let id = order.popFirst() {
        if let waiter = waiters.removeValue(forKey: id) { return waiter }
      }
      return nil
    }

    func remove(_ id: Int) -> Waiter? {
      let waiter = waiters.removeValue(forKey: id)
      // Those that have gone are passed over in their turn, or go when they are the most.
      if order.count > 2 * waiters.count + Self.goneMax {
        order.removeAll { [waiters] in waiters[$0] == nil }
      }
      return waiter
    }

    private static let goneMax = 1000
  }

  private struct State {
    var free: Int
    var nextID = 0
    var domains: [ExactText: Domain] = [:]
    /// The domains that wait, the one whose turn was longest ago first.
    var turns: [ExactText] = []
  }

  private let state: Mutex<State>
  private let placesPerDomainMax: Int
  private let waitingPerDomainMax: Int
  private let clock: any EngineClock
  private let what: String

  /// - Parameters:
  ///   - places: queries at once.
  ///   - placesPerDomainMax: of them, those of one domain, also while nobody else waits: a query that
  ///     takes long cannot be told to make room.
  ///   - waitingPerDomainMax: queries of one domain that wait; more are refused.
  ///   - clock: measures how long somebody waits.
  ///   - what: those that pass, for messages.
  package init(
    places: Int, placesPerDomainMax: Int, waitingPerDomainMax: Int = 10_000,
    clock: any EngineClock, what: String = "queries"
  ) {
    self.what = what
    state = Mutex(State(free: places))
    self.placesPerDomainMax = placesPerDomainMax
    self.waitingPerDomainMax = waitingPerDomainMax
    self.clock = clock
  }

  /// Makes a query when its domain's turn has come.
  ///
  /// - Parameter end: the moment from which on it is not made any more.
  /// - Throws: `QueryBudget.End.time` at that moment; `CancellationError` when the task is cancelled
  ///   before its turn; `.exhausted` if too many wait; what the query throws.
  package func pass<Result: Sendable>(
    _ domainID: String, until end: MonotonicInstant, _ query: @Sendable () async throws -> Result
  ) async throws -> Result {
    let domain = domainID.exact
    if !takeFreePlace(domain) { try await wait(domain, until: end) }
    defer { leave(domain) }
    return try await query()
  }

  /// Queries that wait for their turn.
  package var waitingCount: Int {
    state.withLock { state in state.domains.values.reduce(0) { $0 + $1.waitingCount } }
  }

  private func takeFreePlace(_ name: ExactText) -> Bool {
    state.withLock { state in
      // Whoever waits while there are free places has as many as it may have.
      guard state.free > 0, state.domains[name]?.waitingCount ?? 0 == 0 else { return false }
      let domain = state.domains[name] ?? Domain()
      guard domain.held < placesPerDomainMax else { return false }
      domain.held += 1
      state.domains[name] = domain
      state.free -= 1
      return true
    }
  }

  private func wait(_ name: ExactText, until end: MonotonicInstant) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let alarm = Task { [clock] in
      try await clock.sleep(until: end)
      remove(id, of: name)?.continuation.resume(throwing: QueryBudget.End.time)
    }
    defer { alarm.cancel() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enqueue(Waiter(id: id, continuation: continuation), of: name, until: end)
      }
    } onCancel: {
      remove(id, of: name)?.continuation.resume(throwing: CancellationError())
    }
  }

  private func enqueue(_ waiter: Waiter, of name: ExactText, until end: MonotonicInstant) {
    enum Fate { case waits, enters, isCancelled, isLate, isRefused }
    let fate: Fate = state.withLock { state in
      // A cancellation or an alarm that came before found nobody to remove.
      if Task.isCancelled { return .isCancelled }
      if clock.monotonic >= end { return .isLate }
      let domain = state.domains[name] ?? Domain()
      guard domain.waitingCount < waitingPerDomainMax else { return .isRefused }
      // A place may have become free meanwhile.
      if state.free > 0, domain.waitingCount == 0, domain.held < placesPerDomainMax {
        domain.held += 1
        state.free -= 1
        state.domains[name] = domain
        return .enters
      }
      if domain.waitingCount == 0 { state.turns.append(name) }
      domain.append(waiter)
      state.domains[name] = domain
      return .waits
    }
    switch fate {
    case .waits: break
    case .enters: waiter.continuation.resume()
    case .isCancelled: waiter.continuation.resume(throwing: CancellationError())
    case .isLate: waiter.continuation.resume(throwing: QueryBudget.End.time)
    case .isRefused:
      waiter.continuation.resume(
        throwing: StoreError(
          .exhausted, limit: what,
          "The domain has \(waitingPerDomainMax) \(what) that wait for their turn. Ask again "
            + "when they are answered."))
    }
  }

  /// Takes somebody out of the queue; nil if its turn had come.
  private func remove(_ id: Int, of name: ExactText) -> Waiter? {
    state.withLock { state in
      guard let domain = state.domains[name], let waiter = domain.remove(id) else { return nil }
      if domain.waitingCount == 0 { state.turns.removeAll { $0 == name } }
      if domain.isIdle { state.domains[name] = nil }
      return waiter
    }
  }

  private func leave(_ name: ExactText) {
    let next: [Waiter] = state.withLock { state in
      if let domain = state.domains[name] {
        domain.held -= 1
        if domain.isIdle { state.domains[name] = nil }
      }
      state.free += 1
      var next: [Waiter] = []
      while state.free > 0, let waiter = takeNext(&state) { next.append(waiter) }
      return next
    }
    for waiter in next { waiter.continuation.resume() }
  }

  /// Gives a free place to the domain whose turn it is.
  private func takeNext(_ state: inout State) -> Waiter? {
    var best: (turn: Int, held: Int)?
    for (turn, name) in state.turns.enumerated() {
      let held = state.domains[name]?.held ?? 0
      if held < placesPerDomainMax, held < best?.held ?? .max { best = (turn, held) }
      // Nobody has fewer.
      if held == 0 { break }
    }
    guard let best else { return nil }
    let name = state.turns.remove(at: best.turn)
    guard let domain = state.domains[name], let waiter = domain.popFirst() else { return nil }
    domain.held += 1
    state.free -= 1
    if domain.waitingCount > 0 { state.turns.append(name) }
    return waiter
  }
}
