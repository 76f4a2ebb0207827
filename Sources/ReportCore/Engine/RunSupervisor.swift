internal import Logging
internal import Texts

/// Takes a claimed report to its end: looks up what its run needs, keeps its lease and watches its
/// time while it runs, and writes down what came of it.
struct RunSupervisor: Sendable {
  let configuration: EngineConfiguration
  let store: any ReportStore
  let artifacts: ArtifactStoreMap
  let catalog: any TemplateCatalog
  let renderers: [ReportFormat: any Renderer]
  let clock: any EngineClock
  let ids: any IDSource
  /// nil: reports have no manifests.
  let manifests: ManifestMaker?
  let vault: PasswordVault
  let hub: UpdateHub
  let observer: any RunObserver
  let logger: Logger

  /// Runs a claimed report and writes down what came of it.
  func attempt(_ control: RunControl) async {
    await observer.attempt(at: control.report) { await run(control) }
  }

  private func run(_ control: RunControl) async -> RunEnding {
    let started = clock.monotonic
    var metadata: Logger.Metadata = [
      "report": "\(control.report.reportID)", "domain": "\(control.report.domainID)",
      "template": "\(control.report.templateID)", "attempt": "\(control.report.attempts)",
    ]
    if let trace = control.report.trace { metadata["trace_id"] = "\(trace.traceID)" }
    logger.debug("run started", metadata: metadata)
    let outcome = await supervise(control)
    let ended = await conclude(control, outcome)
    if ended?.state.isTerminal == true { vault.forget(control.report.reportID) }
    let progress = control.progress
    metadata["rows"] = "\(progress.rows)"
    metadata["bytes"] = "\(progress.bytes)"
    if progress.textsReplaced > 0 { metadata["texts_replaced"] = "\(progress.textsReplaced)" }
    let duration = started.duration(to: clock.monotonic)
    metadata["milliseconds"] = "\(duration.milliseconds)"
    metadata["state"] = "\(ended?.state.rawValue ?? "LOST")"
    if let failure = ended?.failure {
      metadata["code"] = "\(failure.code)"
      metadata["error"] = "\(failure.message)"
    }
    logger.info("run ended", metadata: metadata)
    return RunEnding(state: ended?.state, progress: progress, duration: duration)
  }

