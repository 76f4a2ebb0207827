package import ReportCore
private import Synchronization
internal import Texts

/// Time that stands still until a test moves it. Nothing waits for real. The wall clock and the
/// monotonic one go on together, unless a test sets the former.
package final class FakeClock: EngineClock {
  private struct Sleeper {
    var id: Int
    var moment: MonotonicInstant
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: Instant
    var monotonic = FakeClock.monotonicStart
    var boots = 1
    var nextID = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    /// Fires once somebody sleeps until the moment.
    var watched: [MonotonicInstant: Signal] = [:]
  }

  private let state: Mutex<State>

  /// 2027-01-15T08:00:00Z.
  package static let start = Instant(secondsSinceEpoch: 1_800_000_000)

  /// Two hours after the machine was started.
  package static let monotonicStart = MonotonicInstant(nanoseconds: 7_200_000_000_000)

  /// A moment so many seconds after the start.
  package static func at(_ seconds: Int64) -> Instant {
    start.advanced(by: .seconds(seconds))
  }

  package init(_ now: Instant = FakeClock.start) {
    state = Mutex(State(now: now))
  }

  package var now: Instant { state.withLock(\.now) }
  package var monotonic: MonotonicInstant { state.withLock(\.monotonic) }
  package var bootID: String { state.withLock { "boot-\($0.boots)" } }

  package func sleep(until moment: MonotonicInstant) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        fallAsleep(Sleeper(id: id, moment: moment, continuation: continuation))
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil as Sleeper?
        }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  private func fallAsleep(_ sleeper: Sleeper) {
    enum Fate { case sleeps(Signal?), isCancelled, isDue }
    let fate: Fate = state.withLock { state in
      if state.cancelled.remove(sleeper.id) != nil { return .isCancelled }
      if sleeper.moment <= state.monotonic { return .isDue }
      state.sleepers.append(sleeper)
      return .sleeps(state.watched.removeValue(forKey: sleeper.moment))
    }
    switch fate {
    case .isCancelled: sleeper.continuation.resume(throwing: CancellationError())
    case .isDue: sleeper.continuation.resume()
    case .sleeps(let watched): watched?.fire()
    }
  }

  /// Moves the time on and wakes who slept until then, the earliest first.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      state.monotonic = state.monotonic.advanced(by: duration)
      let due = state.sleepers.filter { $0.moment <= state.monotonic }
      state.sleepers.removeAll { $0.moment <= state.monotonic }
      return due.sorted { $0.moment < $1.moment }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  /// Sets the wall clock, as a person may or the network: no time passes.
  package func setWallClock(to moment: Instant) {
    state.withLock { $0.now = moment }
  }

  /// Starts the machine anew: its monotonic clock begins again, and says nothing of before.
  package func reboot() {
    state.withLock { state in
      state.boots += 1
      state.monotonic = FakeClock.monotonicStart
    }
  }

  /// Moves the time on to a moment that somebody sleeps until, once somebody does.
  package func advance(toSleeperAt moment: MonotonicInstant) async {
    await waitForSleeper(until: moment)
    advance(by: monotonic.duration(to: moment))
  }

  /// Returns once somebody sleeps until exactly this moment; no later than its task is cancelled, so
  /// that a time limit can end a test for whose moment nobody waits.
  package func waitForSleeper(until moment: MonotonicInstant) async {
    let watched = state.withLock { state -> Signal? in
      if state.sleepers.contains(where: { $0.moment == moment }) { return nil }
      let watched = state.watched[moment] ?? Signal()
      state.watched[moment] = watched
      return watched
    }
    await watched?.wait()
  }
}

/// Ids that count up: `report-000000000001`, `report-000000000002`, … over all prefixes.
package final class SequentialIDs: IDSource {
  private let count = Mutex<UInt64>(0)

  package init() {}

  package func next(_ prefix: String) -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    return prefix + Hex.text(number, digits: 12)
  }
}
