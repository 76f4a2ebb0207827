private import RPCCore
private import Synchronization

/// The keys of a set that is published under a URL: fetched at the start, again before they are too old, and
/// at once when a token names a key that is not known. The last good ones are kept while there are no newer
/// ones.
package final class RemoteKeys: Sendable {
  /// What happens, for the log.
  package enum Event: Sendable {
    /// There are keys; whether they are others than before.
    case fetched(count: Int, isNew: Bool)
    case failed(KeyProblem)
    /// The last good ones are too old: there are none now.
    case stale
  }

  /// The time, in nanoseconds of a clock that nobody sets, and waiting for it.
  package struct Time: Sendable {
    let now: @Sendable () -> Int64
    let sleep: @Sendable (_ until: Int64) async throws -> Void

    package init(
      now: @escaping @Sendable () -> Int64,
      sleep: @escaping @Sendable (_ until: Int64) async throws -> Void
    ) {
      self.now = now
      self.sleep = sleep
    }
  }

  /// How long a call waits for keys that are being fetched, in nanoseconds.
  private static let patience: Int64 = 5_000_000_000
  /// It is looked at least so often what is to be done, in nanoseconds.
  private static let lookEvery: Int64 = 60_000_000_000

  private struct State {
    var schedule: KeySchedule
    var text: String?
    var isStale = false
    var waiters: [Suspension<Void>] = []
  }

  private let fetch: @Sendable () async throws(KeyProblem) -> KeyFetch.Found
  private let time: Time
  private let random: @Sendable () -> Double
  private let apply: @Sendable ([TokenKey]) -> Void
  private let tell: @Sendable (Event) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - staleSeconds: how long the last good keys are used when they should have been fetched again.
  ///   - apply: takes the keys, each time that they change.
  ///   - tell: is told what happens.
  package convenience init(
    _ fetch: KeyFetch, staleSeconds: Int, time: Time,
    apply: @escaping @Sendable ([TokenKey]) -> Void, tell: @escaping @Sendable (Event) -> Void
  ) {
    var limits = KeySchedule.Limits()
    limits.stale = Double(staleSeconds)
    self.init(
      { () async throws(KeyProblem) in try await fetch() }, limits, time: time,
      random: { .random(in: 0...1) }, apply: apply, tell: tell)
  }

  init(
    _ fetch: @escaping @Sendable () async throws(KeyProblem) -> KeyFetch.Found,
    _ limits: KeySchedule.Limits, time: Time, random: @escaping @Sendable () -> Double,
    apply: @escaping @Sendable ([TokenKey]) -> Void, tell: @escaping @Sendable (Event) -> Void
  ) {
    self.fetch = fetch
    self.time = time
    self.random = random
    self.apply = apply
    self.tell = tell
    state = Mutex(State(schedule: KeySchedule(limits, at: time.now())))
  }

  /// Fetches the keys if it is time to. Returns when they are there, or cannot be had.
  package func look() async {
    let now = time.now()
    let (isDue, turnsStale) = state.withLock { state in
      let turnsStale = !state.isStale && state.schedule.isStale(at: now)
      if turnsStale {
        state.isStale = true
        state.text = nil
      }
      let isDue = state.schedule.isDue(at: now)
      if isDue { state.schedule.begin(at: now) }
      return (isDue, turnsStale)
    }
    if turnsStale {
      apply([])
      tell(.stale)
    }
    if isDue { await fetchNow() }
  }

  /// Keeps the keys fresh until the task is cancelled.
  package func run() async {
    while true {
      let now = time.now()
      let next = state.withLock { min($0.schedule.nextAt, now + Self.lookEvery) }
      do { try await time.sleep(max(next, now + 1)) } catch { return }
      await look()
    }
  }

  /// A token names a key that is not known.
  ///
  /// - Returns: what to wait for before the token is looked at once more; nil: nothing.
  package func demand() -> (@Sendable () async -> Void)? {
    let now = time.now()
    switch state.withLock({ $0.schedule.demand(at: now) }) {
    case .none: return nil
    case .wait(let since): if now - since >= Self.patience { return nil }
    case .fetch: Task { await fetchNow() }
    }
    let ticket = Suspension<Void>()
    let isRunning = state.withLock { state in
      if state.schedule.isFetching { state.waiters.append(ticket) }
      return state.schedule.isFetching
    }
    guard isRunning else { return {} }
    return {
      // Whoever is cancelled learns that elsewhere.
      do throws(RPCError) { try await ticket.wait(start: {}) } catch {}
    }
  }

  /// How many calls wait.
  var waitingCount: Int { state.withLock(\.waiters.count) }

  private func endWaiting() {
    let waiters = state.withLock { state in
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(.success(())) }
  }

  /// - Precondition: the schedule says that it has begun.
  private func fetchNow() async {
    let end = time.now() + Self.patience
    // Nobody waits longer for it, however long it takes.
    let patience = Task {
      do { try await time.sleep(end) } catch { return }
      endWaiting()
    }
    defer { patience.cancel() }
    do throws(KeyProblem) {
      let found = try await fetch()
      let keys = try await TokenKey.published(in: found.text)
      let isNew = state.withLock { state in
        defer { state.text = found.text }
        state.isStale = false
        return state.text.map { !$0.utf8.elementsEqual(found.text.utf8) } ?? true
      }
      if isNew { apply(keys) }
      state.withLock { $0.schedule.succeed(maxAge: found.maxAge, at: time.now()) }
      tell(.fetched(count: keys.count, isNew: isNew))
    } catch {
      state.withLock { $0.schedule.fail(random: random(), at: time.now()) }
      tell(.failed(error))
    }
    endWaiting()
  }
}
