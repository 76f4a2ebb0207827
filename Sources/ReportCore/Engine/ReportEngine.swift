package import Logging
private import Synchronization

/// Runs the reports of a store: claims them, makes their files, keeps their leases, and takes over
/// what lost workers left.
///
/// Any number of engines may work on one store; the store's compare-and-set decides between them.
/// What happens to a report is told by `ReportLifecycle`; the engine only asks for it.
package final class ReportEngine: ReportRunning {
  let configuration: EngineConfiguration
  let store: any ReportStore
  let artifacts: ArtifactStoreMap
  let catalog: any TemplateCatalog
  let renderers: [ReportFormat: any Renderer]
  let clock: any EngineClock
  let ids: any IDSource
  let remover: ReportRemover
  let retention: @Sendable () -> Retention
  let logger: Logger
  /// The name its leases bear.
  package let worker: String
  let hub: UpdateHub
  let claimSignal = WakeSignal()
  private let state = Mutex(State())

  /// One attempt: an engine may have claimed a report again before its lost run has ended.
  private struct RunKey: Hashable {
    var reportID: String
    var fencingToken: Int64

    init(_ report: Report) {
      reportID = report.reportID
      fencingToken = report.lastFencingToken
    }
  }

  private struct Running {
    var control: RunControl
    var task: Task<Void, Never>?
  }

  private struct State {
    var isStopping = false
    var running: [RunKey: Running] = [:]
  }

  /// - Parameters:
  ///   - catalog: asked anew for each run, so what it has replaced counts from the next run on.
  ///   - retention: asked anew each time that it is looked which reports are kept no longer.
  ///   - onRemoval: told of each of those, when it is gone.
  ///   - worker: unique among the engines on the store; by default made of `ids`.
  package init(
    configuration: EngineConfiguration = EngineConfiguration(), store: any ReportStore,
    artifacts: ArtifactStoreMap, catalog: any TemplateCatalog, renderers: [any Renderer],
    clock: any EngineClock = SystemClock(), ids: any IDSource = RandomIDs(),
    retention: @escaping @Sendable () -> Retention = { Retention() },
    onRemoval: @escaping @Sendable (ReportKey) -> Void = { _ in }, worker: String? = nil,
    logger: Logger
  ) {
    self.configuration = configuration
    self.store = store
    self.artifacts = artifacts
    self.catalog = catalog
    self.renderers = Dictionary(renderers.map { ($0.format, $0) }) { first, _ in first }
    self.clock = clock
    self.ids = ids
    self.worker = worker ?? ids.next("worker-")
    self.retention = retention
    self.logger = logger
    remover = ReportRemover(
      store: store, artifacts: artifacts, logger: logger, onRemoval: onRemoval)
    let interval = Duration.milliseconds(configuration.watchMilliseconds)
    hub = UpdateHub { report, hub in
      await Self.poll(report, every: interval, store: store, clock: clock, hub: hub)
    }
  }

  /// Works until the task is cancelled; then claims no more, gives what runs `drainSeconds` to end,
  /// hands back the rest and returns. To be called once.
  package func run() async {
    logger.debug("engine started", metadata: ["worker": "\(worker)"])
    let claims = Task { await claimLoop() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.rescueLoop() }
      group.addTask { await self.keepLoop() }
      await group.waitForAll()
    }
    state.withLock { $0.isStopping = true }
    claimSignal.wake()
    await claims.value
    // In a task that is not cancelled, or its waits would not be any.
    await Task { await drain() }.value
    hub.close()
    logger.debug("engine stopped", metadata: ["worker": "\(worker)"])
  }

  var isStopping: Bool { state.withLock(\.isStopping) }

  // MARK: ReportRunning

  package func wake() {
    claimSignal.wake()
  }

  package func cancelRequested(_ report: Report) {
    if report.isCancelRequested, report.state == .inProgress {
      control(of: report)?.stop(.canceled)
    }
    hub.publish(report)
  }

  /// Removes reports that do not run, with their files.
  ///
  /// - Returns: what became of each, in the order of the keys.
  package func remove(_ keys: [ReportKey]) async throws -> [DeleteOutcome] {
    let outcomes = try await remover.remove(keys, sparingPinned: false)
    for (key, outcome) in zip(keys, outcomes) {
      if case .deleted = outcome { hub.end(key.reportID.text) }
    }
    return outcomes
  }

  package func updates(of report: Report) -> AsyncStream<Report> {
    // A caller may have read it before it was claimed here.
    let local = state.withLock { state in
      state.running.values.map(\.control).filter { $0.report.reportID == report.reportID }
        .max { $0.fencingToken < $1.fencingToken }?.snapshot
    }
    guard let local, SnapshotOrder(report) < SnapshotOrder(local) else {
      return hub.subscribe(report)
    }
    return hub.subscribe(local)
  }

  // MARK: Slots

  /// Attempts that have not ended, lost ones too: each holds a slot.
  var runCount: Int { state.withLock(\.running.count) }

  var hasFreeSlot: Bool { runCount < configuration.parallelRuns }

  /// The run of this very attempt, if it is here.
  func control(of report: Report) -> RunControl? {
    state.withLock { $0.running[RunKey(report)]?.control }
  }

  /// The reports whose runs here still count on their leases.
  var liveReportIDs: Set<String> {
    state.withLock { state in
      Set(state.running.values.filter { $0.control.stop != .lost }.map(\.control.report.reportID))
    }
  }

  /// Takes a slot for a claimed report and runs it.
  func start(_ control: RunControl) {
    let key = RunKey(control.report)
    state.withLock { state in
      state.running[key] = Running(control: control)
      // Under the lock, so that the task cannot free its slot before it is written down.
      state.running[key]?.task = Task {
        await self.attempt(control)
        _ = self.state.withLock { $0.running.removeValue(forKey: key) }
        self.claimSignal.wake()
      }
    }
  }

  private func drain() async {
    let runs = state.withLock { Array($0.running.values) }
    guard !runs.isEmpty else { return }
    let deadline = clock.monotonic.advanced(by: .seconds(configuration.drainSeconds))
    let alarm = Task {
      try await clock.sleep(until: deadline)
      logger.notice("handing running reports back", metadata: ["worker": "\(worker)"])
      for run in runs { run.control.stop(.handedBack) }
    }
    for run in runs { await run.task?.value }
    alarm.cancel()
  }
}
