/// A worker's right to run one report for a while. Measured by the clock of the store that gave it.
package struct Lease: Hashable, Sendable {
  /// The worker that holds it.
  package var owner: String
  /// Grows by one with every claim of the report; a write with an older token is refused.
  package var fencingToken: Int64
  /// When the right ends unless a heartbeat moves it.
  package var expiresAt: LeaseTime
  /// How long it was given for, when it was given last.
  package var duration: Duration

  package init(
    owner: String, fencingToken: Int64, expiresAt: LeaseTime, duration: Duration
  ) {
    self.owner = owner
    self.fencingToken = fencingToken
    self.expiresAt = expiresAt
    self.duration = duration
  }

  /// Whether its time is over: also if another boot of the machine gave it, or if it ends later than
  /// any lease could that was given by now. Then the clock was another when it was written, as after
  /// a snapshot was restored, and it must hold nothing up.
  package func isOver(at time: LeaseTime) -> Bool {
    expiresAt.bootID != time.bootID || expiresAt.instant <= time.instant
      || expiresAt.instant > time.instant.advanced(by: duration)
  }
}

/// What the clock says that a store measures leases by.
package struct LeaseTime: Hashable, Sendable {
  /// Within one boot moments can be compared.
  package var bootID: String
  package var instant: MonotonicInstant

  package init(bootID: String, instant: MonotonicInstant) {
    self.bootID = bootID
    self.instant = instant
  }

  package func advanced(by duration: Duration) -> LeaseTime {
    LeaseTime(bootID: bootID, instant: instant.advanced(by: duration))
  }
}
