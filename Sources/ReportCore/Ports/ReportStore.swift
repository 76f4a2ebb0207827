/// Where reports live. Every adapter passes the same conformance suite (ReportwireTestKit).
///
/// Each call is one transaction: when it returns, what it says is on disk. State changes are
/// compare-and-set, decided by the pure `ReportLifecycle`; a race has one winner. Errors are
/// `StoreError`.
///
/// Leases are measured by a clock of the store's own that nobody sets (`LeaseTime`), the same for
/// all who work on it. `at` is the caller's wall clock and only labels what people read.
package protocol ReportStore: Sendable {
  /// Keeps a new report in CREATED. Concurrent callers may share one commit.
  ///
  /// - Parameter idempotency: by what a create is known again in its domain. A second one gives the
  ///   first report, or is a conflict.
  func create(_ report: Report, idempotency: IdempotencyKey?) async throws -> CreateOutcome

  /// What a create with this key would give without making a report: `.existing` or `.conflict`; nil
  /// if it would be the first.
  func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome?

  /// The report of an id in a domain; nil if there is none or it belongs to another domain.
  func report(_ reportID: String, in domainID: String) async throws -> Report?

  /// The reports that a query selects. `query.predicate` says which domain.
  func reports(_ query: ListQuery) async throws -> ListPage<Report>

  /// The timeline of a report, oldest first.
  func timeline(of reportID: String) async throws -> [ReportEvent]

  /// Gives a worker the report whose turn it is: of the domains with reports in CREATED, the one
  /// with the fewest running, then the one served longest ago; in it, the oldest report. Its
  /// state becomes IN_PROGRESS, its attempts and fencing token grow by one.
  ///
  /// - Parameter runningPerDomainMax: domains with so many running reports are passed over.
  /// - Returns: the report as claimed, or nil if none may run.
  func claimNext(
    worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int
  ) async throws -> Report?

  /// Moves the end of a lease and stores the progress.
  func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant,
    leaseFor: Duration
  ) async throws -> HeartbeatOutcome

  /// Ends a running report, if the token is the current one and the report is still running. A
  /// worker that heard no answer may say the same again: the report that has ended so is given back.
  func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant
  ) async throws -> FinishOutcome

  /// Ends a waiting report, or asks a running one's worker to end it.
  ///
  /// - Returns: the report afterwards; nil if the domain has no such report. A report that had
  ///   ended before stays as it is.
  func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant
  ) async throws -> Report?

  /// Gives a running report back to the queue: the worker stops in order. The attempt does not
  /// count.
  func handBack(_ reportID: String, fencingToken: Int64, at now: Instant) async throws

  /// Takes running reports from lost workers: back to CREATED while attempts are left, else FAILURE
  /// with WORKER_LOST; CANCELED if that was asked for.
  ///
  /// - Parameter countMax: reports at once, so that other writes get their turn. Call it again until
  ///   it gives none.
  /// - Returns: the reports as they are now.
  func rescue(
    _ lost: LostWorkers, at now: Instant, attemptsMax: Int, countMax: Int
  ) async throws -> [Report]

  /// How long it takes until the earliest lease is over, zero if one is; nil if nothing runs.
  func timeToNextLeaseEnd() async throws -> Duration?

  /// Whether an artifact path belongs to a report that may still need it: finished with it, or
  /// running. For the sweep.
  func isArtifactInUse(_ path: String, reportID: String) async throws -> Bool

  /// The storage of an id that a domain may see: its own or one of every domain.
  func storage(_ storageID: String, in domainID: String) async throws -> Storage?

  /// The storages that a query selects.
  func storages(_ query: ListQuery) async throws -> ListPage<Storage>

  /// Ends the store's work; calls after it throw.
  func close() async throws
}

/// By what a create is known again, so that repeating it makes nothing twice.
package struct IdempotencyKey: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// The caller named this create. It has the name for ever, and another create with that name is
    /// a conflict.
    case create(String)
    /// The caller named its call or what the call is a part of, and may make others there. A create
    /// is repeated if one of the names and the digest are the same within `callWindow`; any other
    /// is a create of its own.
    case call([String])
  }

  /// How far apart repetitions of one call may be.
  package static let callWindow = Duration.seconds(600)

  package var kind: Kind
  /// Of all arguments that matter: the same create has the same digest.
  package var digest: String

  package init(_ kind: Kind, digest: String) {
    self.kind = kind
    self.digest = digest
  }

  package init(key: String, digest: String) {
    self.init(.create(key), digest: digest)
  }
}

package enum CreateOutcome: Hashable, Sendable {
  case created(Report)
  /// The key was used before, with the same arguments: that report, as it is now.
  case existing(Report)
  /// The key was used before, with other arguments.
  case conflict
}

package enum HeartbeatOutcome: Hashable, Sendable {
  case held
  /// Go on no more: a user asked for the end. The lease is still held, to write CANCELED.
  case cancelRequested
  /// The report belongs to somebody else, or ended.
  case lost
}

/// Whose reports are taken from them.
package enum LostWorkers: Hashable, Sendable {
  /// Those whose lease is over. A caller leaves out the reports that it runs itself: it was slow,
  /// not lost.
  case silent(exceptFor: Set<String>)
  /// All but one, whatever their leases say: for a caller who knows that no other worker lives.
  case everyoneBut(worker: String)
}

package enum FinishOutcome: Hashable, Sendable {
  case finished(Report)
  /// The token is not the current one, or the report ended otherwise: nothing was written.
  case lost
}

/// How a run ends.
package enum ReportEnding: Hashable, Sendable {
  case finished([Artifact], Progress)
  case failure(ReportFailureInfo, Progress)
  case timeout(ReportFailureInfo, Progress)
  case canceled(ReportFailureInfo, Progress)
}
