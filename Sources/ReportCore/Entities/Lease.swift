/// A worker's right to run one report for a while.
package struct Lease: Hashable, Sendable {
  /// The worker that holds it.
  package var owner: String
  /// Grows by one with every claim of the report; a write with an older token is refused.
  package var fencingToken: Int64
  /// When the right ends unless a heartbeat moves it.
  package var expiresAt: Instant

  package init(owner: String, fencingToken: Int64, expiresAt: Instant) {
    self.owner = owner
    self.fencingToken = fencingToken
    self.expiresAt = expiresAt
  }
}
