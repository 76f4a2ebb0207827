internal import Logging

/// How attempts end.
extension ReportEngine {
  /// Writes down what came of an attempt.
  ///
  /// - Returns: the report as it is now; nil if it is not this worker's any more, or the store
  ///   cannot be reached.
  func conclude(_ control: RunControl, _ outcome: ReportRun.Outcome) async -> Report? {
    let progress = control.progress
    switch (outcome, control.stop) {
    case (.rendered(let files), .lost):
      remove(files, of: control.report)
      return nil
    case (.failed, .lost):
      return nil
    case (.rendered(let files), _):
      // Also if it was stopped meanwhile: it was quicker.
      return await finish(control, .finished(files, progress), files)
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

  /// Asks the store to end the report, with its files in place.
  private func finish(
    _ control: RunControl, _ ending: ReportEnding, _ files: [Artifact] = []
  ) async -> Report? {
    let outcome = await persist(control, "finish") { store, now in
      try await store.finish(
        control.report.reportID, fencingToken: control.fencingToken, with: ending, at: now)
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
  func persist<Result>(
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
