import ReportwireTestKit
import Synchronization
import Testing

@testable import ReportCore

@Suite("What use cases ask of a store", .timeLimit(.minutes(5)))
struct StoreCallsTests {
  private let store = TalliedStore()

  private var ports: UseCasePorts {
    var ports = UseCaseBench().ports
    ports.store = store
    return ports
  }

  private func caller() throws -> ReportCaller {
    try ReportCaller(domainID: "domain-a", limits: UseCaseLimits())
  }

  @Test("A cancel is one call")
  func cancel() async throws {
    let view = try await CancelReport(ports).run(store.kept.reportID, for: caller())
    #expect(view.report.reportID == store.kept.reportID)
    #expect(view.storage == .local)
    #expect(store.calls == ["requestCancel"])
  }

  @Test("A look at a report is one call: the built-in storage is known")
  func read() async throws {
    #expect(try await ReadReports(ports).one("r", for: caller()).storage == .local)
    #expect(store.calls == ["report"])
  }

  @Test("A create is one call, and one more before it where it may be a repetition")
  func create() async throws {
    let command = CreateReport.Command(templateID: "monthly-cost", name: "n")
    #expect(try await CreateReport(ports).run(command, for: caller()).storage == .local)
    #expect(store.calls == ["create"])
    var repeated = command
    repeated.repetition = .key("k")
    _ = try await CreateReport(ports).run(repeated, for: caller())
    #expect(store.calls == ["create", "outcome", "create"])
  }

  @Test("A list is one call")
  func list() async throws {
    let sort = ListQuery.Sort(
      field: FieldReference(path: ["created_at"], kind: .instant), isDescending: true)
    let shown = ListCollector<ReportView>()
    _ = try await ReadReports(ports).visit(
      .init(conditions: [], sort: sort), for: caller(), shown)
    #expect(shown.entities.map(\.storage) == [.local, .local])
    #expect(store.calls == ["visitReports"])
  }
}

/// Writes down what it is asked; has one report, and does no more than the tests above need.
private final class TalliedStore: ReportStore {
  let kept = TestReports.report(1)
  private let tally = Mutex<[String]>([])

  var calls: [String] { tally.withLock { $0 } }

  private func note(_ call: String = #function) {
    tally.withLock { $0.append(String(call.prefix { $0 != "(" })) }
  }

  private func refuse(_ call: String = #function) -> StoreError {
    note(call)
    return StoreError(.unsupported, "nobody needs \(call)")
  }

  func create(
    _ report: Report, idempotency: IdempotencyKey?, audit: AuditEvent?
  ) async throws -> CreateOutcome {
    note()
    return .created(report)
  }

  func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome? {
    note()
    return nil
  }

  func report(_ reportID: String, in domainID: String) async throws -> Report? {
    note()
    return kept
  }

  func visitReports(
    _ query: ListQuery, _ visitor: some ListVisitor<ReportView>
  ) async throws -> ListSize {
    note()
    let size = ListSize(pageCount: 2, totalCount: 2)
    guard visitor.begin(size) else { return size }
    for _ in 0..<2 { _ = visitor.visit(ReportView(report: kept, storage: .local)) }
    return size
  }

  func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant, audit: AuditEvent?
  ) async throws -> Report? {
    note()
    return kept
  }

  func timeline(of key: ReportKey) async throws -> [ReportEvent] { throw refuse() }

  func claimNext(
    worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int
  ) async throws -> Report? { throw refuse() }

  func waiting(domainsMax: Int) async throws -> WaitingReports { throw refuse() }

  func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant,
    leaseFor: Duration
  ) async throws -> HeartbeatOutcome { throw refuse() }

  func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant,
    manifest: [UInt8]?
  ) async throws -> FinishOutcome { throw refuse() }

  func reports(
    withFileOf sha256: String, in domainID: String, countMax: Int
  ) async throws -> [Report] { throw refuse() }

  func manifest(of key: ReportKey) async throws -> [UInt8]? { throw refuse() }

  func hasManifest(of key: ReportKey) async throws -> Bool { throw refuse() }

  func handBack(_ reportID: String, fencingToken: Int64, at now: Instant) async throws {
    throw refuse()
  }

  func rescue(
    _ lost: LostWorkers, at now: Instant, attemptsMax: Int, countMax: Int
  ) async throws -> [Report] { throw refuse() }

  func timeToNextLeaseEnd() async throws -> Duration? { throw refuse() }

  func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant,
    audit: AuditEvent?
  ) async throws -> Report? { throw refuse() }

  func delete(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent?
  ) async throws -> [DeleteOutcome] { throw refuse() }

  func record(_ event: AuditEvent) async throws { throw refuse() }

  func events(_ query: AuditQuery) async throws -> AuditPage { throw refuse() }

  func removeEvents(before moment: Instant, countMax: Int) async throws -> Int { throw refuse() }

  func holdOutbox(
    by owner: String, leaseFor: Duration, takingOver: Bool
  ) async throws -> Bool { throw refuse() }

  func releaseOutbox(by owner: String) async throws { throw refuse() }

  func waitingMessages(
    after number: Int64, countMax: Int
  ) async throws -> [OutboxMessage] { throw refuse() }

  func removeMessages(_ numbers: [Int64]) async throws { throw refuse() }

  func outboxStatus() async throws -> OutboxStatus { throw refuse() }

  func expired(
    by retention: Retention, at now: Instant, countMax: Int
  ) async throws -> [ReportKey] { throw refuse() }

  func artifactsInUse(
    _ artifacts: [ArtifactReference]
  ) async throws -> Set<ArtifactReference> { throw refuse() }

  func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    throw refuse()
  }

  func visitStorages(
    _ query: ListQuery, _ visitor: some ListVisitor<Storage>
  ) async throws -> ListSize { throw refuse() }

  func recentRuns(like report: Report, countMax: Int) async throws -> [RecentRun] {
    note()
    return []
  }

  func domainState(_ domainID: String) async throws -> DomainState {
    note()
    return .enabled
  }

  func setDomainState(_ state: DomainState, of domainID: String) async throws { throw refuse() }

  func visitDomains(
    _ query: ListQuery, among scope: DomainScope, _ visitor: some ListVisitor<Domain>
  ) async throws -> ListSize { throw refuse() }

  func close() async throws { throw refuse() }
}
