import ReportCore

extension StoreConformance {
  static let rescueCases: [TimedCase] = [
    TimedCase("No report is taken from its worker before its lease is over") { timed in
      let report = try await running(timed.store)
      timed.clock.advance(by: leaseFor - .nanoseconds(1))
      try expectEqual(try await rescue(timed.store), [])
      try expectEqual(try await stored(report, in: timed.store), report, "stored report")
    },
    TimedCase("A report whose lease is over waits again while attempts are left") { timed in
      let store = timed.store
      let report = try await running(store)
      _ = try await beat(store, report, Progress(rows: 1, bytes: 1))
      timed.pass(to: 30)
      let rescued = try await rescue(store, at: 130, attemptsMax: 2)
      var expected = Self.report(1)
      expected.attempts = 1
      expected.lastFencingToken = 1
      try expectEqual(rescued, [expected], "rescued")
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      try expectEqual(
        try await store.timeline(of: report.key).last,
        ReportEvent(at: at(130), kind: .rescued, state: .created, attempt: 1, worker: "worker-1"),
        "last line")
      timed.pass(to: 999)
      try expectEqual(try await rescue(store, attemptsMax: 2), [], "again")
    },
    TimedCase("A report whose last attempt was lost ends in FAILURE with WORKER_LOST") { timed in
      let store = timed.store
      let report = try await running(store)
      timed.pass(to: 30)
      _ = try await rescue(store, attemptsMax: 2)
      let second = try require(try await claim(store, by: "worker-2"), "report")
      try expectEqual(second.attempts, 2, "attempts")
      timed.pass(to: 60)
      let rescued = try await rescue(store, at: 170, attemptsMax: 2)
      try expectEqual(rescued.map(\.state), [.failure])
      let ended = try await stored(report, in: store)
      try expectEqual(ended, rescued.first, "stored report")
      try expectEqual(ended.failure?.code, .workerLost, "code")
      try expectEqual(ended.endedAt, at(170), "end")
      try expectEqual(ended.lease, nil, "lease")
      try expectEqual(
        try await kinds(of: report, in: store), [.created, .claimed, .rescued, .claimed, .ended])
    },
    TimedCase("A report that was to be canceled is canceled when its lease is over") { timed in
      let store = timed.store
      let report = try await running(store)
      _ = try await store.requestCancel(report.reportID, in: report.domainID, at: at(101))
      timed.pass(to: 30)
      let rescued = try await rescue(store)
      try expectEqual(rescued.map(\.state), [.canceled])
      try expectEqual(rescued.first?.failure, .canceledByUser)
    },
    TimedCase("A rescue takes all that are over and no other") { timed in
      let store = timed.store
      for number in 1...4 { _ = try await store.create(report(number), idempotency: nil) }
      for second in [0, 5, 10] {
        timed.pass(to: Int64(second))
        _ = try await claim(store)
      }
      timed.pass(to: 35)
      try expectEqual(
        try await rescue(store).map(\.reportID).sorted(), [1, 2].map(TestReports.id))
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(5))
    },
    TimedCase("A rescue leaves the caller's own reports, and takes no more than it may at once") {
      timed in
      let store = timed.store
      for number in 1...6 {
        _ = try await store.create(report(number), idempotency: nil)
        _ = try await claim(store)
      }
      timed.pass(to: 30)
      let own = Set([1, 2, 3].map(TestReports.id))
      let first = try await rescue(store, exceptFor: own, countMax: 2)
      let second = try await rescue(store, exceptFor: own, countMax: 2)
      try expectEqual([first.count, second.count], [2, 1], "reports at once")
      try expectEqual(
        (first + second).map(\.reportID).sorted(), [4, 5, 6].map(TestReports.id), "rescued")
      try expectEqual(try await rescue(store, exceptFor: own, countMax: 2), [], "then")
    },
    TimedCase("A worker that lost its report can neither go on with it nor end it") { timed in
      let store = timed.store
      let first = try await running(store)
      timed.pass(to: 30)
      _ = try await rescue(store)
      let ending = ReportEnding.finished([TestReports.artifact(of: first)], .none)
      try expectEqual(try await beat(store, first), .lost, "before the next claim")
      try expectEqual(try await finish(store, first, ending, at: 131), .lost)
      let second = try require(try await claim(store, by: "worker-2", at: 132), "report")
      try expectEqual(try token(of: second), 2, "fencing token")
      try expectEqual(try await beat(store, first), .lost, "after the next claim")
      try expectEqual(try await finish(store, first, ending, at: 133), .lost)
      try await store.handBack(first.reportID, fencingToken: try token(of: first), at: at(133))
      try expectEqual(try await stored(first, in: store), second, "stored report")
      guard case .finished = try await finish(store, second, ending, at: 134) else {
        throw ConformanceFailure(description: "the second worker cannot finish")
      }
    },
    TimedCase("The wall clock neither ends a lease nor keeps it") { timed in
      let store = timed.store
      let report = try await running(store)
      timed.clock.setWallClock(to: at(1_000_000))
      try expectEqual(try await rescue(store, at: 1_000_000), [], "set forward")
      timed.clock.setWallClock(to: at(-1_000_000))
      try expectEqual(try await beat(store, report), .held)
      timed.pass(to: 30)
      try expectEqual(try await rescue(store, at: -1_000_000).count, 1, "set back")
    },
    TimedCase("A lease of an earlier boot is over, whatever its end") { timed in
      let store = timed.store
      timed.pass(to: 1000)
      let report = try await running(store)
      timed.clock.reboot()
      timed.pass(to: 1001)
      try expectEqual(try await store.timeToNextLeaseEnd(), .zero)
      try expectEqual(try await rescue(store).map(\.reportID), [report.reportID])
    },
    TimedCase("A lease that ends later than any could is over, until its worker shows itself") {
      timed in
      let store = timed.store
      for number in 1...2 { _ = try await store.create(report(number), idempotency: nil) }
      timed.pass(to: 1_000_000)
      let dead = try require(try await claim(store), "report")
      let alive = try require(try await claim(store), "report")
      // As from a snapshot of the machine that is older than the database.
      timed.pass(to: 0)
      try expectEqual(try await store.timeToNextLeaseEnd(), .zero)
      try expectEqual(try await beat(store, alive), .held)
      try expectEqual(
        try await stored(alive, in: store).lease?.expiresAt, leaseTime(30), "end of the lease")
      try expectEqual(try await rescue(store).map(\.reportID), [dead.reportID])
      try expectEqual(try await store.timeToNextLeaseEnd(), .seconds(30))
    },
  ]

  static let abandonCases: [TimedCase] = [
    TimedCase("Where no other worker lives, its reports are taken at once; the attempt counts") {
      timed in
      let store = timed.store
      let old = try await running(store)
      _ = try await store.create(report(2), idempotency: nil)
      let own = try require(try await claim(store, by: "worker-2"), "report")
      _ = try await store.create(report(3), idempotency: nil)
      let taken = try await store.rescue(
        .everyoneBut(worker: "worker-2"), at: at(101), attemptsMax: 2, countMax: 9)
      var expected = Self.report(1)
      expected.attempts = 1
      expected.lastFencingToken = 1
      try expectEqual(taken, [expected], "taken")
      try expectEqual(try await stored(old, in: store), expected, "stored report")
      try expectEqual(try await stored(own, in: store), own, "the caller's own")
      try expectEqual(try await kinds(of: old, in: store), [.created, .claimed, .rescued])
    },
    TimedCase("A report that was lost at its last attempt fails, one to be canceled is canceled") {
      timed in
      let store = timed.store
      let lost = try await running(store)
      let unwanted = try await running(store, 2)
      _ = try await store.requestCancel(unwanted.reportID, in: unwanted.domainID, at: at(101))
      let taken = try await store.rescue(
        .everyoneBut(worker: "worker-2"), at: at(101), attemptsMax: 1, countMax: 9)
      try expectEqual(taken.count, 2, "number taken")
      try expectEqual(try await stored(lost, in: store).failure?.code, .workerLost)
      try expectEqual(try await stored(unwanted, in: store).state, .canceled)
    },
    TimedCase("No more are taken at once than may be") { timed in
      let store = timed.store
      for number in 1...5 {
        _ = try await store.create(report(number), idempotency: nil)
        _ = try await claim(store)
      }
      var counts: [Int] = []
      for _ in 1...4 {
        counts.append(
          try await store.rescue(
            .everyoneBut(worker: "worker-2"), at: at(101), attemptsMax: 3, countMax: 2
          ).count)
      }
      try expectEqual(counts, [2, 2, 1, 0], "reports at once")
    },
  ]

  static func rescue(
    _ store: any ReportStore, exceptFor live: Set<String> = [], at seconds: Int64 = 130,
    attemptsMax: Int = 3, countMax: Int = 100
  ) async throws -> [Report] {
    try await store.rescue(
      .silent(exceptFor: live), at: at(seconds), attemptsMax: attemptsMax, countMax: countMax)
  }
}
