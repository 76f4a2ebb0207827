/// How many lines failed calls may have in the audit: a few at once, and so many from then on.
package struct AuditLimits: Hashable, Sendable {
  /// Of one kind of failure.
  package struct Rate: Hashable, Sendable {
    /// Lines at once.
    package var burst: Int
    /// Seconds for each line after those.
    package var secondsPerLine: Double

    package init(burst: Int, secondsPerLine: Double) {
      self.burst = burst
      self.secondsPerLine = secondsPerLine
    }
  }

  /// Calls of one peer that are refused because of who is calling.
  package var refusalsOfPeer: Rate
  /// The same of all peers.
  package var refusals: Rate
  /// Calls of one peer that fail for other reasons.
  package var failuresOfPeer: Rate
  /// The same of all peers.
  package var failures: Rate
  /// Peers that are told apart; others count as one.
  package var peersMax: Int

  /// About 17,000 refusals a day in all, 9 MB.
  package init(
    refusalsOfPeer: Rate = Rate(burst: 20, secondsPerLine: 60),
    refusals: Rate = Rate(burst: 200, secondsPerLine: 5),
    failuresOfPeer: Rate = Rate(burst: 200, secondsPerLine: 1),
    failures: Rate = Rate(burst: 1000, secondsPerLine: 0.2), peersMax: Int = 1024
  ) {
    self.refusalsOfPeer = refusalsOfPeer
    self.refusals = refusals
    self.failuresOfPeer = failuresOfPeer
    self.failures = failures
    self.peersMax = peersMax
  }
}

/// Decides which failed calls have a line, and counts those that have none. Without a clock: it is told the
/// time.
struct FailureGauge {
  /// Lines that may be written: as many as fit, filled up as time passes.
  private struct Bucket {
    private let rate: AuditLimits.Rate
    private var lines: Double
    private var filledAt: MonotonicInstant

    init(_ rate: AuditLimits.Rate, at now: MonotonicInstant) {
      self.rate = rate
      lines = Double(rate.burst)
      filledAt = now
    }

    mutating func fill(at now: MonotonicInstant) {
      let seconds = Double(filledAt.duration(to: now).wholeNanoseconds) / 1e9
      lines = min(Double(rate.burst), lines + max(0, seconds) / rate.secondsPerLine)
      filledAt = now
    }

    var isEmpty: Bool { lines < 1 }
    var isFull: Bool { lines >= Double(rate.burst) }
    mutating func take() { lines -= 1 }
  }

  private struct Peer {
    var refusals: Bucket
    var failures: Bucket
    var leftOut = 0
    var lastAt: MonotonicInstant
  }

  private let limits: AuditLimits
  private var peers: [ExactText: Peer] = [:]
  private var all: (refusals: Bucket, failures: Bucket)?

  init(_ limits: AuditLimits) {
    self.limits = limits
  }

  /// Peers that are told apart.
  var peerCount: Int { peers.count }

  /// Takes a line for a failure.
  ///
  /// - Parameter isRefusal: whether it failed because of who is calling.
  /// - Returns: how many failures of the peer have none since its last line; nil: this one has none either.
  mutating func take(_ host: ExactText, isRefusal: Bool, at now: MonotonicInstant) -> Int? {
    var all =
      self.all ?? (Bucket(limits.refusals, at: now), Bucket(limits.failures, at: now))
    if peers[host] == nil, peers.count >= limits.peersMax { forget(at: now) }
    let name = peers[host] == nil && peers.count >= limits.peersMax ? "" : host
    var peer =
      peers[name]
      ?? Peer(
        refusals: Bucket(limits.refusalsOfPeer, at: now),
        failures: Bucket(limits.failuresOfPeer, at: now), lastAt: now)
    peer.lastAt = now
    let isLet =
      isRefusal
      ? Self.take(&peer.refusals, &all.refusals, at: now)
      : Self.take(&peer.failures, &all.failures, at: now)
    let leftOut = peer.leftOut
    peer.leftOut = isLet ? 0 : leftOut + 1
    peers[name] = peer
    self.all = all
    return isLet ? leftOut : nil
  }

  private static func take(
    _ own: inout Bucket, _ all: inout Bucket, at now: MonotonicInstant
  ) -> Bool {
    own.fill(at: now)
    all.fill(at: now)
    guard !own.isEmpty, !all.isEmpty else { return false }
    own.take()
    all.take()
    return true
  }

  /// Peers of whom there is nothing to tell, and who may have all their lines again.
  private mutating func forget(at now: MonotonicInstant) {
    for (host, peer) in peers where peer.leftOut == 0 {
      var peer = peer
      peer.refusals.fill(at: now)
      peer.failures.fill(at: now)
      if peer.refusals.isFull, peer.failures.isFull { peers[host] = nil }
    }
  }

  /// How many failures were left out of peers that are silent for so long. They are told once.
  mutating func settled(
    silentFor silence: Duration, at now: MonotonicInstant
  ) -> [(host: ExactText, count: Int)] {
    var counts: [(host: ExactText, count: Int)] = []
    for (host, peer) in peers
    where peer.leftOut > 0 && peer.lastAt.duration(to: now) >= silence {
      counts.append((host, peer.leftOut))
      peers[host]?.leftOut = 0
    }
    forget(at: now)
    return counts.sorted { $0.host.text.utf8.lexicographicallyPrecedes($1.host.text.utf8) }
  }
}
