import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportService
import ReportwireTestKit
import SQLiteStore
import Synchronization

/// The services over a real store in memory, or one that a test brings, called through a router; the
/// engine is a recorder, so that a test decides what becomes of a report.
struct ServiceHarness {
  let store: any ReportStore
  let engine = RecordingEngine()
  let clock = FakeClock()
  let cache: EncodedReportCache
  let patience = Patience()
  let catalog = Catalog([Self.template, Self.disabled])
  let channel: InProcessChannel
  private let router: Router

  static let template = Template(
    templateID: "template-00000000000a", name: "monthly-cost", title: "Monthly cost",
    source: "costs", isShared: false,
    sql: "SELECT * FROM costs WHERE domain_id = :domain_id AND region = :region",
    parameters: [
      TemplateParameter(name: "region", kind: .string, isRequired: true),
      TemplateParameter(name: "top", kind: .integer, defaultValue: .number(10)),
    ],
    columns: [TemplateColumn(name: "region", title: "Region")], formats: [.csv])
  static let disabled = Template(
    templateID: "template-00000000000b", name: "old", title: "Old", isEnabled: false,
    source: "costs", isShared: true, sql: "SELECT 1", formats: [.json])

  init(
    store: (any ReportStore)? = nil, limits: UseCaseLimits = UseCaseLimits(),
    queries: QueryLimits = QueryLimits(), cache: EncodedReportCache = EncodedReportCache(),
    answerBytesMax: Int = 4_194_288, metadataBytesMax: Int = 16_384,
    retention: @escaping @Sendable () -> Retention = { Retention() }
  ) throws {
    let store: any ReportStore = try store ?? SQLiteStore()
    self.store = store
    self.cache = cache
    var router = Router(metadataBytesMax: metadataBytesMax)
    let ports = UseCasePorts(
      store: store, catalog: catalog, engine: engine,
      renderers: [LineRenderer(.csv), LineRenderer(.json)],
      downloadURL: { report, artifact, _ in "test:\(report.reportID)/\(artifact.format.rawValue)" },
      digest: { bytes in bytes.map { String($0) }.joined(separator: ".") }, clock: clock,
      ids: SequentialIDs(), limits: limits,
      remove: { keys, audit in
        let outcomes = try await store.delete(keys, sparingPinned: false, audit: audit)
        for key in keys {
          cache.remove(domainID: key.domainID.text, reportID: key.reportID.text)
        }
        return outcomes
      }, retention: retention,
      sleep: { [patience] in try await patience.sleep($0) })
    ReportServices(
      ReportServiceEnvironment(ports: ports, cache: cache, queries: queries, version: "1.2.3")
    ).register(into: &router)
    self.router = router
    channel = InProcessChannel(router, answerBytesMax: answerBytesMax)
  }

  /// What somebody calls through of whom more is known.
  func channel(as caller: Caller) -> InProcessChannel {
    InProcessChannel(router, caller: caller)
  }

  /// Calls a method.
  func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, _ metadata: Metadata = Metadata()
  ) async throws(RPCError) -> Output {
    try await channel.call(method, request, options: CallOptions(metadata: metadata))
  }

  /// What a request by REST is answered with where nobody has to wait for that; nil: somebody has.
  func json<Input, Output>(
    _ method: Method<Input, Output>, _ request: JSONRequest
  ) throws -> String? {
    let descriptor = method.descriptor
    let entry = try router.entry(service: descriptor.service, method: descriptor.name)
    var writer = BinaryWriter()
    let context = CallContext(peer: "p", transport: "http")
    guard case .answered = try entry.start(.json(request), context, into: &writer) else {
      return nil
    }
    return String(decoding: writer.take(), as: UTF8.self)
  }

  /// Creates a report through the API.
  @discardableResult
  func create(
    _ name: String = "costs", domain: String = "domain-a", region: String = "eu",
    _ metadata: Metadata = Metadata()
  ) async throws -> ReportInfo {
    // Each a second later than the one before, so that the default order is known.
    clock.advance(by: .seconds(1))
    return try await call(
      ReportMethods.create,
      CreateReportRequest(
        domainID: domain, templateID: Self.template.templateID, name: name,
        templateOptions: ["region": .string(region)]), metadata)
  }

  /// Starts the next report, as a worker would.
  func claimNext() async throws -> Report {
    let claimed = try await store.claimNext(
      worker: "w", at: clock.now, leaseFor: .seconds(30), runningPerDomainMax: 100)
    guard let claimed else { throw NothingToRun() }
    return claimed
  }

  /// Runs the next report to its end, as a worker would.
  func finishNext(with formats: [ReportFormat] = [.csv]) async throws -> Report {
    try await finish(claimNext(), with: formats)
  }

  /// Runs a report that was claimed to its end.
  func finish(_ claimed: Report, with formats: [ReportFormat] = [.csv]) async throws -> Report {
    guard let lease = claimed.lease else { throw NothingToRun() }
    let artifacts = formats.map { format in
      Artifact(
        format: format, path: "\(claimed.domainID)/\(claimed.reportID)/1.\(format.rawValue)",
        bytes: 10, rows: 2, sha256: String(repeating: "ab", count: 32), mediaType: "text/plain")
    }
    let outcome = try await store.finish(
      claimed.reportID, fencingToken: lease.fencingToken,
      with: .finished(artifacts, Progress(rows: 2, bytes: 10, textsReplaced: 4)), at: clock.now)
    guard case .finished(let report) = outcome else { throw NothingToRun() }
    return report
  }

  struct NothingToRun: Error {}
}

