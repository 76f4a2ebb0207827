package import ReportCore

/// A report store for tests of what stands on it. Passes the same conformance suite as the real
/// ones.
package actor InMemoryReportStore: ReportStore {
  private struct CreateName: Hashable {
    var domainID: ExactText
    var isOfCall: Bool
    var name: ExactText
  }

  private struct Row {
    var report: Report
    var timeline: [ReportEvent]
    var manifest: [UInt8]?
  }

  private var rows: [String: Row] = [:]
  /// Creates by the names that they are known by.
  private var known: [CreateName: [(digest: String, reportID: String)]] = [:]
  /// The newest run of each digest that others may join.
  private var joinable: [CreateName: String] = [:]
  /// When each domain was served last, counted in claims.
  private var served: [ExactText: Int] = [:]
  private var claims = 0
  /// Of domains, as far as somebody has said them.
  private var states: [ExactText: DomainState] = [:]
  private var audit: [(event: AuditEvent, number: Int64, revision: Int64)] = []
  private var waiting: [(at: Instant, message: OutboxMessage)] = []
  private var lastMessage: Int64 = 0
  private var dropped: Int64 = 0
  private var untold: Int64 = 0
  private var outboxLease: Lease?
  private var isClosed = false
  private var faults: [Fault: [StoreError]] = [:]
  private var isCancelingClaims = false
  private let clock: any EngineClock
  private let limits: StoreLimits
  private let outbox: OutboxRules?
  private let tellsOfChanges: Bool
  private let foreign: [Storage]
  private var watchers: [AsyncStream<Void>.Continuation] = []

  /// A call that can be made to fail.
  package enum Fault: Hashable, Sendable {
    case heartbeat, finish, record, waitingMessages, removeMessages
    /// What was to be written is written; only the answer gets lost.
    case finishAnswer
  }

  /// - Parameters:
  ///   - limits: of them those of queries in time have no effect here, where nothing takes any.
  ///   - outbox: which lines of the audit wait for another system; nil: none.
  ///   - clock: measures the leases.
  ///   - storages: those that the store has beside the built-in one.
  ///   - tellsOfChanges: whether it has `changes`.
  package init(
    limits: StoreLimits = StoreLimits(), outbox: OutboxRules? = nil,
    clock: any EngineClock = FakeClock(), storages: [Storage] = [], tellsOfChanges: Bool = false
  ) {
    self.limits = limits
    self.outbox = outbox
    self.tellsOfChanges = tellsOfChanges
    self.clock = clock
    foreign = storages
  }

  /// The next calls of one kind throw these, one each.
  package func fail(_ fault: Fault, with errors: [StoreError]) {
    faults[fault] = errors
  }

  /// From now on a user asks for the end of each report that is claimed, before its worker knows.
  package func cancelClaims() {
    isCancelingClaims = true
  }

  private func checkOpen() throws {
    if isClosed { throw StoreError(.closed, "The store is closed.") }
  }

  private func check(_ fault: Fault) throws {
    try checkOpen()
    if faults[fault]?.isEmpty == false, let error = faults[fault]?.removeFirst() { throw error }
  }

  package func create(
    _ report: Report, idempotency: IdempotencyKey?, audit: AuditEvent?
  ) async throws -> CreateOutcome {
    try checkOpen()
    try report.checkTexts()
    if let idempotency {
      let earlier = outcome(of: idempotency, domainID: report.domainID, at: report.createdAt)
      if let earlier { return earlier }
    }
    guard rows[report.reportID] == nil else {
      throw StoreError(.corrupt, "The id \(report.reportID) is taken.")
    }
    guard state(of: report.domainID) == .enabled else { return .domainDisabled }
    try limits.checkRoom(beside: kept(by: report.domainID))
    rows[report.reportID] = Row(
      report: report, timeline: [ReportLifecycle.creation(of: report)])
    if let idempotency {
      if idempotency.kind == .run {
        let name = CreateName(
          domainID: ExactText(report.domainID), isOfCall: false,
          name: ExactText(idempotency.digest))
        joinable[name] = report.reportID
      }
      for name in names(of: idempotency, in: report.domainID) {
        known[name, default: []].append((idempotency.digest, report.reportID))
      }
    }
    keep(audit, of: report)
    for watcher in watchers { watcher.yield() }
    return .created(report)
  }

  private func kept(by domainID: String) -> KeptAmount {
    let own = rows.values.filter { $0.report.domainID.isExactly(domainID) }
    let all = own.map(\.report)
    return KeptAmount(
      waiting: all.count { $0.state == .created }, reports: all.count,
      bytes: all.reduce(own.reduce(0) { $0 + Int64($1.manifest?.count ?? 0) }) { sum, report in
        let options = CanonicalJSON.text(.object(report.templateOptions))?.utf8.count ?? 0
        return report.artifacts.reduce(sum + Int64(options)) { $0 + $1.bytes }
      })
  }

  package func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome? {
    try checkOpen()
    return outcome(of: key, domainID: domainID, at: now)
  }

  private func outcome(
    of key: IdempotencyKey, domainID: String, at now: Instant
  ) -> CreateOutcome? {
    if key.kind == .run { return running(key.digest, domainID).map { .existing($0) } }
    for name in names(of: key, in: domainID) {
      for (digest, reportID) in known[name] ?? [] {
        guard let report = rows[reportID]?.report else { continue }
        if !name.isOfCall { return digest == key.digest ? .existing(report) : .conflict }
        let isRecent = abs(report.createdAt.duration(to: now)) <= IdempotencyKey.callWindow
        if isRecent, digest == key.digest { return .existing(report) }
      }
    }
    return nil
  }

  private func running(_ digest: String, _ domainID: String) -> Report? {
    joinable[CreateName(domainID: ExactText(domainID), isOfCall: false, name: ExactText(digest))]
      .flatMap { rows[$0]?.report }
      .flatMap { $0.state.isTerminal || $0.isCancelRequested ? nil : $0 }
  }

  private func names(of key: IdempotencyKey, in domainID: String) -> [CreateName] {
    let (isOfCall, names) =
      switch key.kind {
      case .run: (false, [String]())
      case .create(let name): (false, [name])
      case .call(let names): (true, names)
      }
    return names.map {
      CreateName(domainID: ExactText(domainID), isOfCall: isOfCall, name: ExactText($0))
    }
  }

  private func abs(_ duration: Duration) -> Duration { max(duration, .zero - duration) }

  package func report(_ reportID: String, in domainID: String) async throws -> Report? {
    try checkOpen()
    guard let report = rows[reportID]?.report, report.domainID.isExactly(domainID) else {
      return nil
    }
    return report
  }

  package func visitReports(
    _ query: ListQuery, _ visitor: some ListVisitor<ReportView>
  ) async throws -> ListSize {
    try checkOpen()
    return try show(query, of: rows.values.map(\.report), visitor) { report in
      let storage = storages.first { storage in
        storage.storageID.isExactly(report.storageID)
          && (storage.domainID.isEmpty || storage.domainID.isExactly(report.domainID))
      }
      return ReportView(report: report, storage: query.reads("storage_info") ? storage : nil)
    }
  }

  private func show<Entity: FieldValued & Hashable & Sendable, Visitor: ListVisitor>(
    _ query: ListQuery, of all: [Entity], _ visitor: Visitor, _ shown: (Entity) -> Visitor.Entity
  ) throws -> ListSize {
    let page: ListPage<Entity>
    do throws(QueryBudget.End) {
      page = try query.page(of: all, spending: QueryBudget(stepsMax: limits.queryStepsMax))
    } catch {
      throw StoreError(.exhausted, "The query takes too many steps.")
    }
    let size = ListSize(pageCount: page.entities.count, totalCount: page.totalCount)
    guard visitor.begin(size) else { return size }
    for entity in page.entities where !visitor.visit(shown(entity)) { break }
    return size
  }

  package func timeline(of key: ReportKey) async throws -> [ReportEvent] {
    try checkOpen()
    return row(key)?.timeline ?? []
  }

  private func row(_ key: ReportKey) -> Row? {
    rows[key.reportID.text].flatMap { $0.report.domainID.exact == key.domainID ? $0 : nil }
  }

  package func claimNext(
    worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int
  ) async throws -> Report? {
    try checkOpen()
    var running: [ExactText: Int] = [:]
    for row in rows.values where row.report.state == .inProgress {
      running[ExactText(row.report.domainID), default: 0] += 1
    }
    let next = rows.values.map(\.report)
      .filter {
        $0.state == .created && running[ExactText($0.domainID), default: 0] < runningPerDomainMax
      }
      .min { turn(of: $0, running) < turn(of: $1, running) }
    guard let next else { return nil }
    claims += 1
    served[ExactText(next.domainID)] = claims
    let event = ReportLifecycle.Event.claim(
      worker: worker, leaseFor: leaseFor, from: clock.leaseTime)
    let claimed = apply(event, to: next.reportID, at: now).changed
    if isCancelingClaims { _ = apply(.requestCancel, to: next.reportID, at: now) }
    return claimed
  }

  package func waiting(domainsMax: Int) async throws -> WaitingReports {
    try checkOpen()
    let waiting = rows.values.map(\.report).filter { $0.state == .created }
    let domains = Dictionary(grouping: waiting) { $0.domainID.exact }.values.map { reports in
      WaitingReports.Domain(
        domainID: reports[0].domainID, reports: reports.count,
        oldest: reports.map(\.createdAt).min() ?? FakeClock.at(0))
    }
    return WaitingReports(domains, of: waiting.count, domainsMax: domainsMax)
  }

  /// Who comes first: by running reports of the domain, last service of the domain, age, id.
  private func turn(of report: Report, _ running: [ExactText: Int]) -> (Int, Int, Instant, String) {
    let domainID = ExactText(report.domainID)
    return (
      running[domainID, default: 0], served[domainID, default: 0], report.createdAt, report.reportID
    )
  }

  package func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant,
    leaseFor: Duration
  ) async throws -> HeartbeatOutcome {
    try check(.heartbeat)
    let event = ReportLifecycle.Event.heartbeat(
      fencingToken: fencingToken, progress: progress, leaseFor: leaseFor, from: clock.leaseTime)
    guard let report = apply(event, to: reportID, at: now).changed else { return .lost }
    return report.isCancelRequested ? .cancelRequested : .held
  }

  package func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant,
    manifest: [UInt8]?
  ) async throws -> FinishOutcome {
    try check(.finish)
    let event = ReportLifecycle.Event.finish(fencingToken: fencingToken, ending)
    let decision = apply(event, to: reportID, at: now)
    if decision.changed != nil { rows[reportID]?.manifest = manifest }
    try check(.finishAnswer)
    guard decision != .lost, let report = rows[reportID]?.report else { return .lost }
    return .finished(report)
  }

  package func reports(
    withFileOf sha256: String, in domainID: String, countMax: Int
  ) async throws -> [Report] {
    try checkOpen()
    let found = rows.values.map(\.report).filter { report in
      report.domainID.isExactly(domainID)
        && report.artifacts.contains { $0.sha256.isExactly(sha256) }
    }
    return Array(found.sorted { $0.createdAt > $1.createdAt }.prefix(countMax))
  }

  package func manifest(of key: ReportKey) async throws -> [UInt8]? {
    try checkOpen()
    return rows[key.reportID.text].flatMap { $0.report.key == key ? $0.manifest : nil }
  }

  package func hasManifest(of key: ReportKey) async throws -> Bool {
    try await manifest(of: key) != nil
  }

  package func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant, audit: AuditEvent?
  ) async throws -> Report? {
    try checkOpen()
    guard rows[reportID]?.report.domainID.isExactly(domainID) == true else { return nil }
    keep(audit)
    _ = apply(.requestCancel, to: reportID, at: now)
    return rows[reportID]?.report
  }

  package func handBack(
    _ reportID: String, fencingToken: Int64, at now: Instant
  ) async throws {
    try checkOpen()
    _ = apply(.handBack(fencingToken: fencingToken), to: reportID, at: now)
  }

  package func rescue(
    _ lost: LostWorkers, at now: Instant, attemptsMax: Int, countMax: Int
  ) async throws -> [Report] {
    try checkOpen()
    var rescued: [Report] = []
    for (reportID, row) in rows.sorted(by: { $0.key < $1.key }) where rescued.count < countMax {
      let event: ReportLifecycle.Event
      switch lost {
      case .silent(let live):
        if live.contains(reportID) { continue }
        event = .rescue(attemptsMax: attemptsMax, at: clock.leaseTime)
      case .everyoneBut(let worker):
        if row.report.lease?.owner == worker { continue }
        event = .abandon(attemptsMax: attemptsMax)
      }
      if let report = apply(event, to: reportID, at: now).changed { rescued.append(report) }
    }
    return rescued
  }

  package func timeToNextLeaseEnd() async throws -> Duration? {
    try checkOpen()
    let now = clock.leaseTime
    return rows.values.compactMap(\.report.lease).map { lease in
      lease.isOver(at: now) ? .zero : now.instant.duration(to: lease.expiresAt.instant)
    }.min()
  }

  package func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant,
    audit: AuditEvent?
  ) async throws -> Report? {
    try checkOpen()
    guard let row = self.row(ReportKey(reportID: reportID, domainID: domainID)) else { return nil }
    keep(audit)
    write(ReportLifecycle.pin(row.report, isPinned, at: now), to: row)
    return rows[reportID]?.report
  }

  package func delete(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent?
  ) async throws -> [DeleteOutcome] {
    try checkOpen()
    let outcomes = keys.map { key -> DeleteOutcome in
      guard let report = self.row(key)?.report else { return .notFound }
      guard report.state != .inProgress else { return .running }
      guard !sparingPinned || !report.isPinned else { return .pinned }
      rows[report.reportID] = nil
      return .deleted(report)
    }
    let removed = outcomes.lazy.compactMap(\.removed).first
    if let removed { keep(audit, of: removed) }
    return outcomes
  }

  package func record(_ event: AuditEvent) async throws {
    try check(.record)
    keep(event)
  }

  /// - Parameter report: that it is about; nil: the one that it names.
  private func keep(_ event: AuditEvent?, of report: Report? = nil) {
    guard let event else { return }
    var revision: Int64 = 0
    if let index = audit.firstIndex(where: { $0.event.id == event.id }) {
      audit[index].event.code = event.code
      audit[index].event.reason = event.reason
      audit[index].event.bytes = event.bytes
      audit[index].event.isComplete = event.isComplete
      audit[index].event.leftOut = event.leftOut
      audit[index].revision += 1
      revision = audit[index].revision
    } else {
      audit.append((event, Int64((audit.last?.number ?? 0) + 1), 0))
    }
    guard let outbox, outbox.wants(event, revision: revision) else { return }
    guard Int64(waiting.count) + (untold > 0 ? 2 : 1) <= outbox.messagesMax else {
      dropped += 1
      untold += 1
      return
    }
    if untold > 0 { put(AuditMessage(gapOf: untold, total: dropped, before: event), event.at) }
    untold = 0
    let key = ReportKey(
      reportID: event.resourceID.text, domainID: event.domainID.text)
    put(
      AuditMessage(
        event, revision: revision,
        templateID: (report ?? row(key)?.report)?.templateID ?? ""), event.at)
  }

  private func put(_ message: AuditMessage, _ moment: Instant) {
    lastMessage += 1
    waiting.append((moment, OutboxMessage(number: lastMessage, message: message)))
  }

  package func holdOutbox(
    by owner: String, leaseFor: Duration, takingOver: Bool
  ) async throws -> Bool {
    try checkOpen()
    let now = clock.leaseTime
    if let outboxLease, outboxLease.owner != owner, !outboxLease.isOver(at: now), !takingOver {
      return false
    }
    outboxLease = Lease(
      owner: owner, fencingToken: 0, expiresAt: now.advanced(by: leaseFor), duration: leaseFor)
    return true
  }

  package func releaseOutbox(by owner: String) async throws {
    try checkOpen()
    if outboxLease?.owner == owner { outboxLease = nil }
  }

  package func waitingMessages(
    after number: Int64, countMax: Int
  ) async throws -> [OutboxMessage] {
    try check(.waitingMessages)
    return Array(waiting.map(\.message).filter { $0.number > number }.prefix(countMax))
  }

  package func removeMessages(_ numbers: [Int64]) async throws {
    try check(.removeMessages)
    let numbers = Set(numbers)
    waiting.removeAll { numbers.contains($0.message.number) }
  }

  package func outboxStatus() async throws -> OutboxStatus {
    try checkOpen()
    return OutboxStatus(
      waiting: Int64(waiting.count), oldestAt: waiting.first?.at, dropped: dropped)
  }

  package func events(_ query: AuditQuery) async throws -> AuditPage {
    try checkOpen()
    func place(
      _ line: (event: AuditEvent, number: Int64, revision: Int64)
    ) -> (Int64, Int64) {
      (line.event.at.nanosecondsSinceEpoch, line.number)
    }
    func fits<Value: Equatable>(_ wanted: Value?, _ value: Value) -> Bool {
      wanted == nil || wanted == value
    }
    let found = audit.filter { line in
      let event = line.event
      return fits(query.domainID, event.domainID) && fits(query.subject, event.subject)
        && fits(query.resourceID, event.resourceID) && fits(query.method, event.method)
        && (query.since.map { event.at >= $0 } ?? true)
        && (query.until.map { event.at < $0 } ?? true)
        && (query.cursor.map { place(line) < ($0.nanosecondsSinceEpoch, $0.number) } ?? true)
    }.sorted { place($0) > place($1) }
    let page = found.prefix(query.limit)
    let last = page.last.map(place).map {
      AuditCursor(nanosecondsSinceEpoch: $0.0, number: $0.1)
    }
    return AuditPage(
      events: page.map(\.event), next: found.count > page.count ? last : nil)
  }

  package func removeEvents(before moment: Instant, countMax: Int) async throws -> Int {
    try checkOpen()
    let old = audit.filter { $0.event.at < moment }.sorted { $0.event.at < $1.event.at }
      .prefix(countMax).map(\.number)
    audit.removeAll { old.contains($0.number) }
    return old.count
  }

  package func expired(
    by retention: Retention, at now: Instant, countMax: Int
  ) async throws -> [ReportKey] {
    try checkOpen()
    let due = rows.values.map(\.report).filter { report in
      guard let end = report.endedAt, !report.isPinned,
        let days = retention.days(templateID: report.templateID, domainID: report.domainID)
      else { return false }
      return end < Retention.end(ofDays: days, at: now)
    }
    return due.sorted { ($0.endedAt ?? now) < ($1.endedAt ?? now) }.prefix(countMax).map(\.key)
  }

  package func artifactsInUse(
    _ artifacts: [ArtifactReference]
  ) async throws -> Set<ArtifactReference> {
    try checkOpen()
    return Set(
      artifacts.filter { artifact in
        guard let report = rows[artifact.reportID]?.report else { return false }
        return report.state == .inProgress
          || report.artifacts.contains { $0.path == artifact.path }
      })
  }

  package func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    try checkOpen()
    return storages.first { storage in
      storage.storageID == storageID && ["", domainID].contains(storage.domainID)
    }
  }

  package func visitStorages(
    _ query: ListQuery, _ visitor: some ListVisitor<Storage>
  ) async throws -> ListSize {
    try checkOpen()
    return try show(query, of: storages, visitor) { $0 }
  }

  private var storages: [Storage] { [.local] + foreign }

  package func recentRuns(like report: Report, countMax: Int) async throws -> [RecentRun] {
    try checkOpen()
    let finished = rows.values.map(\.report).filter {
      $0.state == .finished && $0.domainID.isExactly(report.domainID)
        && $0.templateID.isExactly(report.templateID)
    }.sorted { ($0.endedAt ?? .earliest) > ($1.endedAt ?? .earliest) }
    return finished.prefix(countMax).map { other in
      RecentRun(
        rows: other.progress.rows, hasSameOptions: other.templateOptions == report.templateOptions)
    }
  }

  package func domainState(_ domainID: String) async throws -> DomainState {
    try checkOpen()
    return state(of: domainID)
  }

  private func state(of domainID: String) -> DomainState {
    states[domainID.exact] ?? limits.domainState
  }

  package func setDomainState(_ state: DomainState, of domainID: String) async throws {
    try checkOpen()
    states[domainID.exact] = state
  }

  package func visitDomains(
    _ query: ListQuery, among scope: DomainScope, _ visitor: some ListVisitor<Domain>
  ) async throws -> ListSize {
    try checkOpen()
    var ids: Set<ExactText>
    switch scope {
    case .only(let domainID): ids = [domainID.exact]
    case .known:
      ids = Set(states.keys)
      ids.formUnion(rows.values.map(\.report.domainID.exact))
      ids.formUnion(storages.map(\.domainID.exact))
      ids.remove("")
    }
    let domains = ids.map { Domain(domainID: $0.text, state: state(of: $0.text)) }
    return try show(query, of: domains, visitor) { $0 }
  }

  package nonisolated func changes() -> AsyncStream<Void>? {
    guard tellsOfChanges else { return nil }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    Task { await watch(continuation) }
    return stream
  }

  private func watch(_ continuation: AsyncStream<Void>.Continuation) {
    if isClosed { return continuation.finish() }
    watchers.append(continuation)
    // Whatever came before.
    continuation.yield()
  }

  package func close() async throws {
    isClosed = true
    for watcher in watchers { watcher.finish() }
  }

  private func apply(
    _ event: ReportLifecycle.Event, to reportID: String, at now: Instant
  ) -> ReportLifecycle.Decision {
    guard let row = rows[reportID] else { return .lost }
    let decision = ReportLifecycle.decide(row.report, on: event, at: now)
    write(decision, to: row)
    return decision
  }

  private func write(_ decision: ReportLifecycle.Decision, to row: Row) {
    guard case .change(let report, let line) = decision else { return }
    var row = row
    row.report = report
    if let line { row.timeline.append(line) }
    rows[report.reportID] = row
  }
}

extension ReportLifecycle.Decision {
  fileprivate var changed: Report? {
    if case .change(let report, _) = self { report } else { nil }
  }
}
