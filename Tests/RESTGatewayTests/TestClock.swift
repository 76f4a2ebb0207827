import ReportCore
import Synchronization

/// A clock that stands where the test puts it.
final class TestClock: EngineClock {
  private let moment = Mutex(Instant(secondsSinceEpoch: 1_800_000_000))

  var now: Instant { moment.withLock { $0 } }

  func advance(by duration: Duration) {
    moment.withLock { $0 = $0.advanced(by: duration) }
  }

  func sleep(until moment: Instant) async throws {
    throw CancellationError()
  }
}
