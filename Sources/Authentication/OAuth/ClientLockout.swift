internal import ProtobufWire

/// Who may try a secret, and who has tried too many that were wrong. Without a clock: it is told the time.
///
/// Failures are counted by client and the address that they come from, so that nobody locks a client out
/// from elsewhere. So many pairs are remembered at most; then the one goes that is free the soonest.
struct ClientLockout {
  /// Wrong secrets in a row that cost nothing.
  static let freeFailures = 5
  /// The pause after the next one; each further one doubles it.
  static let firstPauseSeconds: Int64 = 2
  static let longestPauseSeconds: Int64 = 900

  struct Pair: Hashable {
    /// Empty for all ids that are no client's.
    var clientID: UTF8Key
    var host: UTF8Key
  }

  private struct Failures {
    var count = 0
    /// Seconds; may try again from then on.
    var until: Int64 = 0
  }

  private let pairsMax: Int
  private var failures: [Pair: Failures] = [:]

  init(pairsMax: Int = 4096) {
    self.pairsMax = pairsMax
  }

  /// How many are remembered.
  var count: Int { failures.count }

  /// Seconds to wait before a secret is looked at; nil: none.
  func pause(_ pair: Pair, at now: Int64) -> Int64? {
    guard let until = failures[pair]?.until, until > now else { return nil }
    return until - now
  }

  mutating func failed(_ pair: Pair, at now: Int64) {
    if failures[pair] == nil, failures.count >= pairsMax { forgetOne(at: now) }
    var state = failures[pair] ?? Failures()
    // Whoever was still for so long begins anew.
    if state.count > 0, now - state.until > Self.longestPauseSeconds { state = Failures() }
    state.count += 1
    let beyond = state.count - Self.freeFailures
    var pause: Int64 = 0
    if beyond > 0 {
      pause = min(Self.firstPauseSeconds << Int64(min(beyond - 1, 20)), Self.longestPauseSeconds)
    }
    state.until = now + pause
    failures[pair] = state
  }

  mutating func succeeded(_ pair: Pair) {
    failures[pair] = nil
  }

  private mutating func forgetOne(at now: Int64) {
    let settled = failures.filter { now - $0.value.until > Self.longestPauseSeconds }
    if !settled.isEmpty {
      for pair in settled.keys { failures[pair] = nil }
    } else if let soonest = failures.min(by: { $0.value.until < $1.value.until }) {
      failures[soonest.key] = nil
    }
  }
}
