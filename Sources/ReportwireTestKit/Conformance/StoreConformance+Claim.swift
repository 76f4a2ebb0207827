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
