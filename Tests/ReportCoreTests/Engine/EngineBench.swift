import Logging
import ReportwireTestKit

@testable import ReportCore

/// An engine with everything around it in the test's hands.
struct EngineBench {
  let clock: FakeClock
  let store: InMemoryReportStore
  let artifacts: InMemoryArtifactStore
  let source: ScriptedSource
  let engine: ReportEngine
  let vault: PasswordVault

  init(
    _ steps: [ScriptedSource.Step] = [.rows(2)], configuration: EngineConfiguration = .init(),
    template: Template = EngineBench.template(),
    renderers: [any Renderer] = [LineRenderer(.csv), LineRenderer(.json)],
    artifacts: InMemoryArtifactStore = .init(), store: InMemoryReportStore? = nil,
    clock: FakeClock = .init(), worker: String = "worker-1", source: ScriptedSource? = nil,
    otherStores: [String: any ArtifactStore] = [:],
    retention: @escaping @Sendable () -> Retention = { Retention() },
    onRemoval: @escaping @Sendable (ReportKey) -> Void = { _ in },
    manifests: ManifestMaker? = nil, vault: PasswordVault = PasswordVault()
  ) {
    let source = source ?? ScriptedSource(steps)
    let store = store ?? InMemoryReportStore(clock: clock)
    self.clock = clock
    self.store = store
    self.artifacts = artifacts
    self.source = source
    self.vault = vault
    engine = ReportEngine(
      configuration: configuration, store: store,
      artifacts: ArtifactStoreMap(
        otherStores.merging([Storage.local.storageID: artifacts]) { first, _ in first }),
      catalog: FixedCatalog([template], sources: ["numbers": source]), renderers: renderers,
      clock: clock, ids: SequentialIDs(), retention: retention, onRemoval: onRemoval,
      manifests: manifests, vault: vault, worker: worker,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  static func template(
    parameters: [TemplateParameter] = [], columns: [TemplateColumn] = [],
    limits: TemplateLimits = .init(), source: String = "numbers"
  ) -> Template {
    Template(
      templateID: "template-000000000001", name: "numbers", title: "Numbers", source: source,
      isShared: false, sql: "SELECT number, text FROM numbers WHERE domain_id = :domain_id",
      parameters: parameters, columns: columns, formats: [.csv], limits: limits)
  }

  /// Creates a report and tells the engine.
  func create(
    _ number: Int = 1, in domainID: String = "domain-a", formats: [ReportFormat] = [.csv],
    options: OptionObject = [:]
  ) async throws -> Report {
    let report = TestReports.report(
      number, in: domainID, options: options, formats: formats, createdAt: clock.now)
    _ = try await store.create(report, idempotency: nil)
    engine.wake()
    return report
  }

  /// Runs the engine for the time of a test.
  func running<Result: Sendable>(
    _ body: @Sendable (EngineBench) async throws -> Result
  ) async throws -> Result {
    let task = Task { await engine.run() }
    do {
      let result = try await body(self)
      await stop(task)
      return result
    } catch {
      await stop(task)
      throw error
    }
  }

  /// Stops an engine whose runs may hang.
  func stop(_ task: Task<Void, Never>) async {
    let deadline = clock.monotonic.advanced(by: .seconds(engine.configuration.drainSeconds))
    task.cancel()
    source.openLatches()
    let alarm = Task {
      await clock.waitForSleeper(until: deadline)
      clock.advance(by: .seconds(engine.configuration.drainSeconds))
    }
    await task.value
    // Where nothing was to be drained, nobody sleeps until then but this.
    let sleeper = Task { try await clock.sleep(until: deadline) }
    await alarm.value
    sleeper.cancel()
  }

  /// The report once it has ended.
  func end(of report: Report) async -> Report? {
    var last: Report?
    for await update in engine.updates(of: report) { last = update }
    return last
  }

  /// Returns once every run has ended and its slot is free.
  func waitUntilNothingRuns() async {
    await waitUntil { engine.runCount == 0 }
  }

  /// Returns once something holds that no signal tells of; no later than the task is cancelled.
  func waitUntil(_ holds: () -> Bool) async {
    while !holds(), !Task.isCancelled { await Task.yield() }
  }

  /// The run of a report's present attempt here.
  func control(of report: Report) async throws -> RunControl? {
    try await stored(report).flatMap { engine.control(of: $0) }
  }

  func stored(_ report: Report) async throws -> Report? {
    try await store.report(report.reportID, in: report.domainID)
  }

  func kinds(of report: Report) async throws -> [ReportEvent.Kind] {
    try await store.timeline(of: report.key).map(\.kind)
  }

  /// The content of finished files, by the last part of their names.
  var texts: [String: String] {
    Dictionary(
      artifacts.files.map { path, bytes in
        (String(path.split(separator: "/").last ?? ""), String(decoding: bytes, as: UTF8.self))
      }, uniquingKeysWith: { first, _ in first })
  }
}
