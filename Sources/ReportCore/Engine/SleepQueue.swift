internal import Dispatch
internal import HeapModule
internal import Synchronization

/// Wakes whoever sleeps on the machine's clock, all of them with one timer.
///
/// `Task.sleep` makes a timer for each sleep, and one that is cancelled leaves its own behind until it
/// would have fired: each run would leave its time limit, which may be hours away, and so whoever comes
/// and goes fills the memory.
final class SleepQueue: Sendable {
  /// The machine's own.
  static let shared = SleepQueue()

  private struct Place: Comparable {
    let moment: MonotonicInstant
    let id: UInt64

    static func < (left: Place, right: Place) -> Bool { left.moment < right.moment }
  }

  private struct State {
    var sleepers: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    /// Those that sleep no more are passed over in their turn.
    var order = Heap<Place>()
    var nextID: UInt64 = 0
    /// When the timer fires; nil: it does not.
    var alarm: MonotonicInstant?
  }

  /// The timer is set no further ahead, because Dispatch does not count up to the ends of an `Int64`.
  private static let aheadMax = Duration.seconds(86_400)
  /// So many places may be there in vain, whatever their share is.
  private static let vainPlacesMax = 64

  private let state = Mutex(State())
  /// Set within `state` alone.
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init() {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "reportwire.sleep"))
    timer.setEventHandler { [weak self] in self?.wake() }
    timer.activate()
  }

  deinit {
    timer.cancel()
  }

  /// How many sleep.
  var count: Int { state.withLock(\.sleepers.count) }

  /// How many places are kept for them.
  var placeCount: Int { state.withLock(\.order.count) }

  /// Returns at the moment or soon after it, not before.
  ///
  /// - Throws: `CancellationError` when the task is cancelled before.
  func sleep(until moment: MonotonicInstant) async throws {
    guard SystemClock.monotonicNow < moment else { return try Task.checkCancellation() }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A cancellation that came before found nobody to wake.
        let isCancelled = state.withLock { state in
          if Task.isCancelled { return true }
          state.sleepers[id] = continuation
          state.order.insert(Place(moment: moment, id: id))
          setAlarm(&state)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        defer { tidy(&state) }
        return state.sleepers.removeValue(forKey: id)
      }
      sleeper?.resume(throwing: CancellationError())
    }
  }

  /// Sets the timer for the first that sleeps, unless it fires earlier: then it is set again.
  private func setAlarm(_ state: inout State) {
    guard let first = state.order.min else { return }
    let now = SystemClock.monotonicNow
    let moment = min(first.moment, now.advanced(by: Self.aheadMax))
    if let alarm = state.alarm, alarm <= moment { return }
    state.alarm = moment
    timer.schedule(
      deadline: .now() + .nanoseconds(Int(max(moment.nanoseconds - now.nanoseconds, 0))))
  }

  /// Places in vain are no more than those that are needed, and a few.
  private func tidy(_ state: inout State) {
    guard state.order.count > 2 * state.sleepers.count + Self.vainPlacesMax else { return }
    let sleepers = state.sleepers
    state.order = Heap(state.order.unordered.filter { sleepers[$0.id] != nil })
  }

  private func wake() {
    let due = state.withLock { state in
      state.alarm = nil
      let now = SystemClock.monotonicNow
      var due: [CheckedContinuation<Void, any Error>] = []
      while let first = state.order.min, state.sleepers[first.id] == nil || first.moment <= now {
        state.order.removeMin()
        if let sleeper = state.sleepers.removeValue(forKey: first.id) { due.append(sleeper) }
      }
      setAlarm(&state)
      return due
    }
    for sleeper in due { sleeper.resume() }
  }
}
