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
