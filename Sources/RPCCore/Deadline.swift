/// A moment on this machine's monotonic clock by which a call must have ended.
public struct Deadline: Sendable, Hashable, Comparable {
  /// The moment.
  public let instant: ContinuousClock.Instant

  /// At a moment.
  public init(_ instant: ContinuousClock.Instant) {
    self.instant = instant
  }

  /// So many nanoseconds from now; nil for what protocols call "no timeout", zero or less.
  public init?(timeoutNanoseconds: Int64, from now: ContinuousClock.Instant = .now) {
    guard timeoutNanoseconds > 0 else { return nil }
    instant = now.advanced(by: .nanoseconds(timeoutNanoseconds))
  }

  /// What is left; negative once it is over.
  public func remaining(at now: ContinuousClock.Instant = .now) -> Duration {
    now.duration(to: instant)
  }

  /// Whether it is over.
  public func isOver(at now: ContinuousClock.Instant = .now) -> Bool {
    now >= instant
  }

  /// Earlier is smaller.
  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.instant < right.instant
  }
}
