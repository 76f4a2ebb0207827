import ReportCore

extension StoreConformance {
  static let createCases: [Case] = [
    Case("A created report is read back exactly as it was given") { store in
      let report = detailedReport
      try expectEqual(
        try await store.create(report, idempotency: nil), .created(report), "outcome")
      try expectEqual(try await stored(report, in: store), report, "stored report")
    },
    Case("A report of another domain answers like none") { store in
      let report = report(1)
      _ = try await store.create(report, idempotency: nil)
      try expectEqual(try await store.report(report.reportID, in: "domain-b"), nil)
      try expectEqual(try await store.report("report-ffffffffffff", in: report.domainID), nil)
    },
    Case("A timeline begins with CREATED; an unknown report has none") { store in
      let report = report(1)
      _ = try await store.create(report, idempotency: nil)
      try expectEqual(
        try await store.timeline(of: report.key), [ReportLifecycle.creation(of: report)])
      try expectEqual(try await store.timeline(of: Self.report(0xffff_ffff_ffff).key), [])
    },
    Case("An id that is taken is refused and the first report stays") { store in
      let first = report(1)
      _ = try await store.create(first, idempotency: nil)
      var second = first
      second.name = "second"
      try await expectError(StoreError.self) {
        _ = try await store.create(second, idempotency: nil)
      }
      try expectEqual(try await stored(first, in: store), first)
    },
    Case("Many creates at once are all kept") { store in
      let reports = (1...64).map { report($0) }
      try await withThrowingTaskGroup { group in
        for report in reports {
          group.addTask { _ = try await store.create(report, idempotency: nil) }
        }
        try await group.waitForAll()
      }
      for report in reports { try expectEqual(try await stored(report, in: store), report) }
    },
    Case("A second create with the same key and digest gives the first report") { store in
      let first = report(1)
      let key = IdempotencyKey(key: "k", digest: "d")
      try expectEqual(try await store.create(first, idempotency: key), .created(first))
      try expectEqual(try await store.create(report(2), idempotency: key), .existing(first))
      try expectEqual(try await store.report(report(2).reportID, in: "domain-a"), nil)
    },
    Case("A repeated create gives the report as it is now") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      _ = try await store.create(report(1), idempotency: key)
      let claimed = try require(try await claim(store), "claimed report")
      try expectEqual(try await store.create(report(2), idempotency: key), .existing(claimed))
    },
    Case("The same key with another digest is a conflict and makes nothing") { store in
      _ = try await store.create(report(1), idempotency: IdempotencyKey(key: "k", digest: "d"))
      try expectEqual(
        try await store.create(report(2), idempotency: IdempotencyKey(key: "k", digest: "e")),
        .conflict)
      try expectEqual(try await store.report(report(2).reportID, in: "domain-a"), nil)
    },
    Case("Keys of different domains have nothing to do with each other") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      let other = report(2, in: "domain-b")
      _ = try await store.create(report(1), idempotency: key)
      try expectEqual(try await store.create(other, idempotency: key), .created(other))
    },
    Case("Creates with one key at once make one report") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      let outcomes = try await withThrowingTaskGroup(of: CreateOutcome.self) { group in
        for number in 1...16 {
          group.addTask { try await store.create(report(number), idempotency: key) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let created = outcomes.compactMap {
        if case .created(let report) = $0 { report } else { nil }
      }
      try expectEqual(created.count, 1, "number of reports created")
      for outcome in outcomes where outcome != .created(created[0]) {
        try expectEqual(outcome, .existing(created[0]), "outcome")
      }
    },
    Case("What a key was used for is told without making a report") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      try expectEqual(try await store.outcome(of: key, in: "domain-a", at: at(0)), nil, "unused")
      _ = try await store.create(report(1), idempotency: key)
      let claimed = try require(try await claim(store), "claimed report")
      try expectEqual(
        try await store.outcome(of: key, in: "domain-a", at: at(1_000_000)), .existing(claimed))
      let other = IdempotencyKey(key: "k", digest: "e")
      try expectEqual(try await store.outcome(of: other, in: "domain-a", at: at(0)), .conflict)
      try expectEqual(try await store.outcome(of: key, in: "domain-b", at: at(0)), nil, "elsewhere")
    },
    Case("A run is joined as long as it goes on, and nobody has asked its end") { store in
      let key = IdempotencyKey(.run, digest: "d")
      try expectEqual(try await store.create(report(1), idempotency: key), .created(report(1)))
      try expectEqual(try await store.create(report(2), idempotency: key), .existing(report(1)))
      let other = IdempotencyKey(.run, digest: "e")
      try expectEqual(try await store.create(report(3), idempotency: other), .created(report(3)))
      let elsewhere = report(4, in: "domain-b")
      try expectEqual(try await store.create(elsewhere, idempotency: key), .created(elsewhere))
      let claimed = try require(try await claim(store), "claimed report")
      try expectEqual(try await store.create(report(5), idempotency: key), .existing(claimed))
      try expectEqual(
        try await store.outcome(of: key, in: "domain-a", at: at(1)), .existing(claimed))
      _ = try await store.requestCancel(claimed.reportID, in: "domain-a", at: at(2))
      try expectEqual(try await store.outcome(of: key, in: "domain-a", at: at(2)), nil, "ending")
      try expectEqual(try await store.create(report(6), idempotency: key), .created(report(6)))
      let waiting = try require(
        try await store.requestCancel(report(6).reportID, in: "domain-a", at: at(3)), "report")
      try expectEqual(waiting.state, .canceled)
      try expectEqual(try await store.create(report(7), idempotency: key), .created(report(7)))
    },
    Case("Of runs that are asked for at once the others join the first") { store in
      let key = IdempotencyKey(.run, digest: "d")
      let outcomes = try await withThrowingTaskGroup(of: CreateOutcome.self) { group in
        for number in 1...16 {
          group.addTask { try await store.create(report(number), idempotency: key) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let created = outcomes.compactMap {
        if case .created(let report) = $0 { report } else { nil }
      }
      try expectEqual(created.count, 1, "number of reports created")
      for outcome in outcomes where outcome != .created(created[0]) {
        try expectEqual(outcome, .existing(created[0]), "outcome")
      }
    },
    Case("A key is the one of the same bytes") { store in
      let key = IdempotencyKey(key: "é", digest: "d")
      _ = try await store.create(report(1), idempotency: key)
      let other = IdempotencyKey(key: "e\u{301}", digest: "e")
      try expectEqual(try await store.create(report(2), idempotency: other), .created(report(2)))
    },
    Case("A call that is repeated gives its report, by any of its names, for ten minutes") {
      store in
      let first = report(1, createdAt: 0)
      let call = IdempotencyKey(.call(["a", "b"]), digest: "d")
      try expectEqual(try await store.create(first, idempotency: call), .created(first))
      for (names, seconds) in [(["a", "b"], 1), (["c", "b"], 600), (["a"], -600)]
        as [([String], Int64)]
      {
        let again = IdempotencyKey(.call(names), digest: "d")
        try expectEqual(
          try await store.outcome(of: again, in: "domain-a", at: at(seconds)), .existing(first),
          "\(names) after \(seconds) s")
        try expectEqual(
          try await store.create(report(2, createdAt: seconds), idempotency: again),
          .existing(first), "create by \(names) after \(seconds) s")
      }
    },
    Case("Another call, another digest, another domain or a later time is another create") {
      store in
      let call = IdempotencyKey(.call(["a"]), digest: "d")
      _ = try await store.create(report(1, createdAt: 0), idempotency: call)
      let others: [(IdempotencyKey, String, Int64)] = [
        (IdempotencyKey(.call(["b"]), digest: "d"), "domain-a", 0),
        (IdempotencyKey(.call(["a"]), digest: "e"), "domain-a", 0),
        (IdempotencyKey(key: "a", digest: "e"), "domain-a", 0),
        (call, "domain-b", 0), (call, "domain-a", 601), (call, "domain-a", -601),
      ]
      for (index, (key, domainID, seconds)) in others.enumerated() {
        let report = report(index + 2, in: domainID, createdAt: seconds)
        try expectEqual(try await store.outcome(of: key, in: domainID, at: at(seconds)), nil)
        try expectEqual(
          try await store.create(report, idempotency: key), .created(report), "\(index)")
      }
    },
    Case("A domain is the one of the same bytes") { store in
      let kelvin = "domain-\u{212A}"
      let report = report(1, in: "domain-K")
      _ = try await store.create(report, idempotency: nil)
      try expectEqual(try await store.report(report.reportID, in: kelvin), nil)
      try expectEqual(try await store.requestCancel(report.reportID, in: kelvin, at: at(1)), nil)
      try expectEqual(
        try await list(store, where: .equals(FieldReference.domainID, .string(kelvin))), [])
      try expectEqual(
        try await list(store, where: .equals(FieldReference.domainID, .string("domain-K"))), [1])
    },
  ]

  /// Has something in every field that a create may fill.
  private static var detailedReport: Report {
    Report(
      reportID: TestReports.id(1), domainID: "domain-a", templateID: "template-0123456789ab",
      name: "Kosten “Köln” — 비용 😀 ' \" \\ % _",
      templateOptions: [
        "text": .string("a\u{1}b\n😀"), "empty": .string(""), "nothing": .null, "yes": .bool(true),
        "no": .bool(false), "one": .number(1), "fraction": .number(0.1), "big": .number(1e300),
        "negative zero": .number(-0.0), "exact": .number(9_007_199_254_740_991),
        "list": .list([.number(1), .string("1"), .list([]), .object([:])]),
        "object": .object(["deep": .object(["it's \"quoted\"": .null])]),
      ],
      formats: [.json, .csv], storageID: Storage.local.storageID,
      scheduleID: "sch-0123456789ab", createdBy: "alice@example.com",
      createdAt: Instant(nanosecondsSinceEpoch: 1_800_000_000_123_456_789))
  }
}

extension StoreConformance {
  static let storageCases: [Case] = [
    Case("Every domain sees the built-in storage") { store in
      for domain in ["domain-a", "domain-b"] {
        try expectEqual(
          try await store.storage(Storage.local.storageID, in: domain), Storage.local)
      }
    },
    Case("An unknown storage answers nil") { store in
      try expectEqual(try await store.storage("storage-ffffffffffff", in: "domain-a"), nil)
    },
    Case("Storages are listed, filtered and counted") { store in
      for (predicate, isFound) in storageTable {
        let page = try await store.storages(storageQuery(predicate))
        try expectEqual(
          page,
          ListPage(entities: isFound ? [Storage.local] : [], totalCount: isFound ? 1 : 0),
          "page for \(predicate.sketch)")
      }
    },
    Case("Storages are paged") { store in
      var query = storageQuery(.all([]))
      query.offset = 1
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
      query.offset = 0
      query.limit = 0
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
      query.limit = 1
      query.isCountOnly = true
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
    },
  ]

  private static let storageTable: [(Predicate, Bool)] = [
    (.all([]), true),
    (.equals(.domainID, .string("")), true), (.equals(.domainID, .string("domain-a")), false),
    (.equals(.text("storage_id"), .string(Storage.local.storageID)), true),
    (.contains(.reportName, "OCA"), true), (.matches(.reportName, pattern: "^remote"), false),
    (.equals(.text("storage_type_info", "storage_type"), .string("local")), true),
    (.equals(.text("storage_type_info", "provider"), .string("aws")), false),
    (
      .equals(
        .text("storage_type_info", "storage_type_id"), .string(StorageType.local.storageTypeID)),
      true
    ),
    (.comparesInstant(.createdAt, .less, at(0)), true),
    (.exists(FieldReference(path: ["options"], kind: .object)), true),
    (.exists(FieldReference(path: ["options", "bucket"], kind: .dynamic)), false),
  ]

  private static func storageQuery(_ predicate: Predicate) -> ListQuery {
    ListQuery(
      predicate: predicate,
      sort: ListQuery.Sort(
        field: FieldReference(path: ["storage_id"], kind: .text), isDescending: false))
  }
}
