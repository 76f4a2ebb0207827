/// Where reports live. Every adapter passes the same conformance suite (ReportwireTestKit).
///
/// Each call is one transaction: when it returns, what it says is on disk. State changes are
/// compare-and-set, decided by the pure `ReportLifecycle`; a race has one winner. Errors are
/// `StoreError`.
///
/// Leases are measured by a clock of the store's own that nobody sets (`LeaseTime`), the same for
/// all who work on it. `at` is the caller's wall clock and only labels what people read.
///
/// What a domain may keep, and what a query may cost, is bounded by the `StoreLimits` that an
/// adapter was made with. Signs of life and ends of runs go before creates.
///
/// What callers change is told to the audit in the same transaction: where a call takes an event, it is
/// kept if the change is made, and only then.
package protocol ReportStore: AuditTrail, AuditOutbox {
  /// Keeps a new report in CREATED. Concurrent callers may share one commit.
  ///
  /// - Parameters:
  ///   - idempotency: by what a create is known again in its domain. A second one gives the first report,
  ///     or is a conflict.
  ///   - audit: is kept with a report that is new.
  /// - Throws: `.exhausted` if the domain, or the store, has as much as it may have; `.invalid` if a
  ///   text holds NUL.
  func create(
    _ report: Report, idempotency: IdempotencyKey?, audit: AuditEvent?
  ) async throws -> CreateOutcome

  /// What a create with this key would give without making a report: `.existing` or `.conflict`; nil
  /// if it would be the first.
  func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome?

  /// The report of an id in a domain; nil if there is none or it belongs to another domain.
  func report(_ reportID: String, in domainID: String) async throws -> Report?

  /// Shows the reports that a query selects, one after the other as they are read, each with its
  /// storage if that is among `query.fields`. `query.predicate` says which domain.
  ///
  /// What a visitor does counts as the query's own time, and as its domain's turn: so no more lists
  /// are made at once than are read.
  ///
  /// - Throws: `.unsupported` if the store cannot ask so, `.exhausted` if the query costs more than
  ///   one may; `CancellationError` within a second if the task is cancelled.
  func visitReports(
    _ query: ListQuery, _ visitor: some ListVisitor<ReportView>
  ) async throws -> ListSize

  /// The timeline of a report, oldest first; empty if there is no such report.
  func timeline(of key: ReportKey) async throws -> [ReportEvent]

  /// Gives a worker the report whose turn it is: of the domains with reports in CREATED, the one
  /// with the fewest running, then the one served longest ago; in it, the oldest report. Its
  /// state becomes IN_PROGRESS, its attempts and fencing token grow by one.
  ///
  /// - Parameter runningPerDomainMax: domains with so many running reports are passed over.
  /// - Returns: the report as claimed, or nil if none may run.
  func claimNext(
    worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int
  ) async throws -> Report?

  /// What waits to be run, for those who watch the server. Costs the same however much that is, or
  /// nearly so.
  ///
  /// - Parameter domainsMax: so many domains are told apart, those with the most reports.
  func waiting(domainsMax: Int) async throws -> WaitingReports

  /// Moves the end of a lease and stores the progress.
  func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant,
    leaseFor: Duration
  ) async throws -> HeartbeatOutcome

  /// Ends a running report, if the token is the current one and the report is still running. A
  /// worker that heard no answer may say the same again: the report that has ended so is given back.
  ///
  /// - Parameter manifest: is kept with the report if it ends so, as long as the report is; UTF-8 without NUL.
  func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant,
    manifest: [UInt8]?
  ) async throws -> FinishOutcome

  /// The reports of a domain that have a file with a SHA-256, the newest first.
  ///
  /// - Throws: as `visitReports`.
  func reports(
    withFileOf sha256: String, in domainID: String, countMax: Int
  ) async throws -> [Report]

  /// The manifest that a report was finished with; nil if there is none, or no such report.
  func manifest(of key: ReportKey) async throws -> [UInt8]?

  /// Whether `manifest` gives one. It is not read for that.
  func hasManifest(of key: ReportKey) async throws -> Bool

  /// Ends a waiting report, or asks a running one's worker to end it.
  ///
  /// - Parameter audit: is kept if there is such a report.
  /// - Returns: the report afterwards; nil if the domain has no such report. A report that had
  ///   ended before stays as it is.
  func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant, audit: AuditEvent?
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

  /// Keeps a report from what retention removes, or leaves it to that again. Its timeline tells.
  ///
  /// - Parameter audit: is kept if there is such a report.
  /// - Returns: the report afterwards; nil if the domain has no such report.
  func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant,
    audit: AuditEvent?
  ) async throws -> Report?

  /// Removes reports and all that the store knows of them, in one transaction; those that run stay.
  /// Their files are the caller's business: what is left of them belongs to no report.
  ///
  /// - Parameters:
  ///   - sparingPinned: leave those that are pinned.
  ///   - audit: is kept if one of them is removed.
  /// - Returns: what became of each, in the order of the keys.
  func delete(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent?
  ) async throws -> [DeleteOutcome]

  /// Reports whose time is over: ended longer ago than they are kept, and not pinned.
  func expired(
    by retention: Retention, at now: Instant, countMax: Int
  ) async throws -> [ReportKey]

  /// Of these files those that a report may still need: finished with it, or running. For the sweep,
  /// which asks for a page of files at once.
  func artifactsInUse(_ artifacts: [ArtifactReference]) async throws -> Set<ArtifactReference>

  /// The storage of an id that a domain may see: its own or one of every domain.
  func storage(_ storageID: String, in domainID: String) async throws -> Storage?

  /// Shows the storages that a query selects, as `visitReports` does.
  func visitStorages(
    _ query: ListQuery, _ visitor: some ListVisitor<Storage>
  ) async throws -> ListSize

  /// How many rows the last finished reports of a template had, the newest first.
  ///
  /// - Parameters:
  ///   - report: of its domain and template, and with its options or others.
  ///   - countMax: reports looked at, so that the answer costs the same however many there are.
  func recentRuns(like report: Report, countMax: Int) async throws -> [RecentRun]

  /// Whether a domain makes reports: as somebody said last, else as the store's limits say.
  func domainState(_ domainID: String) async throws -> DomainState

  /// Says whether a domain makes reports, from now on.
  func setDomainState(_ state: DomainState, of domainID: String) async throws

  /// Shows the domains that a query selects, by `domain_id` and `state`.
  ///
  /// - Throws: as `visitReports`.
  func visitDomains(
    _ query: ListQuery, among scope: DomainScope, _ visitor: some ListVisitor<Domain>
  ) async throws -> ListSize

  /// An element whenever a report may have come that waits, whoever made it, until the store closes;
  /// nil if the store cannot tell. Then those who want to know look again from time to time, which
  /// they do anyway: an element may get lost.
  func changes() -> AsyncStream<Void>?

  /// Ends the store's work; calls after it throw.
  func close() async throws
}

