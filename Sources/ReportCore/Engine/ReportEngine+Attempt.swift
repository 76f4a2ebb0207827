internal import Logging

/// One report, from its claim to its end.
extension ReportEngine {
  /// Runs a claimed report and writes down what came of it.
  func attempt(_ control: RunControl) async {
    let started = clock.monotonic
    var metadata: Logger.Metadata = [
      "report": "\(control.report.reportID)", "domain": "\(control.report.domainID)",
      "template": "\(control.report.templateID)", "attempt": "\(control.report.attempts)",
    ]
    logger.debug("run started", metadata: metadata)
    let outcome = await supervise(control)
    let ended = await conclude(control, outcome)
    let progress = control.progress
    metadata["rows"] = "\(progress.rows)"
    metadata["bytes"] = "\(progress.bytes)"
    if progress.textsReplaced > 0 { metadata["texts_replaced"] = "\(progress.textsReplaced)" }
    metadata["milliseconds"] = "\(started.duration(to: clock.monotonic).milliseconds)"
    metadata["state"] = "\(ended?.state.rawValue ?? "LOST")"
    if let failure = ended?.failure {
      metadata["code"] = "\(failure.code)"
      metadata["error"] = "\(failure.message)"
    }
    logger.info("run ended", metadata: metadata)
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
      group.addTask { await self.beat(control) }
      group.addTask { await self.limitTime(run) }
      group.addTask { await self.publishProgress(of: control) }
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
    var chosen: [any Renderer] = []
    for format in report.formats {
      guard let renderer = renderers[format] else { throw .noRenderer(format) }
      let adapted = renderer.adapted(to: template)
      if let problem = adapted.problems.first { throw .formatOption(problem) }
      chosen.append(adapted.renderer)
    }
    let parameters: TemplateParameters
    do throws(OptionError) {
      parameters = try TemplateParameters.resolve(
        template, options: report.templateOptions, domainID: report.domainID,
        formats: Array(renderers.keys))
    } catch {
      throw .options(error)
    }
    let artifacts = try artifacts.store(of: report.storageID)
    return ReportRun(
      control: control, template: template, source: source, bindings: parameters.bindings,
      renderers: chosen, artifacts: artifacts, flushBytes: configuration.flushBytes,
      budget: SourceBudget(
        cellBytesMax: Int(
          min(template.limits.cellBytesMax ?? .max, Int64(configuration.cellBytesMax))),
        runBytesMax: configuration.runBytesMax))
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
    while true {
      do { try await clock.sleep(until: clock.monotonic.advanced(by: interval)) } catch { return }
      if hub.isWatched(control.report.reportID) { hub.publish(control.snapshot) }
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
