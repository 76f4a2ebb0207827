import Synchronization

/// A clock that stands still: who sleeps is told of, and sleeps until the test wakes everybody.
final class StepClock: Clock, Sendable {
  struct Instant: InstantProtocol {
    var offset: Duration = .zero

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  /// How long each sleep was meant to be, in order.
  let sleeps: AsyncStream<Duration>
  private let began: AsyncStream<Duration>.Continuation
  private let sleepers = Mutex<[AsyncStream<Void>.Continuation]>([])

  init() {
    (sleeps, began) = AsyncStream.makeStream(of: Duration.self)
  }

  var now: Instant { Instant() }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let (wakes, wake) = AsyncStream.makeStream(of: Void.self)
    sleepers.withLock { $0.append(wake) }
    began.yield(now.duration(to: deadline))
    for await _ in wakes {}
    try Task.checkCancellation()
  }

  func wakeAll() {
    let woken = sleepers.withLock { sleepers in
      defer { sleepers = [] }
      return sleepers
    }
    for sleeper in woken { sleeper.finish() }
  }
}
