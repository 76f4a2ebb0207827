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