extension ReportStore {
  /// For stores that cannot tell.
  package func changes() -> AsyncStream<Void>? { nil }

  /// `create` that the audit is not told of.
  package func create(
    _ report: Report, idempotency: IdempotencyKey?
  ) async throws -> CreateOutcome {
    try await create(report, idempotency: idempotency, audit: nil)
  }

  /// `finish` of what has no manifest.
  package func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant
  ) async throws -> FinishOutcome {
    try await finish(reportID, fencingToken: fencingToken, with: ending, at: now, manifest: nil)
  }

  /// `requestCancel` that the audit is not told of.
  package func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant
  ) async throws -> Report? {
    try await requestCancel(reportID, in: domainID, at: now, audit: nil)
  }

  /// `setPinned` that the audit is not told of.
  package func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant
  ) async throws -> Report? {
    try await setPinned(isPinned, reportID, in: domainID, at: now, audit: nil)
  }

  /// `delete` that the audit is not told of.
  package func delete(_ keys: [ReportKey], sparingPinned: Bool) async throws -> [DeleteOutcome] {
    try await delete(keys, sparingPinned: sparingPinned, audit: nil)
  }
}

/// What a store bears. Beyond it, calls end with `StoreError.Code.exhausted`.
package struct StoreLimits: Hashable, Sendable {
  /// Reports of one domain in CREATED.
  package var waitingPerDomainMax: Int
  /// Reports of one domain in any state.
  package var keptReportsPerDomainMax: Int
  /// Bytes that the reports of one domain hold: their files and their options. A create is refused
  /// once they are reached; what runs then may still bring files.
  package var keptBytesPerDomainMax: Int64
  /// How long a query may take, with the time it waits for its turn.
  package var querySeconds: Int
  /// Steps that a query may take inside of patterns and text searches: about one for each instruction
  /// of the pattern that is looked at for a character.
  package var queryStepsMax: Int
  /// Queries at the same time. A domain has at most half of them.
  package var queriesMax: Int
  /// Creates of one domain that are not on disk yet, and their bytes; half of what all domains may
  /// have together.
  package var pendingCreatesPerDomainMax: Int
  package var pendingBytesPerDomainMax: Int
  /// Whether a domain makes reports of which nobody has said it.
  package var domainState: DomainState

  package init(
    waitingPerDomainMax: Int = 10_000, keptReportsPerDomainMax: Int = 1_000_000,
    keptBytesPerDomainMax: Int64 = 107_374_182_400, querySeconds: Int = 10,
    queryStepsMax: Int = 500_000_000, queriesMax: Int = 4,
    pendingCreatesPerDomainMax: Int = 10_000, pendingBytesPerDomainMax: Int = 33_554_432,
    domainState: DomainState = .enabled
  ) {
    self.waitingPerDomainMax = waitingPerDomainMax
    self.keptReportsPerDomainMax = keptReportsPerDomainMax
    self.keptBytesPerDomainMax = keptBytesPerDomainMax
    self.querySeconds = querySeconds
    self.queryStepsMax = queryStepsMax
    self.queriesMax = queriesMax
    self.pendingCreatesPerDomainMax = pendingCreatesPerDomainMax
    self.pendingBytesPerDomainMax = pendingBytesPerDomainMax
    self.domainState = domainState
  }
}

