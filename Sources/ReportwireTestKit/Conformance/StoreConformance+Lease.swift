import ReportCore

extension StoreConformance {
  static let claimCases: [Case] = [
    Case("An empty store has nothing to claim") { store in
      try expectEqual(try await claim(store), nil)
    },
    Case("A claimed report is in progress under a lease, and stored so") { store in
      let report = report(1)
      _ = try await store.create(report, idempotency: nil)
      let claimed = try require(try await claim(store, by: "worker-7", at: 100), "report")
      var expected = report
      expected.state = .inProgress
      expected.startedAt = at(100)
      expected.attempts = 1
      expected.lastFencingToken = 1
      let lease = try require(claimed.lease, "lease")
      try expectEqual(lease.owner, "worker-7", "owner")
      try expectEqual(lease.fencingToken, 1, "fencing token")
      try expectEqual(lease.duration, leaseFor, "duration")
      expected.lease = lease
      try expectEqual(claimed, expected, "claimed report")
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      let line = ReportEvent(
        at: at(100), kind: .claimed, state: .inProgress, attempt: 1, worker: "worker-7")
      try expectEqual(try await store.timeline(of: report.key).last, line, "last line")
    },
    Case("A running report is not claimed again") { store in
      _ = try await running(store)
      try expectEqual(try await claim(store, by: "worker-2"), nil)
    },
    Case("In a domain the oldest report comes first") { store in
      for (number, second) in [(1, 30), (2, 10), (3, 20)] {
        _ = try await store.create(report(number, createdAt: Int64(second)), idempotency: nil)
      }
      var order: [String] = []
      while let next = try await claim(store) { order.append(next.reportID) }
      try expectEqual(order, [2, 3, 1].map(TestReports.id), "order")
    },
    Case("Of two workers that race for a report one gets it") { store in
      for number in 1...20 {
        let report = report(number)
        _ = try await store.create(report, idempotency: nil)
        async let first = claim(store, by: "worker-1")
        async let second = claim(store, by: "worker-2")
        let winners = try await [first, second].compactMap { $0 }
        try expectEqual(winners.map(\.reportID), [report.reportID], "reports claimed")
        try expectEqual(try await stored(report, in: store), winners[0], "stored report")
      }
    },
    Case("Workers that race for many reports get each once") { store in
      for number in 1...40 { _ = try await store.create(report(number), idempotency: nil) }
      let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
        for worker in 1...8 {
          group.addTask {
            var mine: [String] = []
            while let next = try await claim(store, by: "worker-\(worker)") {
              mine.append(next.reportID)
            }
            return mine
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      try expectEqual(claimed.sorted(), (1...40).map(TestReports.id), "reports claimed")
    },
    Case("The domain with the fewest running reports has its turn") { store in
      for number in 1...3 { _ = try await store.create(report(number), idempotency: nil) }
      _ = try await claim(store, at: 100)
      _ = try await claim(store, at: 101)
      // Younger than the report that still waits, but of a domain where nothing runs.
      _ = try await store.create(report(9, in: "domain-b", createdAt: 99), idempotency: nil)
      try expectEqual(try await claim(store, at: 102)?.domainID, "domain-b", "first turn")
      try expectEqual(try await claim(store, at: 103)?.domainID, "domain-a", "second turn")
    },
    Case("Of domains with equally many running reports the one served longest ago has its turn") {
      store in
      for number in 1...6 {
        let domain = number <= 3 ? "domain-a" : "domain-b"
        _ = try await store.create(report(number, in: domain), idempotency: nil)
      }
      var order: [String] = []
      for turn in 0..<6 {
        let next = try require(try await claim(store, at: 100 + Int64(turn)), "report")
        order.append(next.domainID)
        let ending = ReportEnding.finished([TestReports.artifact(of: next)], .none)
        _ = try await store.finish(
          next.reportID, fencingToken: try token(of: next), with: ending,
          at: at(100 + Int64(turn)))
      }
      // Who comes first is open; then they take turns, though all of one's reports are older.
      let second = order[0] == "domain-a" ? "domain-b" : "domain-a"
      try expectEqual(
        order, [order[0], second, order[0], second, order[0], second], "order of domains")
    },
    Case("A domain with as many running reports as it may have is passed over") { store in
      for number in 1...3 { _ = try await store.create(report(number), idempotency: nil) }
      let first = try require(try await claim(store, runningPerDomainMax: 2), "report")
      _ = try require(try await claim(store, runningPerDomainMax: 2), "report")
      try expectEqual(try await claim(store, runningPerDomainMax: 2), nil, "third claim")
      _ = try await store.create(report(4, in: "domain-b"), idempotency: nil)
      let other = try await claim(store, runningPerDomainMax: 2)
      try expectEqual(other?.reportID, TestReports.id(4), "claim for another domain")
      _ = try await store.finish(
        first.reportID, fencingToken: try token(of: first),
        with: .finished([TestReports.artifact(of: first)], .none), at: at(101))
      try expectEqual(
        try await claim(store, runningPerDomainMax: 2)?.reportID, TestReports.id(3),
        "claim after one has ended")
    },
  ]
}

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
