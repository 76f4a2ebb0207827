/// The time, and waiting for it: the system's, or a test's own.
package protocol EngineClock: Sendable {
  var now: Instant { get }
  /// Returns at the moment, or throws `CancellationError` when the task is cancelled before.
  func sleep(until moment: Instant) async throws
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
