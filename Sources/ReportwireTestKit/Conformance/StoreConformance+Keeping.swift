package import ReportCore

/// What a domain may keep, and what becomes of it.
extension StoreConformance {
  static let keepingCases: [Case] = [
    Case("Text with NUL is not kept, wherever it stands") { store in
      var reports = [report(1), report(2), report(3), report(4), report(5)]
      reports[0].name = "a\0b"
      reports[1].createdBy = "\0"
      reports[2].templateOptions = ["a": .list([.object(["b": .string("c\0")])])]
      reports[3].templateOptions = ["a\0": .null]
      reports[4].domainID = "domain-\0"
      for report in reports {
        try await expectError(StoreError.self, where: { $0.code == .invalid }) {
          _ = try await store.create(report, idempotency: nil)
        }
      }
      try expectEqual(try await list(store), [])
    },
    Case("A report that is pinned says so, and so does its timeline, each time it changes") {
      store in
      let report = try await running(store)
      func pin(_ isPinned: Bool, _ domainID: String = "domain-a") async throws -> Report? {
        try await store.setPinned(isPinned, report.reportID, in: domainID, at: at(7))
      }
      try expectEqual(try await pin(true, "domain-b"), nil, "in another domain")
      try expectEqual(try await pin(false), report, "unpinned before it was pinned")
      var pinned = report
      pinned.isPinned = true
      try expectEqual(try await pin(true), pinned, "pinned")
      try expectEqual(try await pin(true), pinned, "pinned again")
      try expectEqual(try await stored(report, in: store), pinned, "stored report")
      let line = ReportEvent(at: at(7), kind: .pinned, state: .inProgress, attempt: 1)
      try expectEqual(try await store.timeline(of: report.key).last, line, "last line")
      _ = try await beat(store, report, Progress(rows: 1, bytes: 1))
      let artifact = TestReports.artifact(of: report)
      _ = try await finish(store, report, .finished([artifact], .none))
      try expectEqual(try await stored(report, in: store).isPinned, true, "after its end")
      try expectEqual(try await pin(false)?.isPinned, false, "unpinned")
      try expectEqual(
        try await kinds(of: report, in: store), [.created, .claimed, .pinned, .ended, .unpinned])
    },
    Case("What waits is told by domain, and the small ones together") { store in
      try expectEqual(
        try await store.waiting(domainsMax: 2), WaitingReports([], of: 0, domainsMax: 2), "none")
      let domains = ["domain-a", "domain-b", "domain-b", "domain-c", "domain-c", "domain-d"]
      for (number, domain) in zip(1..., domains) {
        _ = try await store.create(report(number, in: domain), idempotency: nil)
      }
      let all = domains.enumerated().map { ($1, at(Int64($0 + 1))) }
      func waiting(_ names: [String]) -> [WaitingReports.Domain] {
        names.map { name in
          let reports = all.filter { $0.0 == name }
          return .init(domainID: name, reports: reports.count, oldest: reports[0].1)
        }
      }
      let two = try await store.waiting(domainsMax: 2)
      try expectEqual(two.domains, waiting(["domain-b", "domain-c"]), "those with the most")
      try expectEqual(two.others, 2, "others")
      try expectEqual(two.oldestOfOthers, at(1), "oldest of the others")
      // The one of domain-a runs then, and waits no longer.
      _ = try await claim(store)
      let none = try await store.waiting(domainsMax: 10)
      try expectEqual(none.domains, waiting(["domain-b", "domain-c", "domain-d"]), "all")
      try expectEqual(none.others, 0, "no others")
      try expectEqual(none.oldestOfOthers, nil, "oldest of none")
    },
    Case("A deleted report is gone with all that is known of it") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      _ = try await store.create(report(1), idempotency: key)
      _ = try await store.create(report(2), idempotency: nil)
      let claimed = try require(try await claim(store), "report")
      let artifact = TestReports.artifact(of: claimed)
      let ended = try await finish(store, claimed, .finished([artifact], .none))
      guard case .finished(let report) = ended else {
        throw ConformanceFailure(description: "it is \(ended)")
      }
      let outcomes = try await store.delete([report.key], sparingPinned: false)
      try expectEqual(outcomes, [.deleted(report)], "outcome")
      try expectEqual(try await store.report(report.reportID, in: "domain-a"), nil, "by its id")
      try expectEqual(try await list(store), [2], "listed")
      try expectEqual(try await store.timeline(of: report.key), [], "timeline")
      try expectEqual(
        try await store.artifactsInUse([
          ArtifactReference(path: artifact.path, reportID: report.reportID)
        ]), [], "files in use")
      try expectEqual(
        try await store.outcome(of: key, in: "domain-a", at: at(1)), nil, "by its key")
      try expectEqual(
        try await store.requestCancel(report.reportID, in: "domain-a", at: at(1)), nil, "canceled")
      try expectEqual(
        try await store.setPinned(true, report.reportID, in: "domain-a", at: at(1)), nil, "pinned")
      try expectEqual(
        try await store.delete([report.key], sparingPinned: false), [.notFound], "again")
    },
    Case("Many are deleted at once, but not those that run or belong to others") { store in
      let runs = try await running(store)
      for number in 2...4 { _ = try await store.create(report(number), idempotency: nil) }
      _ = try await store.setPinned(true, TestReports.id(3), in: "domain-a", at: at(1))
      let keys = [
        runs.key, report(2).key, report(3).key, report(4, in: "domain-b").key, report(5).key,
      ]
      let outcomes = try await store.delete(keys, sparingPinned: true)
      try expectEqual(
        outcomes, [.running, .deleted(report(2)), .pinned, .notFound, .notFound], "outcomes")
      try expectEqual(try await list(store), [1, 3, 4], "those that stay")
      try expectEqual(try await store.delete([report(3).key], sparingPinned: false).count, 1)
      try expectEqual(try await store.delete([], sparingPinned: false), [], "none")
      try expectEqual(try await list(store), [1, 4], "those that stay")
      try expectEqual(try await stored(runs, in: store), runs, "the one that runs")
    },
    Case("Reports are kept as their template says, else their domain, else the server") { store in
      try await makeEnded(store)
      func expired(
        _ retention: Retention, atDay day: Int64, countMax: Int = 100
      ) async throws -> [Int] {
        try await store.expired(by: retention, at: at(day * 86_400 + 3600), countMax: countMax)
          .map { Int($0.reportID.text.dropFirst("report-".count), radix: 16) ?? 0 }
      }
      let all = Retention(
        templateDays: ["template-x": 1], domainDays: ["domain-b": 3], days: 10)
      for (day, numbers) in [
        (0, []), (1, [3, 4]), (2, [3, 4]), (3, [3, 4, 5]), (9, [3, 4, 5]), (10, [2, 3, 4, 5]),
      ] as [(Int64, [Int])] {
        try expectEqual(try await expired(all, atDay: day).sorted(), numbers, "after \(day) days")
      }
      try expectEqual(try await expired(all, atDay: 10, countMax: 2), [2, 3], "the oldest first")
      try expectEqual(try await expired(Retention(), atDay: 9999), [], "kept for ever")
      let ofDomain = Retention(domainDays: ["domain-b": 0])
      try expectEqual(try await expired(ofDomain, atDay: 0).sorted(), [4, 5], "of one domain")
      let ofTemplate = Retention(templateDays: ["template-x": 5], domainDays: ["domain-b": 0])
      try expectEqual(
        try await expired(ofTemplate, atDay: 1), [5], "a template that keeps for longer")
    },
    Case("Who watches the store learns of a create, if the store can tell") { store in
      guard let changes = store.changes() else { return }
      _ = try await store.create(report(1), idempotency: nil)
      for await _ in changes { return }
      throw ConformanceFailure(description: "nothing is told")
    },
  ]

  /// Reports 2 to 5 have ended, one second after the other, of which 3 and 4 are of template-x, and 4
  /// and 5 of domain-b; 1 waits, and 6 has ended and is pinned.
  private static func makeEnded(_ store: any ReportStore) async throws {
    for number in 1...6 {
      let template = number == 3 || number == 4 ? "template-x" : "template-y"
      var report = report(number, in: number == 4 || number == 5 ? "domain-b" : "domain-a")
      report.templateID = template
      _ = try await store.create(report, idempotency: nil)
      guard number > 1 else { continue }
      _ = try await store.requestCancel(
        report.reportID, in: report.domainID, at: at(Int64(number)))
    }
    _ = try await store.setPinned(true, TestReports.id(6), in: "domain-a", at: at(9))
  }

  static let fieldCases: [Case] = [
    Case("A list reads the fields that were asked for, and tells the rest as empty") { store in
      var report = report(1)
      report.templateOptions = ["region": .string("eu")]
      report.createdBy = "alice"
      report.scheduleID = "sch-1"
      _ = try await store.create(report, idempotency: nil)
      let claimed = try require(try await claim(store), "report")
      _ = try await finish(store, claimed, .finished([TestReports.artifact(of: claimed)], .none))
      let whole = try await stored(claimed, in: store)
      func read(_ fields: Set<ExactText>?) async throws -> Report? {
        var query = query()
        query.fields = fields
        return try await store.reports(query).entities.first
      }
      try expectEqual(try await read(nil), whole, "all fields")
      var bare = whole
      bare.name = ""
      bare.templateOptions = [:]
      bare.scheduleID = ""
      bare.createdBy = ""
      bare.artifacts = []
      try expectEqual(try await read([]), bare, "none")
      try expectEqual(
        try await read(["report_id", "state", "storage_info"]), bare, "ids and state")
      var some = bare
      some.templateOptions = whole.templateOptions
      some.artifacts = whole.artifacts
      try expectEqual(try await read(["template_options", "storage_path"]), some, "two fields")
    },
    Case("A failure is read if it was asked for; what is selected and sorted by need not be") {
      store in
      let failed = try await running(store)
      let failure = ReportFailureInfo(code: .queryError, message: "no such table")
      _ = try await finish(store, failed, .failure(failure, .none))
      var query = query(where: .contains(.reportName, "report"), sortedBy: .reportName)
      query.fields = []
      try expectEqual(try await store.reports(query).entities.map(\.failure), [nil])
      query.fields = ["error"]
      try expectEqual(try await store.reports(query).entities.map(\.failure), [failure])
    },
    Case("A list shows its size first, then report by report with its storage, until it is enough")
    {
      store in
      for number in 1...5 { _ = try await store.create(report(number), idempotency: nil) }
      let size = ListSize(pageCount: 4, totalCount: 5)
      func visit(_ query: ListQuery, _ visitor: ListCollector<ReportView>) async throws {
        try expectEqual(try await store.visitReports(query, visitor), size, "size")
        try expectEqual(visitor.sizes, [size], "size told")
      }
      var query = query(limit: 4)
      let all = ListCollector<ReportView>()
      try await visit(query, all)
      try expectEqual(all.entities.map(\.report.reportID), (1...4).map(TestReports.id), "reports")
      try expectEqual(all.entities.map(\.storage), [.local, .local, .local, .local], "storages")
      let some = ListCollector<ReportView>(entitiesMax: 2)
      try await visit(query, some)
      try expectEqual(some.entities.count, 2, "reports of who has enough")
      let none = ListCollector<ReportView>(isCurious: false)
      try await visit(query, none)
      try expectEqual(none.entities, [], "reports of who wants none")
      query.fields = ["report_id"]
      let bare = ListCollector<ReportView>()
      try await visit(query, bare)
      try expectEqual(bare.entities.map(\.storage), [nil, nil, nil, nil], "storages not asked for")
    },
  ]

  // MARK: Limits

  /// Makes a new, empty store with limits of the case's own.
  package struct LimitedStores: Sendable {
    let make: @Sendable (StoreLimits) async throws -> any ReportStore

    package init(_ make: @escaping @Sendable (StoreLimits) async throws -> any ReportStore) {
      self.make = make
    }
  }

  package typealias LimitedCase = ConformanceCase<LimitedStores>

  /// Those of what a store bears.
  package static let limitedCases: [LimitedCase] = [
    LimitedCase("A domain has no more waiting reports than it may; others have theirs") { stores in
      let store = try await stores.make(StoreLimits(waitingPerDomainMax: 2))
      let key = IdempotencyKey(key: "k", digest: "d")
      _ = try await store.create(report(1), idempotency: key)
      _ = try await store.create(report(2), idempotency: nil)
      try await expectExhausted("limits.waiting_per_domain") {
        _ = try await store.create(report(3), idempotency: nil)
      }
      try expectEqual(
        try await store.create(report(3), idempotency: key), .existing(report(1)), "repeated")
      try expectEqual(
        try await store.create(report(4, in: "domain-b"), idempotency: nil),
        .created(report(4, in: "domain-b")), "in another domain")
      _ = try await claim(store)
      try expectEqual(
        try await store.create(report(5), idempotency: nil), .created(report(5)), "then")
      try await store.close()
    },
    LimitedCase("A domain keeps no more reports than it may, whatever their state") { stores in
      let store = try await stores.make(StoreLimits(keptReportsPerDomainMax: 2))
      for number in 1...2 { _ = try await store.create(report(number), idempotency: nil) }
      _ = try await store.requestCancel(TestReports.id(1), in: "domain-a", at: at(9))
      _ = try await claim(store)
      try await expectExhausted("limits.kept_reports_per_domain") {
        _ = try await store.create(report(3), idempotency: nil)
      }
      _ = try await store.delete([report(1).key], sparingPinned: false)
      try expectEqual(
        try await store.create(report(3), idempotency: nil), .created(report(3)), "then")
      try await store.close()
    },
    LimitedCase("A domain keeps no more bytes than it may, of files and of options") { stores in
      let store = try await stores.make(StoreLimits(keptBytesPerDomainMax: 1000))
      let done = try await running(store)
      var artifact = TestReports.artifact(of: done)
      artifact.bytes = 500
      _ = try await finish(store, done, .finished([artifact], .none))
      var large = report(2)
      large.templateOptions = ["text": .string(String(repeating: "é", count: 250))]
      try expectEqual(try await store.create(large, idempotency: nil), .created(large), "second")
      try await expectExhausted("limits.kept_bytes_per_domain") {
        _ = try await store.create(report(3), idempotency: nil)
      }
      try expectEqual(
        try await store.create(report(4, in: "domain-b"), idempotency: nil),
        .created(report(4, in: "domain-b")), "in another domain")
      _ = try await store.delete([done.key], sparingPinned: false)
      try expectEqual(
        try await store.create(report(3), idempotency: nil), .created(report(3)), "without files")
      _ = try await store.delete([large.key], sparingPinned: false)
      for number in 5...9 { _ = try await store.create(report(number), idempotency: nil) }
      try await store.close()
    },
    LimitedCase("A query's patterns and searches take no more steps than they may") { stores in
      let store = try await stores.make(StoreLimits(queryStepsMax: 100_000))
      var report = report(1)
      report.templateOptions = ["text": .string(String(repeating: "a", count: 50_000))]
      _ = try await store.create(report, idempotency: nil)
      let text = FieldReference.option("text")
      for predicate in [
        Predicate.matches(text, pattern: "(a|aa)*x"),
        .all(Array(repeating: .not(.contains(text, "x")), count: 10)),
      ] {
        try await expectExhausted("") { _ = try await store.reports(query(where: predicate)) }
      }
      try expectEqual(try await list(store, where: .contains(text, "aaa")), [1], "a small one")
      try await store.close()
    },
    LimitedCase("Where domains are disabled, those make reports that somebody has enabled") {
      stores in
      let store = try await stores.make(StoreLimits(domainState: .disabled))
      try expectEqual(try await store.domainState("domain-a"), .disabled)
      try expectEqual(
        try await store.create(report(1), idempotency: nil), .domainDisabled, "not yet")
      try await store.setDomainState(.enabled, of: "domain-a")
      try await store.setDomainState(.disabled, of: "domain-b")
      try expectEqual(
        try await store.create(report(1), idempotency: nil), .created(report(1)), "then")
      let disabled = Predicate.equals(.state, .string("DISABLE"))
      try expectEqual(try await domains(store, where: disabled), ["domain-b"], "those known")
      try expectEqual(
        try await domains(store, .only("domain-c"), where: disabled), ["domain-c"], "one unknown")
      try await store.close()
    },
  ]

  private static func expectExhausted(
    _ setting: String, line: UInt = #line, _ body: () async throws -> Void
  ) async throws {
    try await expectError(
      StoreError.self,
      where: {
        $0.code == .exhausted
          && (setting.isEmpty || $0.message.contains(setting) && setting == "limits.\($0.limit)")
      },
      line: line, body)
  }
}
