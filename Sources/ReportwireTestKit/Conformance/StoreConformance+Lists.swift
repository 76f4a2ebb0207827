import ReportCore

extension StoreConformance {
  static let listCases: [Case] = [
    Case("A list of an empty store is empty") { store in
      try expectEqual(try await list(store), [])
    },
    Case("A list shows reports as they are now") { store in
      let report = try await running(store)
      let page = try await store.reports(query())
      try expectEqual(page, ListPage(entities: [report], totalCount: 1))
    },
    Case("A list holds the domain that its predicate names and no other") { store in
      _ = try await store.create(report(1), idempotency: nil)
      _ = try await store.create(report(2, in: "domain-b"), idempotency: nil)
      let mine = Predicate.equals(FieldReference.domainID, .string("domain-b"))
      try expectEqual(try await list(store, where: mine), [2])
      try expectEqual(try await list(store), [1, 2])
    },
    Case("Reports are sorted by text as UTF-8 bytes order it, by id among equals") { store in
      let names = ["b", "a", "É", "b", "B", "", "é", "Z", "10", "9"]
      for (index, name) in names.enumerated() {
        var report = report(index + 1)
        report.name = name
        _ = try await store.create(report, idempotency: nil)
      }
      try expectEqual(
        try await list(store, sortedBy: .reportName), [6, 9, 10, 5, 8, 2, 1, 4, 3, 7], "ascending")
      try expectEqual(
        try await list(store, sortedBy: .reportName, isDescending: true),
        [7, 3, 1, 4, 2, 8, 5, 10, 9, 6], "descending")
    },
    Case("Reports are sorted by time to the nanosecond") { store in
      for (number, nanoseconds) in [(1, 2), (2, 1), (3, 2), (4, 0)] {
        var report = report(number)
        report.createdAt = at(0).advanced(by: .nanoseconds(nanoseconds))
        _ = try await store.create(report, idempotency: nil)
      }
      try expectEqual(try await list(store, sortedBy: .createdAt), [4, 2, 1, 3])
      try expectEqual(
        try await list(store, sortedBy: .createdAt, isDescending: true), [1, 3, 2, 4])
    },
    Case("Reports are sorted by state as its name orders it") { store in
      for number in 1...3 { _ = try await store.create(report(number), idempotency: nil) }
      _ = try await claim(store)
      _ = try await store.requestCancel(TestReports.id(2), in: "domain-a", at: at(101))
      try expectEqual(try await list(store, sortedBy: .state), [2, 3, 1])
    },
    Case("Options and texts that only look alike are different") { store in
      let (name, other) = ("é", "e\u{301}")
      let all: [OptionObject] = [
        [name: .string("K")], [other: .string("K")], [name: .string("\u{212A}")],
        ["list": .list([.object([name: .number(1)])])],
        ["list": .list([.object([other: .number(1)])])],
      ]
      for (index, options) in all.enumerated() {
        var report = report(index + 1)
        report.templateOptions = options
        _ = try await store.create(report, idempotency: nil)
        let stored = try await stored(report, in: store)
        try expectEqual(stored.templateOptions.keys.map(\.exact), options.keys.map(\.exact))
      }
      for (predicate, numbers) in [
        (.equals(.option(name), .string("K")), [1]), (.equals(.option(other), .string("K")), [2]),
        (.equals(.option(name), .string("\u{212A}")), [3]),
        (
          .any([.equals(.option(name), .string("K")), .equals(.option(other), .string("K"))]),
          [1, 2]
        ),
        (.exists(.option(name)), [1, 3]), (.exists(.option(other)), [2]),
        (.hasElement(.option("list"), [name: .number(1)]), [4]),
        (.hasElement(.option("list"), [other: .number(1)]), [5]),
        (.compares(.option(name), .greater, .string("K")), [3]),
      ] as [(Predicate, [Int])] {
        try expectEqual(try await list(store, where: predicate), numbers, predicate.sketch)
      }
      try expectEqual(
        try await list(store, where: .exists(.options), sortedBy: .option(name)), [2, 4, 5, 1, 3])
    },
    Case("Sorted by an option, reports without it come first") { store in
      let values: [OptionValue?] = [.number(10), nil, .number(9), .null, .number(-1)]
      for (index, value) in values.enumerated() {
        var report = report(index + 1)
        report.templateOptions["it's a \"key\""] = value
        _ = try await store.create(report, idempotency: nil)
      }
      let field = FieldReference.option("it's a \"key\"")
      try expectEqual(try await list(store, sortedBy: field), [2, 4, 5, 3, 1])
      try expectEqual(
        try await list(store, sortedBy: field, isDescending: true), [1, 3, 5, 2, 4])
    },
    Case("Pages cut the sorted list, and each tells the number of all") { store in
      for number in 1...7 { _ = try await store.create(report(number), idempotency: nil) }
      for (offset, limit, numbers) in [
        (0, 3, [1, 2, 3]), (3, 3, [4, 5, 6]), (6, 3, [7]), (7, 3, []), (1000, 3, []), (0, 0, []),
        (5, 1000, [6, 7]),
      ] {
        let page = try await store.reports(query(offset: offset, limit: limit))
        try expectEqual(
          page.entities.map(\.reportID), numbers.map(TestReports.id), "\(limit) after \(offset)")
        try expectEqual(page.totalCount, 7, "number of all at \(limit) after \(offset)")
      }
      let rest = try await store.reports(query(offset: 5))
      try expectEqual(rest.entities.map(\.reportID), [6, 7].map(TestReports.id), "without limit")
    },
    Case("A count gives the number that match and no report") { store in
      for number in 1...5 { _ = try await store.create(report(number), idempotency: nil) }
      var query = query(where: .contains(.reportName, "report"), offset: 2, limit: 1)
      query.isCountOnly = true
      try expectEqual(try await store.reports(query), ListPage(entities: [], totalCount: 5))
    },
  ]

  static func query(
    where predicate: Predicate = .all([]), sortedBy field: FieldReference = .reportID,
    isDescending: Bool = false, offset: Int = 0, limit: Int? = nil
  ) -> ListQuery {
    ListQuery(
      predicate: predicate, sort: .init(field: field, isDescending: isDescending), offset: offset,
      limit: limit)
  }

  /// The numbers of the reports that a query selects, in its order.
  static func list(
    _ store: any ReportStore, where predicate: Predicate = .all([]),
    sortedBy field: FieldReference = .reportID, isDescending: Bool = false
  ) async throws -> [Int] {
    let page = try await store.reports(
      query(where: predicate, sortedBy: field, isDescending: isDescending))
    try expectEqual(page.totalCount, page.entities.count, "total count")
    return try page.entities.map { report in
      try require(Int(report.reportID.dropFirst("report-".count), radix: 16), "number")
    }
  }
}

extension FieldReference {
  static let reportID = FieldReference(path: ["report_id"], kind: .text)
  static let domainID = FieldReference(path: ["domain_id"], kind: .text)
  static let reportName = FieldReference(path: ["name"], kind: .text)
  static let state = FieldReference(path: ["state"], kind: .state)
  static let createdAt = FieldReference(path: ["created_at"], kind: .instant)
  static let endedAt = FieldReference(path: ["ended_at"], kind: .instant)
  static let options = FieldReference(path: ["template_options"], kind: .object)

  static func text(_ path: String...) -> FieldReference {
    FieldReference(path: path, kind: .text)
  }

  static func option(_ path: String...) -> FieldReference {
    FieldReference(path: ["template_options"] + path, kind: .dynamic)
  }
}
