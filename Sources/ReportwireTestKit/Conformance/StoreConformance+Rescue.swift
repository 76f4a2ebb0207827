import ReportCore

extension StoreConformance {
  static let rescueCases: [Case] = [
    Case("No report is taken from its worker before its lease is over") { store in
      let report = try await running(store)
      try expectEqual(try await store.rescueExpired(at: at(129), attemptsMax: 3), [])
      try expectEqual(try await stored(report, in: store), report, "stored report")
    },
    Case("A report whose lease is over waits again while attempts are left") { store in
      let report = try await running(store)
      _ = try await beat(store, report, Progress(rows: 1, bytes: 1), at: 100)
      let rescued = try await store.rescueExpired(at: at(130), attemptsMax: 2)
      var expected = Self.report(1)
      expected.attempts = 1
      expected.lastFencingToken = 1
      try expectEqual(rescued, [expected], "rescued")
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      try expectEqual(
        try await store.timeline(of: report.reportID).last,
        ReportEvent(at: at(130), kind: .rescued, state: .created, attempt: 1, worker: "worker-1"),
        "last line")
      try expectEqual(try await store.rescueExpired(at: at(999), attemptsMax: 2), [], "again")
    },
    Case("A report whose last attempt was lost ends in FAILURE with WORKER_LOST") { store in
      let report = try await running(store)
      _ = try await store.rescueExpired(at: at(130), attemptsMax: 2)
      let second = try require(try await claim(store, by: "worker-2", at: 140), "report")
      try expectEqual(second.attempts, 2, "attempts")
      let rescued = try await store.rescueExpired(at: at(170), attemptsMax: 2)
      try expectEqual(rescued.map(\.state), [.failure])
      let ended = try await stored(report, in: store)
      try expectEqual(ended, rescued.first, "stored report")
      try expectEqual(ended.failure?.code, .workerLost, "code")
      try expectEqual(ended.endedAt, at(170), "end")
      try expectEqual(ended.lease, nil, "lease")
      try expectEqual(
        try await kinds(of: report, in: store), [.created, .claimed, .rescued, .claimed, .ended])
    },
    Case("A report that was to be canceled is canceled when its lease is over") { store in
      let report = try await running(store)
      _ = try await store.requestCancel(report.reportID, in: report.domainID, at: at(101))
      let rescued = try await store.rescueExpired(at: at(130), attemptsMax: 3)
      try expectEqual(rescued.map(\.state), [.canceled])
      try expectEqual(rescued.first?.failure, .canceledByUser)
    },
    Case("A rescue takes all that are over and no other") { store in
      for number in 1...4 { _ = try await store.create(report(number), idempotency: nil) }
      for second in [100, 105, 110] { _ = try await claim(store, at: Int64(second)) }
      let rescued = try await store.rescueExpired(at: at(135), attemptsMax: 3)
      try expectEqual(rescued.map(\.reportID).sorted(), [1, 2].map(TestReports.id))
      try expectEqual(try await store.nextLeaseExpiry(), at(140))
    },
    Case("A worker that lost its report can neither go on with it nor end it") { store in
      let first = try await running(store)
      _ = try await store.rescueExpired(at: at(130), attemptsMax: 3)
      let ending = ReportEnding.finished([TestReports.artifact(of: first)], .none)
      try expectEqual(try await beat(store, first, at: 131), .lost, "before the next claim")
      try expectEqual(try await finish(store, first, ending, at: 131), .lost)
      let second = try require(try await claim(store, by: "worker-2", at: 132), "report")
      try expectEqual(try token(of: second), 2, "fencing token")
      try expectEqual(try await beat(store, first, at: 133), .lost, "after the next claim")
      try expectEqual(try await finish(store, first, ending, at: 133), .lost)
      try await store.handBack(first.reportID, fencingToken: try token(of: first), at: at(133))
      try expectEqual(try await stored(first, in: store), second, "stored report")
      guard case .finished = try await finish(store, second, ending, at: 134) else {
        throw ConformanceFailure(description: "the second worker cannot finish")
      }
    },
  ]
}
