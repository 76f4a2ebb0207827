internal import CoreMetrics
internal import PrometheusMetrics
internal import ReportCore
internal import Tracing

/// A report store that counts how long its operations take, and which limits are in their way.
struct MeasuredStore: ReportStore {
  /// What is counted apart.
  private enum Operation: String, CaseIterable {
    case create
    case outcome
    case report
    case visitReports = "visit_reports"
    case timeline
    case manifest
    case reportsOfFile = "reports_of_file"
    case claimNext = "claim_next"
    case waiting
    case heartbeat
    case finish
    case requestCancel = "request_cancel"
    case handBack = "hand_back"
    case rescue
    case timeToNextLeaseEnd = "time_to_next_lease_end"
    case setPinned = "set_pinned"
    case delete
    case expired
    case artifactsInUse = "artifacts_in_use"
    case storage
    case visitStorages = "visit_storages"
    case recentRuns = "recent_runs"
    case domainState = "domain_state"
    case setDomainState = "set_domain_state"
    case visitDomains = "visit_domains"
    case recordEvent = "record_event"
    case events
    case removeEvents = "remove_events"
    case holdOutbox = "hold_outbox"
    case releaseOutbox = "release_outbox"
    case waitingMessages = "waiting_messages"
    case removeMessages = "remove_messages"
    case outboxStatus = "outbox_status"
  }

  private let base: any ReportStore
  private let limits: LimitMetrics
  /// nil: nobody traces.
  private let tracer: (any Tracer)?
  private let instruments: [Operation: (duration: CoreMetrics.Timer, errors: Counter)]

  init(
    _ base: any ReportStore, _ factory: any MetricsFactory, limits: LimitMetrics,
    tracer: (any Tracer)? = nil
  ) {
    self.tracer = tracer
    self.base = base
    self.limits = limits
    instruments = Dictionary(
      uniqueKeysWithValues: Operation.allCases.map { operation in
        let labels = [("operation", operation.rawValue)]
        return (
          operation,
          (
            Timer(label: MetricFamily.storeDuration.name, dimensions: labels, factory: factory),
            Counter(label: MetricFamily.storeErrors.name, dimensions: labels, factory: factory)
          )
        )
      })
  }

  private func measured<Result>(
    _ operation: Operation, _ body: (any ReportStore) async throws -> Result
  ) async throws -> Result {
    let start = ContinuousClock.now
    // What the server does for itself is in no trace.
    let context = tracer == nil ? nil : ServiceContext.current
    let span = context.flatMap { context in
      tracer?.startSpan("store \(operation.rawValue)", context: context, ofKind: .client)
    }
    defer {
      span?.end()
      instruments[operation]?.duration.recordNanoseconds(start.duration(to: .now).wholeNanoseconds)
    }
    do {
      return try await body(base)
    } catch {
      count(error, of: operation)
      span?.setStatus(SpanStatus(code: .error, message: "\(error)"))
      throw error
    }
  }

  private func count(_ error: any Error, of operation: Operation) {
    switch error {
    case is CancellationError: break
    case let error as StoreError where error.code == .exhausted: limits.reached(error.limit)
    // What a caller got wrong is no fault of the store.
    case let error as StoreError where error.code == .invalid || error.code == .unsupported: break
    default: instruments[operation]?.errors.increment()
    }
  }

  // MARK: ReportStore

  func create(
    _ report: Report, idempotency: IdempotencyKey?, audit: AuditEvent?
  ) async throws -> CreateOutcome {
    try await measured(.create) {
      try await $0.create(report, idempotency: idempotency, audit: audit)
    }
  }

  func outcome(of key: IdempotencyKey, in domainID: String, at now: Instant) async throws
    -> CreateOutcome?
  {
    try await measured(.outcome) { try await $0.outcome(of: key, in: domainID, at: now) }
  }

  func report(_ reportID: String, in domainID: String) async throws -> Report? {
    try await measured(.report) { try await $0.report(reportID, in: domainID) }
  }

  func visitReports(
    _ query: ListQuery, _ visitor: some ListVisitor<ReportView>
  ) async throws -> ListSize {
    try await measured(.visitReports) { try await $0.visitReports(query, visitor) }
  }

  func timeline(of key: ReportKey) async throws -> [ReportEvent] {
    try await measured(.timeline) { try await $0.timeline(of: key) }
  }

  func claimNext(worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int)
    async throws -> Report?
  {
    try await measured(.claimNext) {
      try await $0.claimNext(
        worker: worker, at: now, leaseFor: leaseFor, runningPerDomainMax: runningPerDomainMax)
    }
  }

  func waiting(domainsMax: Int) async throws -> WaitingReports {
    try await measured(.waiting) { try await $0.waiting(domainsMax: domainsMax) }
  }

