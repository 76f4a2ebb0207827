package import RPCCore
private import TTRPC

/// Which calls that failed may be made again.
package enum RetryRules {
  /// With these reasons the server cannot have begun the call.
  private static let notBegun: Set<String> = [
    "ERROR_CANNOT_CONNECT", "ERROR_CONNECTION_CLOSED",
  ]

  /// With these no server has answered.
  private static let ofConnection: Set<String> = [
    "ERROR_CANNOT_CONNECT", "ERROR_CONNECTION_CLOSED", "ERROR_CONNECTION_LOST",
  ]

  /// Whether an error tells of the connection, and not of what a server said.
  package static func isOfConnection(_ error: RPCError) -> Bool {
    ofConnection.contains(error.reason)
  }

  /// Only what is `UNAVAILABLE` is tried again: any call that the server did not begin; one that it
  /// may have begun only if the method is idempotent or the call has an idempotency key.
  package static func mayRetry(
    _ error: RPCError, _ method: MethodDescriptor, _ metadata: Metadata
  ) -> Bool {
    guard error.code == .unavailable else { return false }
    if notBegun.contains(error.reason) || error == .serverStopping { return true }
    if method.isIdempotent { return true }
    return metadata[Metadata.idempotencyKey]?.isEmpty == false
  }
}

/// How long to wait before the next attempt: twice as long each time, up to a bound, with jitter so
/// that many clients of one server do not come back at the same moment.
public struct Backoff: Sendable, Hashable {
  /// The wait before the second attempt.
  public var initial: Duration
  /// No wait is longer, jitter aside.
  public var max: Duration
  /// How much longer each wait is than the one before.
  public var multiplier: Double
  /// Each wait is stretched or shortened by up to this share, 0 to 1.
  public var jitter: Double

  /// The defaults: 100 ms, doubling up to 10 s, 20 % jitter.
  public init(
    initial: Duration = .milliseconds(100), max: Duration = .seconds(10),
    multiplier: Double = 2, jitter: Double = 0.2
  ) {
    self.initial = initial
    self.max = max
    self.multiplier = multiplier
    self.jitter = jitter
  }

  /// The wait after so many failures in a row.
  ///
  /// - Parameters:
  ///   - failures: 1 or more.
  ///   - random: from 0 up to 1.
  public func delay(afterFailures failures: Int, random: Double) -> Duration {
    var delay = initial
    var left = failures - 1
    while left > 0, delay < max {
      delay = delay * multiplier
      left -= 1
    }
    return min(delay, max) * (1 - jitter + 2 * jitter * random)
  }
}

/// Time, as the client needs it; tests have their own.
package protocol ClientClock: Sendable {
  /// The present moment.
  func now() -> ContinuousClock.Instant
  /// Waits.
  ///
  /// - Throws: `CancellationError`.
  func sleep(for duration: Duration) async throws
}

/// The machine's monotonic clock.
package struct SystemClientClock: ClientClock {
  /// The clock.
  package init() {}

  package func now() -> ContinuousClock.Instant { .now }

  package func sleep(for duration: Duration) async throws {
    try await Task.sleep(for: duration)
  }
}
