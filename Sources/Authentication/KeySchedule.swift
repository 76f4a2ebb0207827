/// When keys are fetched, and how long they are good. Without a clock: it is told the time, in nanoseconds
/// of a clock that nobody sets.
struct KeySchedule {
  /// How often keys are fetched and how long they are kept, in seconds.
  struct Limits: Hashable, Sendable {
    /// Where nothing says how long they are good.
    var lifetime = 600.0
    /// What is said counts within these bounds.
    var lifetimes = 60.0...86_400
    /// Between the beginnings of two fetches because of keys that are not known.
    var demandEvery = 30.0
    /// After a failure, twice as long after each more.
    var firstPause = 5.0
    var longestPause = 600.0
    /// The last good keys are used so much longer than they are good.
    var stale = 86_400.0
  }

  /// What becomes of somebody who needs a key that is not known.
  enum Demand: Hashable {
    /// Keys are to be fetched now.
    case fetch
    /// They are being fetched since a moment.
    case wait(since: Int64)
    /// There is nothing to wait for.
    case none
  }

  private let limits: Limits
  private(set) var isFetching = false
  /// When keys are fetched next.
  private(set) var nextAt: Int64
  private var begunAt: Int64?
  /// Until when the last good keys are good.
  private var goodUntil: Int64?
  private(set) var failures = 0

  init(_ limits: Limits, at now: Int64) {
    self.limits = limits
    nextAt = now
  }

  func isDue(at now: Int64) -> Bool { !isFetching && now >= nextAt }

  mutating func begin(at now: Int64) {
    isFetching = true
    begunAt = now
  }

  mutating func succeed(maxAge: Int?, at now: Int64) {
    isFetching = false
    failures = 0
    let bounds = limits.lifetimes
    let lifetime = maxAge.map { min(max(Double($0), bounds.lowerBound), bounds.upperBound) }
    nextAt = now + Self.nanoseconds(lifetime ?? limits.lifetime)
    goodUntil = nextAt
  }

  /// - Parameter random: from 0 to 1, so that servers that failed together do not come back together.
  mutating func fail(random: Double, at now: Int64) {
    isFetching = false
    failures += 1
    var pause = limits.firstPause
    for _ in 1..<min(failures, 21) where pause < limits.longestPause { pause *= 2 }
    pause = min(pause, limits.longestPause) * (0.5 + random / 2)
    nextAt = now + Self.nanoseconds(pause)
  }

  mutating func demand(at now: Int64) -> Demand {
    if isFetching { return .wait(since: begunAt ?? now) }
    guard let begunAt, now - begunAt < Self.nanoseconds(limits.demandEvery) else {
      begin(at: now)
      return .fetch
    }
    return .none
  }

  /// Whether the last good keys are too old to be used.
  func isStale(at now: Int64) -> Bool {
    goodUntil.map { now - $0 > Self.nanoseconds(limits.stale) } ?? false
  }

  private static func nanoseconds(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }
}
