import ReportCore

extension StoreConformance {
  static let cancelCases: [Case] = [
    Case("A waiting report is canceled at once and never runs") { store in
      let report = report(1)
      _ = try await store.create(report, idempotency: nil)
      let canceled = try await store.requestCancel(report.reportID, in: "domain-a", at: at(50))
      try expectEqual(canceled, try await stored(report, in: store), "stored report")
      try expectEqual(canceled?.state, .canceled, "state")
      try expectEqual(canceled?.failure, .canceledByUser, "failure")
      try expectEqual(canceled?.endedAt, at(50), "end")
      try expectEqual(try await kinds(of: report, in: store), [.created, .ended])
      try expectEqual(try await claim(store), nil, "next claim")
    },
    Case("A running report keeps running until its worker ends it") { store in
      let report = try await running(store)
      let asked = try await store.requestCancel(report.reportID, in: "domain-a", at: at(101))
      var expected = report
      expected.isCancelRequested = true
      try expectEqual(asked, expected, "outcome")
      try expectEqual(try await stored(report, in: store), expected, "stored report")
      try expectEqual(
        try await kinds(of: report, in: store), [.created, .claimed, .cancelRequested])
    },
    Case("A second wish to cancel changes nothing") { store in
      let report = try await running(store)
      let first = try await store.requestCancel(report.reportID, in: "domain-a", at: at(101))
      let second = try await store.requestCancel(report.reportID, in: "domain-a", at: at(102))
      try expectEqual(second, first, "outcome")
      try expectEqual(
        try await kinds(of: report, in: store), [.created, .claimed, .cancelRequested])
    },
    Case("A report that has ended stays as it is") { store in
      let report = try await running(store)
      _ = try await finish(store, report, .finished([TestReports.artifact(of: report)], .none))
      let ended = try await stored(report, in: store)
      try expectEqual(
        try await store.requestCancel(report.reportID, in: "domain-a", at: at(200)), ended)
      try expectEqual(try await stored(report, in: store), ended, "stored report")
      try expectEqual(try await kinds(of: report, in: store), [.created, .claimed, .ended])
    },
    Case("A report of another domain is not canceled") { store in
      let report = report(1)
      _ = try await store.create(report, idempotency: nil)
      try expectEqual(
        try await store.requestCancel(report.reportID, in: "domain-b", at: at(50)), nil)
      try expectEqual(
        try await store.requestCancel("report-ffffffffffff", in: "domain-a", at: at(50)), nil)
      try expectEqual(try await stored(report, in: store), report, "stored report")
    },
  ]

  static let closeCases: [Case] = [
    Case("A closed store refuses calls") { store in
      _ = try await store.create(report(1), idempotency: nil)
      try await store.close()
      try await expectError(StoreError.self, where: { $0.code == .closed }) {
        _ = try await store.report(TestReports.id(1), in: "domain-a")
      }
      try await expectError(StoreError.self, where: { $0.code == .closed }) {
        _ = try await store.create(report(2), idempotency: nil)
      }
    }
  ]
}
