/// The one place that decides how a report moves through its states. Pure: no clock, no database.
///
/// A store reads a row, asks `decide` inside the same transaction and writes what it says, so that
/// of two callers who race for a report one wins and the other learns that it lost.
///
///     CREATED -- claim --> IN_PROGRESS -- finish --> FINISHED | FAILURE | TIMEOUT | CANCELED
///     CREATED -- requestCancel --> CANCELED
///     IN_PROGRESS -- handBack, rescue or abandon with attempts left --> CREATED
///     IN_PROGRESS -- rescue or abandon without --> FAILURE
///
/// Whoever was asked to cancel a report does not get it back to CREATED: handed back or rescued, it
/// is CANCELED. Nothing leaves a terminal state, so a report is FINISHED at most once.
///
/// Events that have to do with a lease bring the time by the store's own clock; `now` is the wall
/// clock's and only labels what people read.
package enum ReportLifecycle {
  /// What a store is asked to do with a report.
  package enum Event: Hashable, Sendable {
    /// A worker takes the report. The store chooses which report (`ReportStore.claimNext`).
    case claim(worker: String, leaseFor: Duration, from: LeaseTime)
    /// The worker is alive and so far.
    case heartbeat(fencingToken: Int64, progress: Progress, leaseFor: Duration, from: LeaseTime)
    /// The worker is done. If it says so again, because it heard no answer, nothing changes.
    case finish(fencingToken: Int64, ReportEnding)
    /// The worker stops in order, its work undone.
    case handBack(fencingToken: Int64)
    /// A user wants no report any more.
    case requestCancel
    /// Time has passed; the worker may be lost.
    case rescue(attemptsMax: Int, at: LeaseTime)
    /// The worker is known to be lost, whatever its lease says.
    case abandon(attemptsMax: Int)
  }

  /// What to do about an event.
  package enum Decision: Hashable, Sendable {
    /// Write this row, and this line of the timeline if there is one, in one transaction.
    case change(Report, ReportEvent?)
    /// Nothing to do: what was asked for holds already, or the lease is not over yet.
    case unchanged
    /// The caller has no right to the report (any more). A harmless race: somebody else claimed it
    /// or ended it first.
    case lost
  }

  /// The first line of a new report's timeline.
  package static func creation(of report: Report) -> ReportEvent {
    ReportEvent(at: report.createdAt, kind: .created, state: .created, attempt: 0)
  }

  /// A report that is kept, or is kept no more, whatever its state.
  package static func pin(_ report: Report, _ isPinned: Bool, at now: Instant) -> Decision {
    guard report.isPinned != isPinned else { return .unchanged }
    var report = report
    report.isPinned = isPinned
    let event = ReportEvent(
      at: now, kind: isPinned ? .pinned : .unpinned, state: report.state, attempt: report.attempts)
    return .change(report, event)
  }

  /// The report after an event.
  package static func decide(_ report: Report, on event: Event, at now: Instant) -> Decision {
    switch event {
    case .claim(let worker, let leaseFor, let time):
      guard report.state == .created else { return .lost }
      return claim(report, by: worker, at: now, leaseFor: leaseFor, from: time)
    case .heartbeat(let token, let progress, let leaseFor, let time):
      guard let lease = lease(of: report, fencingToken: token) else { return .lost }
      return heartbeat(report, lease, progress, leaseFor: leaseFor, from: time)
    case .finish(let token, let ending):
      if hasEnded(report, with: ending, fencingToken: token) { return .unchanged }
      guard let lease = lease(of: report, fencingToken: token) else { return .lost }
      return end(report, with: ending, by: lease.owner, at: now)
    case .handBack(let token):
      guard let lease = lease(of: report, fencingToken: token) else { return .lost }
      return handBack(report, by: lease.owner, at: now)
    case .requestCancel:
      return requestCancel(report, at: now)
    case .rescue(let attemptsMax, let time):
      guard report.state == .inProgress, let lease = report.lease, lease.isOver(at: time) else {
        return .unchanged
      }
      return rescue(report, from: lease.owner, at: now, attemptsMax: attemptsMax)
    case .abandon(let attemptsMax):
      guard report.state == .inProgress else { return .unchanged }
      return rescue(report, from: report.lease?.owner ?? "", at: now, attemptsMax: attemptsMax)
    }
  }

  /// Whether this very attempt has ended in this very way: the same state, files, failure and
  /// progress.
  private static func hasEnded(
    _ report: Report, with ending: ReportEnding, fencingToken: Int64
  ) -> Bool {
    report.lastFencingToken == fencingToken && report.state.isTerminal
      && report == ended(report, with: ending)
  }

  /// The lease that a token proves. It holds until somebody takes the report away, also when its
  /// time is over: until then no other worker can have started.
  private static func lease(of report: Report, fencingToken: Int64) -> Lease? {
    guard report.state == .inProgress, let lease = report.lease,
      lease.fencingToken == fencingToken
    else { return nil }
    return lease
  }
}

/// What each event does to a report that it applies to.
extension ReportLifecycle {
  private static func claim(
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

  private static func heartbeat(
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

  private static func handBack(_ report: Report, by worker: String, at now: Instant) -> Decision {
    guard !report.isCancelRequested else { return cancel(report, by: worker, at: now) }
    var waiting = waiting(report)
    waiting.attempts -= 1
    return .change(waiting, line(.handedBack, of: waiting, at: now, worker: worker))
  }

  private static func requestCancel(_ report: Report, at now: Instant) -> Decision {
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

  private static func rescue(
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

  private static func end(
    _ report: Report, with ending: ReportEnding, by worker: String, at now: Instant
  ) -> Decision {
    var report = ended(report, with: ending)
    report.endedAt = now
    report.lease = nil
    let message = report.failure?.message ?? ""
    return .change(report, line(.ended, of: report, at: now, worker: worker, message: message))
  }

  /// What an ending says of a report.
  private static func ended(_ report: Report, with ending: ReportEnding) -> Report {
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