/// What the reports of one domain take up.
package struct KeptAmount: Hashable, Sendable {
  /// Reports in CREATED.
  package var waiting: Int
  /// Reports in any state.
  package var reports: Int
  /// Of files and options.
  package var bytes: Int64

  package init(waiting: Int = 0, reports: Int = 0, bytes: Int64 = 0) {
    self.waiting = waiting
    self.reports = reports
    self.bytes = bytes
  }
}

extension StoreLimits {
  /// Checks that a domain may have one more report.
  ///
  /// - Throws: `.exhausted`, saying what there is too much of.
  package func checkRoom(beside kept: KeptAmount) throws(StoreError) {
    if kept.waiting >= waitingPerDomainMax {
      throw StoreError(
        .exhausted, limit: "waiting_per_domain",
        "The domain has \(kept.waiting) reports that wait, and no more may "
          + "(limits.waiting_per_domain). Create again when some have run, or cancel some.")
    }
    if kept.reports >= keptReportsPerDomainMax {
      throw StoreError(
        .exhausted, limit: "kept_reports_per_domain",
        "The domain keeps \(kept.reports) reports, and may keep no more "
          + "(limits.kept_reports_per_domain). Delete some, or have them kept for fewer days.")
    }
    if kept.bytes >= keptBytesPerDomainMax {
      throw StoreError(
        .exhausted, limit: "kept_bytes_per_domain",
        "The reports of the domain hold \(kept.bytes) bytes, and may hold no more than "
          + "\(keptBytesPerDomainMax) (limits.kept_bytes_per_domain). Delete some, or have them kept "
          + "for fewer days.")
    }
  }
}

/// Reports in CREATED.
package struct WaitingReports: Hashable, Sendable {
  package struct Domain: Hashable, Sendable {
    package var domainID: String
    package var reports: Int
    /// When the oldest of them was created.
    package var oldest: Instant

    package init(domainID: String, reports: Int, oldest: Instant) {
      self.domainID = domainID
      self.reports = reports
      self.oldest = oldest
    }
  }

  /// Those with the most reports first, and of those with as many the one that waits longest.
  package var domains: [Domain]
  /// Reports of all other domains.
  package var others: Int
  /// When the oldest of those was created; nil if there is none. Where very many domains wait, a store
  /// need not look at those that were served last.
  package var oldestOfOthers: Instant?

  /// - Parameters:
  ///   - looked: the domains that were looked at.
  ///   - reports: of all domains.
  ///   - domainsMax: so many are told apart.
  package init(_ looked: [Domain], of reports: Int, domainsMax: Int) {
    let sorted = looked.sorted { ($1.reports, $0.oldest) < ($0.reports, $1.oldest) }
    domains = Array(sorted.prefix(domainsMax))
    others = reports - domains.reduce(0) { $0 + $1.reports }
    oldestOfOthers = sorted.dropFirst(domainsMax).map(\.oldest).min()
  }
}

/// What one report is known by.
package struct ReportKey: Hashable, Sendable {
  /// Compared by their bytes.
  package var reportID: ExactText
  package var domainID: ExactText

  package init(reportID: String, domainID: String) {
    self.reportID = reportID.exact
    self.domainID = domainID.exact
  }
}

package enum DeleteOutcome: Hashable, Sendable {
  /// It is gone. As it was, with the files that are to be removed.
  case deleted(Report)
  /// It runs, and stays.
  case running
  /// It is pinned, and stays.
  case pinned
  /// The domain has no such report.
  case notFound

  /// The report that is gone; nil if it stays, or never was.
  package var removed: Report? { if case .deleted(let report) = self { report } else { nil } }
}

/// How many days reports are kept after they have ended: as their template says, else their domain,
/// else the server; nil and what is not named: for ever.
package struct Retention: Hashable, Sendable {
  /// By the template's id.
  package var templateDays: [ExactText: Int]
  package var domainDays: [ExactText: Int]
  package var days: Int?

  package init(
    templateDays: [ExactText: Int] = [:], domainDays: [ExactText: Int] = [:], days: Int? = nil
  ) {
    self.templateDays = templateDays
    self.domainDays = domainDays
    self.days = days
  }

  /// Whether every report is kept for ever.
  package var isEmpty: Bool { templateDays.isEmpty && domainDays.isEmpty && days == nil }

  /// How many days the reports of a template in a domain are kept.
  package func days(templateID: String, domainID: String) -> Int? {
    templateDays[templateID.exact] ?? domainDays[domainID.exact] ?? days
  }

  /// What has ended before this moment was kept for so many days.
  package static func end(ofDays days: Int, at now: Instant) -> Instant {
    now.advanced(by: .seconds(-86_400 * days))
  }
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
    /// The create stands for a run that others may join as long as it goes on: one with the same digest
    /// that has not ended, and of which nobody has asked the end.
    case run
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
  /// The domain makes no reports.
  case domainDisabled
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
