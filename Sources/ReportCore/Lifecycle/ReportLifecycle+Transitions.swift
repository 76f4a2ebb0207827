/// What each event does to a report that it applies to.
extension ReportLifecycle {
  static func claim(
    _ report: Report, by worker: String, at now: Instant, leaseFor: Duration, from time: LeaseTime
  ) -> Decision {
    var report = report
    report.state = .inProgress
    report.startedAt = now
    report.attempts += 1
    report.lastFencingToken += 1
    report.progress = .none
    report.lease = Lease(
      owner: worker, fencingToken: report.lastFencingToken,
      expiresAt: time.advanced(by: leaseFor), duration: leaseFor)
    return .change(report, line(.claimed, of: report, at: now, worker: worker))
  }

  static func heartbeat(
    _ report: Report, _ lease: Lease, _ progress: Progress, leaseFor: Duration,
    from time: LeaseTime
  ) -> Decision {
    var report = report
    report.progress = progress
    let end = time.advanced(by: leaseFor)
    // Never back: a heartbeat must not shorten what was given before.
    if lease.isOver(at: time) || lease.expiresAt.instant < end.instant {
      report.lease?.expiresAt = end
      report.lease?.duration = leaseFor
    }
    return .change(report, nil)
  }

  static func handBack(_ report: Report, by worker: String, at now: Instant) -> Decision {
    guard !report.isCancelRequested else { return cancel(report, by: worker, at: now) }
    var waiting = waiting(report)
    waiting.attempts -= 1
    return .change(waiting, line(.handedBack, of: waiting, at: now, worker: worker))
  }

  static func requestCancel(_ report: Report, at now: Instant) -> Decision {
    switch report.state {
    case .created:
      var report = report
      report.isCancelRequested = true
      return cancel(report, by: "", at: now)
    case .inProgress:
      guard !report.isCancelRequested else { return .unchanged }
      var report = report
      report.isCancelRequested = true
      let worker = report.lease?.owner ?? ""
      return .change(report, line(.cancelRequested, of: report, at: now, worker: worker))
    case .failure, .timeout, .canceled, .finished:
      return .unchanged
    }
  }

  static func rescue(
    _ report: Report, from worker: String, at now: Instant, attemptsMax: Int
  ) -> Decision {
    guard !report.isCancelRequested else { return cancel(report, by: worker, at: now) }
    guard report.attempts < attemptsMax else {
      let failure = ReportFailureInfo(
        code: .workerLost,
        message: "Its worker was lost in attempt \(report.attempts) of \(attemptsMax). "
          + "Create the report again; if that fails too, ask for the server's log.")
      return end(report, with: .failure(failure, report.progress), by: worker, at: now)
    }
    let waiting = waiting(report)
    return .change(waiting, line(.rescued, of: waiting, at: now, worker: worker))
  }

  static func end(
    _ report: Report, with ending: ReportEnding, by worker: String, at now: Instant
  ) -> Decision {
    var report = ended(report, with: ending)
    report.endedAt = now
    report.lease = nil
    let message = report.failure?.message ?? ""
    return .change(report, line(.ended, of: report, at: now, worker: worker, message: message))
  }

  /// What an ending says of a report.
  static func ended(_ report: Report, with ending: ReportEnding) -> Report {
    var report = report
    switch ending {
    case .finished(let artifacts, let progress):
      report.state = .finished
      report.artifacts = artifacts
      report.progress = progress
    case .failure(let failure, let progress):
      report.state = .failure
      report.failure = failure
      report.progress = progress
    case .timeout(let failure, let progress):
      report.state = .timeout
      report.failure = failure
      report.progress = progress
    case .canceled(let failure, let progress):
      report.state = .canceled
      report.failure = failure
      report.progress = progress
    }
    return report
  }

  private static func cancel(_ report: Report, by worker: String, at now: Instant) -> Decision {
    end(report, with: .canceled(.canceledByUser, report.progress), by: worker, at: now)
  }

  /// As it was before the claim: nothing of an attempt that came to nothing shows.
  private static func waiting(_ report: Report) -> Report {
    var report = report
    report.state = .created
    report.startedAt = nil
    report.progress = .none
    report.lease = nil
    return report
  }

  private static func line(
    _ kind: ReportEvent.Kind, of report: Report, at now: Instant, worker: String,
    message: String = ""
  ) -> ReportEvent {
    ReportEvent(
      at: now, kind: kind, state: report.state, attempt: report.attempts, worker: worker,
      message: message)
  }
}

extension ReportFailureInfo {
  /// The same words whoever writes them: the store for a waiting report, a worker for a running one.
  package static let canceledByUser = ReportFailureInfo(
    code: .canceledByUser, message: "The report was canceled.")
}
