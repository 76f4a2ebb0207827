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
    let digits = String(UInt64.random(in: 0..<(1 << 48)), radix: 16)
    return prefix + String(repeating: "0", count: 12 - digits.utf8.count) + digits
  }
}
