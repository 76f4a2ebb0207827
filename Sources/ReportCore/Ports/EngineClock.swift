internal import Texts

/// The time, and waiting for it: the system's, or a test's own.
package protocol EngineClock: Sendable {
  /// The wall clock. It is set by people and by the network, so it labels what people read and
  /// decides nothing.
  var now: Instant { get }
  /// The monotonic clock, by which everything is measured that takes time: leases, limits, pauses.
  /// Stands still while the machine sleeps, so that a worker and its lease sleep together.
  var monotonic: MonotonicInstant { get }
  /// Names the stretch of time within which `monotonic` can be compared: a boot of the machine.
  var bootID: String { get }
  /// Returns at the moment, or throws `CancellationError` when the task is cancelled before.
  func sleep(until moment: MonotonicInstant) async throws
}

extension EngineClock {
  /// What a store measures leases by.
  package var leaseTime: LeaseTime { LeaseTime(bootID: bootID, instant: monotonic) }

  /// Returns after so long, or throws `CancellationError` when the task is cancelled before.
  package func sleep(for duration: Duration) async throws {
    try await sleep(until: monotonic.advanced(by: duration))
  }

  /// Does something again and again, after a pause each time, until the task is cancelled in a pause.
  package func repeating(after pause: Duration, _ body: () async -> Void) async {
    while true {
      do { try await sleep(for: pause) } catch { return }
      await body()
    }
  }
}

/// New names.
package protocol IDSource: Sendable {
  /// `prefix` and 12 lower-case hexadecimal digits.
  func next(_ prefix: String) -> String
}

/// Names at random.
package struct RandomIDs: IDSource {
  package init() {}

  package func next(_ prefix: String) -> String {
    prefix + Hex.text(UInt64.random(in: 0..<(1 << 48)), digits: 12)
  }
}

/// A moment on a machine's monotonic clock, which nobody sets: it only goes on, evenly, and stands
/// still while the machine sleeps. It says nothing to another machine, nor after a reboot.
package struct MonotonicInstant: Hashable, Comparable, Sendable {
  /// Since the machine was started.
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// Later by a duration (earlier by a negative one); stops at the ends of the range.
  package func advanced(by duration: Duration) -> MonotonicInstant {
    let (sum, isOver) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    guard isOver else { return MonotonicInstant(nanoseconds: sum) }
    return MonotonicInstant(nanoseconds: duration < .zero ? .min : .max)
  }

  /// The time from this moment to another.
  package func duration(to other: MonotonicInstant) -> Duration {
    .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
  }

  package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// Stops at the ends of what an `Int64` holds: 292 years.
  package var wholeNanoseconds: Int64 {
    // A division of 128 bits costs as much as all the rest of counting a call.
    if let short = Int64(exactly: attoseconds) { return short / 1_000_000_000 }
    return Int64(clamping: attoseconds / 1_000_000_000)
  }
}
