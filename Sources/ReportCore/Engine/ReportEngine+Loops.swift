internal import Logging

/// What goes on beside the runs.
extension ReportEngine {
  /// Claims reports while there are free slots. Not ended by cancellation, which could tear a claim
  /// from the run it is for, but by `isStopping`.
  func claimLoop() async {
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
  func rescueLoop() async {
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
        hub.publish(report)
      }
      if rescued.contains(where: { $0.state == .created }) { claimSignal.wake() }
    }
  }

  /// Removes reports that are kept no longer, and artifacts that belong to no report, at the start and
  /// from time to time.
  func keepLoop() async {
    while !Task.isCancelled {
      let next = clock.monotonic.advanced(by: .seconds(configuration.sweepSeconds))
      do {
        try await removeExpired()
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
      let removed = outcomes.count { if case .deleted = $0 { true } else { false } }
      count += removed
      // None also if somebody pinned them all just now: they are not found again.
      guard removed > 0 else { return }
    }
  }

  /// Publishes what the store knows of a watched report until the task is cancelled. What runs here
  /// is published by its run, and newer than the store; the hub drops what is older.
  static func poll(
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
