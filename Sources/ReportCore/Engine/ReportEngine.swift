package import Logging
private import Synchronization

/// Runs the reports of a store: claims them, makes their files, keeps their leases, and takes over
/// what lost workers left.
///
/// Any number of engines may work on one store; the store's compare-and-set decides between them.
/// What happens to a report is told by `ReportLifecycle`; the engine only asks for it.
package final class ReportEngine: ReportRunning {
  let configuration: EngineConfiguration
  private let store: any ReportStore
  private let artifacts: ArtifactStoreMap
  private let clock: any EngineClock
  private let supervisor: RunSupervisor
  let remover: ReportRemover
  let retention: @Sendable () -> Retention
  private let logger: Logger
  /// The name its leases bear.
  package let worker: String
  let hub: UpdateHub
  private let vault: PasswordVault
  private let claimSignal = WakeSignal()
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
  ///   - observer: sees every attempt; nil: nobody does.
  ///   - manifests: makes a manifest of each report that is finished; nil: there is none.
  ///   - vault: has the passwords of the files.
  ///   - worker: unique among the engines on the store; by default made of `ids`.
  package init(
    configuration: EngineConfiguration = EngineConfiguration(), store: any ReportStore,
    artifacts: ArtifactStoreMap, catalog: any TemplateCatalog, renderers: [any Renderer],
    clock: any EngineClock = SystemClock(), ids: any IDSource = RandomIDs(),
    retention: @escaping @Sendable () -> Retention = { Retention() },
    onRemoval: @escaping @Sendable (ReportKey) -> Void = { _ in },
    observer: (any RunObserver)? = nil, manifests: ManifestMaker? = nil,
    vault: PasswordVault = PasswordVault(), worker: String? = nil, logger: Logger
  ) {
    self.configuration = configuration
    self.store = store
    self.artifacts = artifacts
    self.clock = clock
    self.worker = worker ?? ids.next("worker-")
    self.retention = retention
    self.vault = vault
    self.logger = logger
    remover = ReportRemover(
      store: store, artifacts: artifacts, logger: logger, onRemoval: onRemoval)
    let interval = Duration.milliseconds(configuration.watchMilliseconds)
    hub = UpdateHub { report, hub in
      await Self.poll(report, every: interval, store: store, clock: clock, hub: hub)
    }
    supervisor = RunSupervisor(
      configuration: configuration, store: store, artifacts: artifacts, catalog: catalog,
      renderers: Dictionary(renderers.map { ($0.format, $0) }) { first, _ in first },
      clock: clock, ids: ids, manifests: manifests, vault: vault, hub: hub,
      observer: observer ?? NoObserver(),
      logger: logger)
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

  private var isStopping: Bool { state.withLock(\.isStopping) }

  // MARK: ReportRunning

  package func wake() {
    claimSignal.wake()
  }

  package func cancelRequested(_ report: Report) {
    if report.isCancelRequested, report.state == .inProgress {
      control(of: report)?.stop(.canceled)
    }
    if report.state.isTerminal { vault.forget(report.reportID) }
    hub.publish(report)
  }

  /// Removes reports that do not run, with their files.
  ///
  /// - Parameter audit: is kept if one of them is removed.
  /// - Returns: what became of each, in the order of the keys.
  package func remove(
    _ keys: [ReportKey], audit: AuditEvent? = nil
  ) async throws -> [DeleteOutcome] {
    let outcomes = try await remover.remove(keys, sparingPinned: false, audit: audit)
    for (key, outcome) in zip(keys, outcomes) {
      guard case .deleted = outcome else { continue }
      vault.forget(key.reportID.text)
      hub.end(key.reportID.text)
    }
    return outcomes
  }

  package func newest(_ report: Report) -> Report {
    // A caller may have read it before it was claimed here.
    let local = state.withLock { state in
      state.running.values.map(\.control).filter { $0.report.reportID == report.reportID }
        .max { $0.fencingToken < $1.fencingToken }?.snapshot
    }
    guard let local, SnapshotOrder(report) < SnapshotOrder(local) else { return report }
    return local
  }

  package func updates(of report: Report) -> AsyncStream<Report> {
    hub.subscribe(newest(report))
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
  private var liveReportIDs: Set<String> {
    state.withLock { state in
      Set(state.running.values.filter { $0.control.stop != .lost }.map(\.control.report.reportID))
    }
  }

  /// Takes a slot for a claimed report and runs it.
  private func start(_ control: RunControl) {
    let key = RunKey(control.report)
    state.withLock { state in
      state.running[key] = Running(control: control)
      // Under the lock, so that the task cannot free its slot before it is written down.
      state.running[key]?.task = Task {
        await self.supervisor.attempt(control)
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

  // MARK: What goes on beside the runs

  /// Claims reports while there are free slots. Not ended by cancellation, which could tear a claim
  /// from the run it is for, but by `isStopping`.
  private func claimLoop() async {
    let changes = store.changes()
    let listener = Task { [claimSignal] in
      guard let changes else { return }
      for await _ in changes { claimSignal.wake() }
    }
    defer { listener.cancel() }
    while !isStopping {
      while !isStopping, hasFreeSlot, await claimOne() {}
      guard !isStopping else { return }
      let next = clock.monotonic.advanced(by: .milliseconds(configuration.pollMilliseconds))
      await claimSignal.wait(until: next, clock)
    }
  }

  /// - Returns: whether there may be more.
  private func claimOne() async -> Bool {
    let asked = clock.monotonic
    let leaseFor = Duration.seconds(configuration.leaseSeconds)
    do {
      let report = try await store.claimNext(
        worker: worker, at: clock.now, leaseFor: leaseFor,
        runningPerDomainMax: configuration.runningPerDomainMax)
      guard let report else { return false }
      hub.publish(report)
      start(RunControl(report, claimedAt: asked, leaseFor: leaseFor))
      return true
    } catch {
      logger.error("cannot claim a report", metadata: ["error": "\(error)"])
      return false
    }
  }

  /// Takes reports from lost workers: at the start from all that came before, if this is the only
  /// one, then from each as soon as its lease is over.
  private func rescueLoop() async {
    var isFirst = configuration.isOnlyWorker
    while !Task.isCancelled {
      let poll = Duration.milliseconds(configuration.pollMilliseconds)
      // A lease that begins while this sleeps is over no earlier than this.
      var pause = Duration.seconds(configuration.leaseSeconds)
      do {
        if isFirst { try await rescue(.everyoneBut(worker: worker)) }
        isFirst = false
        try await rescue(.silent(exceptFor: liveReportIDs))
        if let left = try await store.timeToNextLeaseEnd() {
          // What is over already is of a run here that was slow: its heartbeat is on its way.
          pause = min(pause, left > .zero ? left : poll)
        }
      } catch {
        guard !Task.isCancelled else { return }
        logger.error("cannot look for lost workers", metadata: ["error": "\(error)"])
        pause = poll
      }
      do { try await clock.sleep(until: clock.monotonic.advanced(by: pause)) } catch { return }
    }
  }

  private func rescue(_ lost: LostWorkers) async throws {
    while !Task.isCancelled {
      let rescued = try await store.rescue(
        lost, at: clock.now, attemptsMax: configuration.attemptsMax,
        countMax: configuration.rescuedAtOnceMax)
      guard !rescued.isEmpty else { return }
      for report in rescued {
        logger.warning(
          "worker lost",
          metadata: [
            "report": "\(report.reportID)", "domain": "\(report.domainID)",
            "state": "\(report.state.rawValue)", "attempts": "\(report.attempts)",
          ])
        if report.state.isTerminal { vault.forget(report.reportID) }
        hub.publish(report)
      }
      if rescued.contains(where: { $0.state == .created }) { claimSignal.wake() }
    }
  }

  /// Removes reports that are kept no longer, and artifacts that belong to no report, at the start and
  /// from time to time.
  private func keepLoop() async {
    while !Task.isCancelled {
      let next = clock.monotonic.advanced(by: .seconds(configuration.sweepSeconds))
      do {
        try await removeExpired()
        try await removeOldEvents()
        try await forgetPasswords()
        for files in artifacts.all {
          let removed = try await files.sweep { [store] in try await store.artifactsInUse($0) }
          for path in removed { logger.info("orphan removed", metadata: ["path": "\(path)"]) }
        }
      } catch {
        guard !Task.isCancelled else { return }
        logger.error("cannot tidy up", metadata: ["error": "\(error)"])
      }
      do { try await clock.sleep(until: next) } catch { return }
    }
  }

  /// In batches, so that other writes get their turn.
  private func removeExpired() async throws {
    let retention = retention()
    guard !retention.isEmpty else { return }
    var count = 0
    defer { if count > 0 { logger.info("reports removed", metadata: ["reports": "\(count)"]) } }
    while !Task.isCancelled {
      let keys = try await store.expired(
        by: retention, at: clock.now, countMax: configuration.removedAtOnceMax)
      let outcomes = try await remover.remove(keys, sparingPinned: true)
      let removed = outcomes.count { $0.removed != nil }
      count += removed
      // None also if somebody pinned them all just now: they are not found again.
      guard removed > 0 else { return }
    }
  }

  /// The audit's, likewise.
  private func removeOldEvents() async throws {
    guard configuration.auditKeepDays > 0 else { return }
    let end = Retention.end(ofDays: configuration.auditKeepDays, at: clock.now)
    let countMax = configuration.eventsRemovedAtOnceMax
    while !Task.isCancelled {
      let count = try await store.removeEvents(before: end, countMax: countMax)
      guard count >= countMax else { return }
    }
  }

  /// Those of reports that ended elsewhere, or never came to be.
  private func forgetPasswords() async throws {
    for key in vault.reports {
      let report = try await store.report(key.reportID.text, in: key.domainID.text)
      switch report?.state.isTerminal {
      case nil: vault.miss(key.reportID.text)
      case true?: vault.forget(key.reportID.text)
      case false?: break
      }
    }
  }

  /// Publishes what the store knows of a watched report until the task is cancelled. What runs here
  /// is published by its run, and newer than the store; the hub drops what is older.
  private static func poll(
    _ report: Report, every interval: Duration, store: any ReportStore, clock: any EngineClock,
    hub: UpdateHub
  ) async {
    while !Task.isCancelled {
      let next = clock.monotonic.advanced(by: interval)
      do {
        guard let now = try await store.report(report.reportID, in: report.domainID) else {
          return hub.end(report.reportID)
        }
        hub.publish(now)
      } catch let error as StoreError where error.code == .closed {
        return hub.end(report.reportID)
      } catch {
        // The store may be back at the next look.
      }
      do { try await clock.sleep(until: next) } catch { return }
    }
  }
}
