import ReportCore

extension StoreConformance {
  static let finishCases: [Case] =
    endings.map { ending in
      Case("A run may end in \(ending.state.rawValue)") { store in
        let report = try await running(store)
        // Written out, not asked of `ReportLifecycle`: a store may ask it wrongly.
        var expected = report
        expected.state = ending.state
        expected.artifacts = ending.artifacts(report)
        expected.failure = ending.failure
        expected.progress = ending.progress
        expected.endedAt = at(120)
        expected.lease = nil
        let line = ReportEvent(
          at: at(120), kind: .ended, state: ending.state, attempt: 1, worker: "worker-1",
          message: ending.failure?.message ?? "")
        try expectEqual(
          try await finish(store, report, ending.ending(report)), .finished(expected), "outcome")
        try expectEqual(try await stored(report, in: store), expected, "stored report")
        try expectEqual(try await store.timeline(of: report.key).last, line, "last line")
        try expectEqual(try await claim(store, at: 121), nil, "next claim")
      }
    } + [
      Case("What finished last is told, of the template and the domain alone") { store in
        func end(
          _ number: Int, rows: Int64, options: OptionObject = [:], domain: String = "domain-a",
          template: String = "template-000000000001", failure: Bool = false
        ) async throws {
          let new = TestReports.report(
            number, in: domain, templateID: template, options: options)
          _ = try await store.create(new, idempotency: nil)
          let claimed = try require(try await claim(store), "claimed report")
          let progress = Progress(rows: rows, bytes: 1)
          let ending: ReportEnding =
            failure
            ? .failure(ReportFailureInfo(code: .queryError, message: "no"), progress)
            : .finished([TestReports.artifact(of: claimed)], progress)
          _ = try await finish(store, claimed, ending, at: Int64(100 + number))
        }
        let options: OptionObject = ["year": .number(2026)]
        let next = TestReports.report(99, options: options)
        try expectEqual(try await store.recentRuns(like: next, countMax: 5), [])
        try await end(1, rows: 10, options: options)
        try await end(2, rows: 20)
        try await end(3, rows: 1, domain: "domain-b")
        try await end(4, rows: 2, template: "template-000000000002")
        try await end(5, rows: 3, failure: true)
        try await end(6, rows: 30, options: options)
        let all = [
          RecentRun(rows: 30, hasSameOptions: true), RecentRun(rows: 20, hasSameOptions: false),
          RecentRun(rows: 10, hasSameOptions: true),
        ]
        try expectEqual(try await store.recentRuns(like: next, countMax: 5), all)
        try expectEqual(
          try await store.recentRuns(like: next, countMax: 2), Array(all.prefix(2)), "the last two")
      },
      Case("The first ending wins") { store in
        let report = try await running(store)
        let failure = ReportFailureInfo(code: .queryError, message: "no such table")
        let first = try await finish(store, report, .failure(failure, .none))
        let late = ReportEnding.finished([TestReports.artifact(of: report)], .none)
        try expectEqual(try await finish(store, report, late), .lost, "second outcome")
        try expectEqual(first, .finished(try await stored(report, in: store)), "stored report")
        try expectEqual(try await kinds(of: report, in: store), [.created, .claimed, .ended])
      },
      Case("A worker that heard no answer may end its report again in the same way") { store in
        for (number, ending) in endings.enumerated() {
          let report = try await running(store, number + 1)
          let ending = ending.ending(report)
          let first = try await finish(store, report, ending)
          try expectEqual(first, .finished(try await stored(report, in: store)), "stored report")
          try expectEqual(try await finish(store, report, ending, at: 999), first, "again")
          try expectEqual(first, .finished(try await stored(report, in: store)), "stored report")
          try expectEqual(try await kinds(of: report, in: store), [.created, .claimed, .ended])
        }
      },
      Case("The same ending with other files, another failure or another token is lost") { store in
        let finished = try await running(store)
        let files = [TestReports.artifact(of: finished)]
        _ = try await finish(store, finished, .finished(files, .none))
        var others = files
        others[0].path += ".other"
        try expectEqual(try await finish(store, finished, .finished(others, .none)), .lost)
        try expectEqual(
          try await store.finish(
            finished.reportID, fencingToken: try token(of: finished) - 1,
            with: .finished(files, .none), at: at(121)), .lost, "with an older token")
        let failed = try await running(store, 2)
        let failure = ReportFailureInfo(code: .queryError, message: "no such table")
        _ = try await finish(store, failed, .failure(failure, .none))
        let other = ReportFailureInfo(code: .queryError, message: "no such column")
        try expectEqual(try await finish(store, failed, .failure(other, .none)), .lost)
      },
      Case("Of many endings at once one is written") { store in
        let report = try await running(store)
        let outcomes = try await withThrowingTaskGroup(of: FinishOutcome.self) { group in
          for rows in 1...16 {
            group.addTask {
              try await finish(
                store, report,
                .finished(
                  [TestReports.artifact(of: report)], Progress(rows: Int64(rows), bytes: 0)))
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        try expectEqual(outcomes.count { $0 != .lost }, 1, "number of endings written")
        try expect(
          outcomes.contains(.finished(try await stored(report, in: store))),
          "the stored report is not the one of the winner")
        try expectEqual(try await kinds(of: report, in: store), [.created, .claimed, .ended])
      },
      Case("What waits or is not there cannot be ended by a worker") { store in
        var waiting = report(1)
        _ = try await store.create(waiting, idempotency: nil)
        waiting.lease = Lease(
          owner: "worker-1", fencingToken: 0, expiresAt: leaseTime(999), duration: leaseFor)
        let ending = ReportEnding.finished([TestReports.artifact(of: waiting)], .none)
        try expectEqual(try await finish(store, waiting, ending), .lost)
        try expectEqual(try await stored(waiting, in: store).state, .created)
        waiting.reportID = "report-ffffffffffff"
        try expectEqual(try await finish(store, waiting, ending), .lost)
      },
      Case("Files are in use while their report runs and once it is finished with them") { store in
        let report = report(1)
        let path = "domain-a/\(report.reportID)/1.csv"
        func isInUse(_ path: String) async throws -> Bool {
          try await !store.artifactsInUse([
            ArtifactReference(path: path, reportID: report.reportID)
          ]).isEmpty
        }
        try expectEqual(try await isInUse(path), false, "without a report")
        _ = try await store.create(report, idempotency: nil)
        try expectEqual(try await isInUse(path), false, "while it waits")
        let claimed = try require(try await claim(store), "report")
        try expectEqual(try await isInUse(path), true, "while it runs")
        let artifact = TestReports.artifact(of: claimed)
        _ = try await finish(store, claimed, .finished([artifact], .none))
        try expectEqual(try await isInUse(artifact.path), true, "its own file")
        try expectEqual(
          try await isInUse("domain-a/\(report.reportID)/0.csv"), false, "a lost worker's file")
      },
      Case("Files of a report that failed are not in use") { store in
        let report = try await running(store)
        let failure = ReportFailureInfo(code: .queryError, message: "no such table")
        _ = try await finish(store, report, .failure(failure, .none))
        try expectEqual(
          try await store.artifactsInUse([
            ArtifactReference(
              path: TestReports.artifact(of: report).path, reportID: report.reportID)
          ]), [])
      },
      Case("Of many files those in use are told at once") { store in
        let runs = try await running(store)
        let done = try await running(store, 2)
        let artifact = TestReports.artifact(of: done)
        _ = try await finish(store, done, .finished([artifact], .none))
        let used = [
          ArtifactReference(path: artifact.path, reportID: done.reportID),
          ArtifactReference(path: "anything", reportID: runs.reportID),
        ]
        let orphans = [
          ArtifactReference(path: artifact.path, reportID: TestReports.id(3)),
          ArtifactReference(path: "anything", reportID: done.reportID),
        ]
        try expectEqual(try await store.artifactsInUse(used + orphans), Set(used))
        try expectEqual(try await store.artifactsInUse([]), [])
      },
    ]

  /// How a run may end, and what the report has of it afterwards.
  private struct Ending: Sendable {
    var state: ReportState
    var failure: ReportFailureInfo?
    var progress = Progress(rows: 1, bytes: 2)
    var artifacts: @Sendable (Report) -> [Artifact] = { _ in [] }
    var ending: @Sendable (Report) -> ReportEnding
  }

  private static let endings = [
    Ending(
      state: .finished, progress: wholeProgress, artifacts: twoFiles,
      ending: { .finished(twoFiles($0), wholeProgress) }),
    Ending(
      state: .failure, failure: syntaxError,
      ending: { _ in .failure(syntaxError, Progress(rows: 1, bytes: 2)) }),
    Ending(
      state: .timeout, failure: tooLong,
      ending: { _ in .timeout(tooLong, Progress(rows: 1, bytes: 2)) }),
    Ending(
      state: .canceled,
      failure: ReportFailureInfo(code: .canceledByUser, message: "The report was canceled."),
      ending: { _ in .canceled(.canceledByUser, Progress(rows: 1, bytes: 2)) }),
  ]

  private static let wholeProgress = Progress(rows: 2, bytes: 1 << 41, textsReplaced: 7)

  private static let syntaxError = ReportFailureInfo(
    code: .queryError, message: "near \"FORM\": syntax error 😀")
  private static let tooLong = ReportFailureInfo(
    code: .timeout, message: "It took longer than 600 s.")

  @Sendable private static func twoFiles(_ report: Report) -> [Artifact] {
    var json = TestReports.artifact(of: report)
    json.format = .json
    json.path += ".json"
    json.mediaType = "application/json"
    json.bytes = 1 << 36
    return [json, TestReports.artifact(of: report)]
  }
}

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