/// Templates that a test may change, without sources.
final class Catalog: TemplateCatalog {
  private let all: Mutex<[Template]>

  init(_ templates: [Template]) {
    all = Mutex(templates)
  }

  var templates: [Template] { all.withLock { $0 } }

  func replace(with templates: [Template]) {
    all.withLock { $0 = templates }
  }

  func template(_ idOrName: String) -> Template? {
    templates.first { $0.templateID.isExactly(idOrName) || $0.name.isExactly(idOrName) }
  }

  /// What all templates read from.
  let source = ScriptedSource([])

  func source(_ name: String) -> (any DataSource)? { source }
}

/// Waits until a test says that the time is over, and writes down how long that was to be.
final class Patience: Sendable {
  private struct State {
    var asked: [Duration] = []
    var sleepers: [AsyncStream<Void>.Continuation] = []
    var isOver = false
  }

  private let state = Mutex(State())

  var asked: [Duration] { state.withLock(\.asked) }

  func sleep(_ duration: Duration) async throws {
    let (over, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { state in
      state.asked.append(duration)
      if state.isOver { continuation.finish() } else { state.sleepers.append(continuation) }
    }
    for await _ in over {}
    try Task.checkCancellation()
  }

  /// Ends every wait, also those to come.
  func end() {
    let sleepers = state.withLock { state in
      state.isOver = true
      return state.sleepers
    }
    for sleeper in sleepers { sleeper.finish() }
  }
}

/// Remembers what it was told and gives out the updates it was given.
final class RecordingEngine: ReportRunning {
  private struct State {
    var wakes = 0
    var cancels: [String] = []
    var updates: [Report] = []
    var isLive = false
    var watchers: [AsyncStream<Report>.Continuation] = []
  }

  private let state = Mutex(State())
  /// Somebody watches a report that may still change.
  let watched = Gate()
  /// Whoever watched went away.
  let left = Gate()

  var wakes: Int { state.withLock(\.wakes) }
  var cancels: [String] { state.withLock(\.cancels) }

  func setUpdates(_ updates: [Report]) {
    state.withLock { $0.updates = updates }
  }

  /// From now on updates come by `publish`, until a report has ended.
  func goLive() {
    state.withLock { $0.isLive = true }
  }

  func publish(_ report: Report) {
    for watcher in state.withLock(\.watchers) {
      watcher.yield(report)
      if report.state.isTerminal { watcher.finish() }
    }
  }

  /// Ends the updates, whatever became of their reports.
  func stop() {
    for watcher in state.withLock(\.watchers) { watcher.finish() }
  }

  func wake() {
    state.withLock { $0.wakes += 1 }
  }

  func cancelRequested(_ report: Report) {
    state.withLock { $0.cancels.append(report.reportID) }
  }

  func updates(of report: Report) -> AsyncStream<Report> {
    let (stream, continuation) = AsyncStream<Report>.makeStream()
    continuation.yield(report)
    let isLive = state.withLock { state in
      for update in state.updates { continuation.yield(update) }
      if state.isLive { state.watchers.append(continuation) }
      return state.isLive
    }
    if isLive {
      continuation.onTermination = { [left] _ in left.open() }
      watched.open()
    } else {
      continuation.finish()
    }
    return stream
  }
}