  func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant, leaseFor: Duration
  ) async throws -> HeartbeatOutcome {
    try await measured(.heartbeat) {
      try await $0.heartbeat(
        reportID, fencingToken: fencingToken, progress: progress, at: now, leaseFor: leaseFor)
    }
  }

  func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant,
    manifest: [UInt8]?
  ) async throws -> FinishOutcome {
    try await measured(.finish) {
      try await $0.finish(
        reportID, fencingToken: fencingToken, with: ending, at: now, manifest: manifest)
    }
  }

  func reports(
    withFileOf sha256: String, in domainID: String, countMax: Int
  ) async throws -> [Report] {
    try await measured(.reportsOfFile) {
      try await $0.reports(withFileOf: sha256, in: domainID, countMax: countMax)
    }
  }

  func manifest(of key: ReportKey) async throws -> [UInt8]? {
    try await measured(.manifest) { try await $0.manifest(of: key) }
  }

  func hasManifest(of key: ReportKey) async throws -> Bool {
    try await measured(.manifest) { try await $0.hasManifest(of: key) }
  }

  func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant, audit: AuditEvent?
  ) async throws -> Report? {
    try await measured(.requestCancel) {
      try await $0.requestCancel(reportID, in: domainID, at: now, audit: audit)
    }
  }

  func handBack(_ reportID: String, fencingToken: Int64, at now: Instant) async throws {
    try await measured(.handBack) {
      try await $0.handBack(reportID, fencingToken: fencingToken, at: now)
    }
  }

  func rescue(_ lost: LostWorkers, at now: Instant, attemptsMax: Int, countMax: Int) async throws
    -> [Report]
  {
    try await measured(.rescue) {
      try await $0.rescue(lost, at: now, attemptsMax: attemptsMax, countMax: countMax)
    }
  }

  func timeToNextLeaseEnd() async throws -> Duration? {
    try await measured(.timeToNextLeaseEnd) { try await $0.timeToNextLeaseEnd() }
  }

  func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant,
    audit: AuditEvent?
  ) async throws -> Report? {
    try await measured(.setPinned) {
      try await $0.setPinned(isPinned, reportID, in: domainID, at: now, audit: audit)
    }
  }

  func delete(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent?
  ) async throws -> [DeleteOutcome] {
    try await measured(.delete) {
      try await $0.delete(keys, sparingPinned: sparingPinned, audit: audit)
    }
  }

  func expired(by retention: Retention, at now: Instant, countMax: Int) async throws -> [ReportKey]
  {
    try await measured(.expired) {
      try await $0.expired(by: retention, at: now, countMax: countMax)
    }
  }

  func artifactsInUse(_ artifacts: [ArtifactReference]) async throws -> Set<ArtifactReference> {
    try await measured(.artifactsInUse) { try await $0.artifactsInUse(artifacts) }
  }

  func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    try await measured(.storage) { try await $0.storage(storageID, in: domainID) }
  }

  func visitStorages(
    _ query: ListQuery, _ visitor: some ListVisitor<Storage>
  ) async throws -> ListSize {
    try await measured(.visitStorages) { try await $0.visitStorages(query, visitor) }
  }

  func recentRuns(like report: Report, countMax: Int) async throws -> [RecentRun] {
    try await measured(.recentRuns) { try await $0.recentRuns(like: report, countMax: countMax) }
  }

  func domainState(_ domainID: String) async throws -> DomainState {
    try await measured(.domainState) { try await $0.domainState(domainID) }
  }

  func setDomainState(_ state: DomainState, of domainID: String) async throws {
    try await measured(.setDomainState) { try await $0.setDomainState(state, of: domainID) }
  }

  func visitDomains(
    _ query: ListQuery, among scope: DomainScope, _ visitor: some ListVisitor<Domain>
  ) async throws -> ListSize {
    try await measured(.visitDomains) {
      try await $0.visitDomains(query, among: scope, visitor)
    }
  }

  func record(_ event: AuditEvent) async throws {
    try await measured(.recordEvent) { try await $0.record(event) }
  }

  func events(_ query: AuditQuery) async throws -> AuditPage {
    try await measured(.events) { try await $0.events(query) }
  }

  func removeEvents(before moment: Instant, countMax: Int) async throws -> Int {
    try await measured(.removeEvents) {
      try await $0.removeEvents(before: moment, countMax: countMax)
    }
  }

  func holdOutbox(
    by owner: String, leaseFor: Duration, takingOver: Bool
  ) async throws -> Bool {
    try await measured(.holdOutbox) {
      try await $0.holdOutbox(by: owner, leaseFor: leaseFor, takingOver: takingOver)
    }
  }

  func releaseOutbox(by owner: String) async throws {
    try await measured(.releaseOutbox) { try await $0.releaseOutbox(by: owner) }
  }

  func waitingMessages(
    after number: Int64, countMax: Int
  ) async throws -> [OutboxMessage] {
    try await measured(.waitingMessages) {
      try await $0.waitingMessages(after: number, countMax: countMax)
    }
  }

  func removeMessages(_ numbers: [Int64]) async throws {
    try await measured(.removeMessages) { try await $0.removeMessages(numbers) }
  }

  func outboxStatus() async throws -> OutboxStatus {
    try await measured(.outboxStatus) { try await $0.outboxStatus() }
  }

  func changes() -> AsyncStream<Void>? { base.changes() }

  func close() async throws { try await base.close() }
}
