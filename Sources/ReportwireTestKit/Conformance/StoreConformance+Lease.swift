import ReportCore

extension StoreConformance {
  static let leaseCases: [TimedCase] = [
    TimedCase("A lease lasts from its claim, and a heartbeat moves its end") { timed in
      let store = timed.store
      timed.pass(to: 100)
      let report = try await running(store)
      try expectEqual(report.lease?.expiresAt, leaseTime(130), "end of the lease")
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(30), "time to its end")
      timed.pass(to: 110)
      let progress = Progress(rows: 5, bytes: 1 << 40, textsReplaced: 3)
      try expectEqual(try await beat(store, report, progress), .held)
      var expected = report
      expected.progress = progress
      expected.lease?.expiresAt = leaseTime(140)
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(30), "time to its end")
      try expectEqual(try await kinds(of: report, in: store), [.created, .claimed])
    },
    TimedCase("A heartbeat never shortens a lease") { timed in
      let store = timed.store
      let report = try await running(store)
      timed.pass(to: 10)
      let outcome = try await store.heartbeat(
        report.reportID, fencingToken: try token(of: report), progress: .none, at: at(10),
        leaseFor: .seconds(5))
      try expectEqual(outcome, .held)
      try expectEqual(try await stored(report, in: store), report, "stored report")
      timed.pass(to: 29)
      try expectEqual(try await rescue(store), [], "rescued")
    },
    TimedCase("A heartbeat holds the lease until the report is taken away, also when it is late") {
      timed in
      let report = try await running(timed.store)
      timed.pass(to: 500)
      try expectEqual(try await beat(timed.store, report), .held)
      try expectEqual(try await rescue(timed.store), [], "rescued")
    },
    TimedCase("A heartbeat tells of a wish to cancel and still holds the lease") { timed in
      let store = timed.store
      let report = try await running(store)
      _ = try await store.requestCancel(report.reportID, in: report.domainID, at: at(105))
      timed.pass(to: 10)
      try expectEqual(try await beat(store, report), .cancelRequested)
      try expectEqual(try await stored(report, in: store).lease?.expiresAt, leaseTime(40))
      let ending = ReportEnding.canceled(.canceledByUser, .none)
      guard case .finished = try await finish(store, report, ending) else {
        throw ConformanceFailure(description: "the worker cannot write CANCELED")
      }
    },
    TimedCase("The next end of a lease is the earliest of all running reports, none if none runs") {
      timed in
      let store = timed.store
      try expectEqual(try await store.timeToNextLeaseEnd(), nil)
      for number in 1...2 { _ = try await store.create(report(number), idempotency: nil) }
      try expectEqual(try await store.timeToNextLeaseEnd(), nil, "with waiting reports only")
      let first = try require(try await claim(store), "report")
      timed.pass(to: 7)
      let second = try require(try await claim(store), "report")
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(23))
      timed.pass(to: 20)
      _ = try await beat(store, first)
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(17))
      _ = try await finish(store, second, .finished([TestReports.artifact(of: second)], .none))
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(30))
      timed.pass(to: 51)
      try expectEqual(try await store.timeToNextLeaseEnd(), .zero, "once it is over")
    },
  ]

  static let holdCases: [Case] = [
    Case("A heartbeat with a token that is not the current one changes nothing") { store in
      let report = try await running(store)
      try expectEqual(
        try await store.heartbeat(
          report.reportID, fencingToken: try token(of: report) + 1,
          progress: Progress(rows: 9, bytes: 9), at: at(110), leaseFor: leaseFor), .lost)
      try expectEqual(try await stored(report, in: store), report, "stored report")
    },
    Case("A heartbeat for no report or one that has ended is lost") { store in
      var report = try await running(store)
      _ = try await finish(store, report, .finished([TestReports.artifact(of: report)], .none))
      try expectEqual(try await beat(store, report), .lost)
      report.reportID = "report-ffffffffffff"
      try expectEqual(try await beat(store, report), .lost)
    },
    Case("A report handed back waits as before and the attempt does not count") { store in
      let report = try await running(store)
      _ = try await beat(store, report, Progress(rows: 3, bytes: 30))
      try await store.handBack(report.reportID, fencingToken: try token(of: report), at: at(102))
      var expected = Self.report(1)
      expected.lastFencingToken = 1
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      try expectEqual(
        try await store.timeline(of: report.key).last,
        ReportEvent(
          at: at(102), kind: .handedBack, state: .created, attempt: 0, worker: "worker-1"),
        "last line")
      let again = try require(try await claim(store, at: 103), "report")
      try expectEqual(again.attempts, 1, "attempts")
      try expectEqual(try token(of: again), 2, "fencing token")
    },
    Case("Who has no lease has nothing to hand back") { store in
      let report = try await running(store)
      try await store.handBack(
        report.reportID, fencingToken: try token(of: report) - 1, at: at(101))
      try expectEqual(try await stored(report, in: store), report, "stored report")
      try await store.handBack("report-ffffffffffff", fencingToken: 1, at: at(101))
    },
    Case("A report handed back after a wish to cancel is canceled") { store in
      let report = try await running(store)
      _ = try await store.requestCancel(report.reportID, in: report.domainID, at: at(101))
      try await store.handBack(report.reportID, fencingToken: try token(of: report), at: at(102))
      let ended = try await stored(report, in: store)
      try expectEqual(ended.state, .canceled)
      try expectEqual(ended.failure, .canceledByUser)
      try expectEqual(try await claim(store, at: 103), nil)
    },
  ]

  static func beat(
    _ store: any ReportStore, _ report: Report, _ progress: Progress = .none
  ) async throws -> HeartbeatOutcome {
    try await store.heartbeat(
      report.reportID, fencingToken: try token(of: report), progress: progress, at: at(110),
      leaseFor: leaseFor)
  }

  static func finish(
    _ store: any ReportStore, _ report: Report, _ ending: ReportEnding, at seconds: Int64 = 120
  ) async throws -> FinishOutcome {
    try await store.finish(
      report.reportID, fencingToken: try token(of: report), with: ending, at: at(seconds))
  }
}