  /// Runs the report on a thread, with a heartbeat, a time limit and progress beside it.
  private func supervise(_ control: RunControl) async -> ReportRun.Outcome {
    let run: ReportRun
    do throws(ReportFailure) {
      run = try await prepare(control)
    } catch {
      return .failed(error)
    }
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await beat(control) }
      group.addTask { await limitTime(run) }
      group.addTask { await publishProgress(of: control) }
      let outcome = await WorkerThread.run { run.execute() }
      group.cancelAll()
      return outcome ?? .failed(.noThread)
    }
  }

  /// Everything a run needs, looked up now.
  private func prepare(_ control: RunControl) async throws(ReportFailure) -> ReportRun {
    let report = control.report
    guard var template = catalog.template(report.templateID) else {
      throw .noTemplate(report.templateID)
    }
    template = await catalog.rechecked(template)
    if let fault = template.fault { throw .unusable(fault) }
    guard let source = catalog.source(template.source) else { throw .noSource(template.source) }
    for format in report.formats {
      guard let renderer = renderers[format] else { throw .noRenderer(format) }
      let problems = renderer.adapted(to: template).problems
      if let problem = problems.first { throw .formatOption(problem) }
    }
    let passwords = vault.passwords(of: report.reportID)
    let locked = FilePasswords.formats(lockedBy: report.templateOptions)
    guard locked.allSatisfy({ passwords[$0] != nil }) else { throw .passwordGone }
    let parameters: TemplateParameters
    let chosen: [any Renderer]
    do throws(OptionError) {
      parameters = try TemplateParameters.resolve(
        template, options: report.templateOptions, domainID: report.domainID,
        formats: Array(renderers.keys))
      chosen = try TemplateParameters.renderers(
        of: report.formats, template, options: report.templateOptions,
        known: Array(renderers.values), passwords: passwords)
    } catch {
      throw .options(error)
    }
    let artifacts = try artifacts.store(of: report.storageID)
    return ReportRun(
      control: control, template: template, source: source, parameters: parameters,
      search: template.search.flatMap(catalog.search), renderers: chosen, artifacts: artifacts,
      flushBytes: configuration.flushBytes,
      budget: template.limits.budget(
        cellBytesMax: configuration.cellBytesMax, runBytesMax: configuration.runBytesMax))
  }

  /// Keeps the lease until the run has ended, and stops the run if it cannot.
  private func beat(_ control: RunControl) async {
    let leaseFor = Duration.seconds(configuration.leaseSeconds)
    // A cancel between the claim and here found nobody to tell.
    let report = control.report
    if let now = try? await store.report(report.reportID, in: report.domainID),
      now.isCancelRequested
    {
      control.stop(.canceled)
    }
    var next = clock.monotonic.advanced(by: .seconds(configuration.heartbeatSeconds))
    while true {
      do { try await clock.sleep(until: next) } catch { return }
      next = clock.monotonic.advanced(by: .seconds(configuration.heartbeatSeconds))
      let outcome = await persist(control, "heartbeat") { store, now in
        // Before the store gives it, so that this engine never believes in it for longer.
        let asked = clock.monotonic
        let outcome = try await store.heartbeat(
          control.report.reportID, fencingToken: control.fencingToken,
          progress: control.progress, at: now, leaseFor: leaseFor)
        if outcome != .lost { control.extendLease(to: asked.advanced(by: leaseFor)) }
        return outcome
      }
      guard !Task.isCancelled else { return }
      switch outcome {
      case .held: break
      case .cancelRequested: control.stop(.canceled)
      case .lost, nil: return control.stop(.lost)
      }
    }
  }

  private func limitTime(_ run: ReportRun) async {
    let end = run.control.claimedAt.advanced(by: .seconds(run.template.limits.secondsMax))
    do { try await clock.sleep(until: end) } catch { return }
    run.control.stop(.timedOut)
  }

  private func publishProgress(of control: RunControl) async {
    let interval = Duration.milliseconds(configuration.watchMilliseconds)
    await clock.repeating(after: interval) {
      if hub.isWatched(control.report.reportID) { hub.publish(control.snapshot) }
    }
  }

  // MARK: How attempts end

  /// Writes down what came of an attempt.
  ///
  /// - Returns: the report as it is now; nil if it is not this worker's any more, or the store
  ///   cannot be reached.
  private func conclude(_ control: RunControl, _ outcome: ReportRun.Outcome) async -> Report? {
    let progress = control.progress
    switch (outcome, control.stop) {
    case (.rendered(let files, _), .lost):
      remove(files, of: control.report)
      return nil
    case (.failed, .lost):
      return nil
    case (.rendered(let files, let facts), _):
      // Also if it was stopped meanwhile: it was quicker.
      return await finish(control, files, facts, progress)
    case (.failed, .canceled):
      return await finish(control, .canceled(.canceledByUser, progress))
    case (.failed, .timedOut):
      let limits = catalog.template(control.report.templateID)?.limits ?? TemplateLimits()
      return await finish(control, .timeout(ReportFailureInfo(.timeout(limits)), progress))
    case (.failed, .handedBack):
      await handBack(control)
      return nil
    case (.failed(let failure), nil):
      return await finish(control, .failure(shown(failure, control), progress))
    }
  }

  /// Ends a report whose files are in place.
  private func finish(
    _ control: RunControl, _ files: [Artifact], _ facts: RunFacts, _ progress: Progress
  ) async -> Report? {
    let now = clock.now
    let manifest: [UInt8]?
    do throws(ReportFailure) {
      manifest = try manifests?.manifest(of: control.report, facts, files, progress, at: now)
    } catch {
      remove(files, of: control.report)
      return await finish(control, .failure(shown(error, control), progress))
    }
    return await finish(control, .finished(files, progress), files, manifest, at: now)
  }

  /// Asks the store to end the report, with its files in place.
  ///
  /// - Parameter end: when it ended, as the manifest has it; nil: when the store is asked.
  private func finish(
    _ control: RunControl, _ ending: ReportEnding, _ files: [Artifact] = [],
    _ manifest: [UInt8]? = nil, at end: Instant? = nil
  ) async -> Report? {
    let outcome = await persist(control, "finish") { store, now in
      try await store.finish(
        control.report.reportID, fencingToken: control.fencingToken, with: ending, at: end ?? now,
        manifest: manifest)
    }
    switch outcome {
    case .finished(let report):
      hub.publish(report)
      return report
    case .lost:
      remove(files, of: control.report)
      return nil
    case nil:
      // Whether the store wrote it is not known, so the files stay; the sweep will see.
      return nil
    }
  }

  private func handBack(_ control: RunControl) async {
    _ = await persist(control, "hand back") { store, now in
      try await store.handBack(
        control.report.reportID, fencingToken: control.fencingToken, at: now)
    }
  }

  private func remove(_ files: [Artifact], of report: Report) {
    for file in files { try? artifacts.store(of: report.storageID).remove(file.path) }
  }

  /// Calls the store until it answers, with growing pauses, as long as the lease lasts.
  ///
  /// - Returns: nil if it never did, or the task was cancelled.
  private func persist<Result>(
    _ control: RunControl, _ what: String,
    _ call: (any ReportStore, Instant) async throws -> Result
  ) async -> Result? {
    var pause = Duration.milliseconds(100)
    while true {
      do {
        return try await call(store, clock.now)
      } catch {
        guard !Task.isCancelled else { return nil }
        logger.error(
          "the store does not answer",
          metadata: [
            "call": "\(what)", "report": "\(control.report.reportID)", "error": "\(error)",
          ])
        if (error as? StoreError)?.code == .closed { return nil }
      }
      let next = clock.monotonic.advanced(by: pause)
      guard next < control.leaseEnd else { return nil }
      do { try await clock.sleep(until: next) } catch { return nil }
      pause = min(pause * 2, .seconds(2))
    }
  }

  /// A failure as its reader sees it: what nobody foresaw is told to the log, under a name.
  private func shown(_ failure: ReportFailure, _ control: RunControl) -> ReportFailureInfo {
    // An interruption that nobody asked for is as unforeseen.
    guard failure.code == .internal || failure.code == .canceledByUser else {
      if let cause = failure.cause {
        logger.info(
          "run failed",
          metadata: ["report": "\(control.report.reportID)", "cause": "\(cause)"])
      }
      return ReportFailureInfo(failure)
    }
    let incident = ids.next("incident-")
    logger.error(
      "run failed inside the server",
      metadata: [
        "incident": "\(incident)", "report": "\(control.report.reportID)",
        "error": "\(failure.message)", "cause": "\(failure.cause.map { "\($0)" } ?? "")",
      ])
    return ReportFailureInfo(
      code: .internal, message: "Something went wrong inside the server (\(incident)).")
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
