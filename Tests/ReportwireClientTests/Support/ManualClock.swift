import ReportwireClient
import Synchronization

/// A clock on which nobody really waits: it writes down how long the waits would have been, and
/// moves on by that.
final class ManualClock: ClientClock {
  private let state = Mutex((now: ContinuousClock.now, sleeps: [Duration]()))

  /// The waits so far.
  var sleeps: [Duration] { state.withLock { $0.sleeps } }

  func now() -> ContinuousClock.Instant { state.withLock { $0.now } }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    state.withLock { state in
      state.sleeps.append(duration)
      state.now = state.now.advanced(by: duration)
    }
    await Task.yield()
  }
}

/// A clock whose waits last until their task is cancelled.
struct StoppedClock: ClientClock {
  func now() -> ContinuousClock.Instant { .now }

  func sleep(for duration: Duration) async throws {
    let never = AsyncStream<Void> { _ in }
    for await _ in never {}
    throw CancellationError()
  }
}
