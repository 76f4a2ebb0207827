import ReportCore

extension StoreConformance {
  /// Each predicate with the numbers of the reports of `library` that it selects.
  static let predicateCases: [Case] =
    (logicTable + equalityTable + orderTable + rangeTable + textTable + structureTable).map {
      predicate, numbers in
      Case("It selects \(numbers) with \(predicate.sketch)") { store in
        try await fill(store)
        try expectEqual(try await list(store, where: predicate), numbers, "selection")
      }
    } + [
      Case("The first and the last moment that can be kept lie between the moments beyond") {
        store in
        for (number, nanoseconds) in [(1, Int64.min), (2, .max)] {
          _ = try await store.create(
            TestReports.report(number, createdAt: Instant(nanosecondsSinceEpoch: nanoseconds)),
            idempotency: nil)
        }
        for (bound, comparisons) in [
          (Instant.latest, [Comparison.less, .lessOrEqual]),
          (.earliest, [.greater, .greaterOrEqual]),
        ] {
          for comparison in Comparison.allCases {
            try expectEqual(
              try await list(store, where: .comparesInstant(.createdAt, comparison, bound)),
              comparisons.contains(comparison) ? [1, 2] : [],
              "\(comparison) \(ISO8601.text(bound))")
          }
        }
      }
    ]

  /// Reports to select from: 1 waits, 2 is finished, 3 has failed, 4 runs, 5 and 6 wait.
  private static let library: [Report] = [
    TestReports.report(
      1, templateID: "template-aaaaaaaaaaaa", name: "Monthly cost",
      options: [
        "region": .string("eu"), "limit": .number(10), "flag": .bool(true), "gone": .null,
        "nested": .object(["a": .object(["b": .number(1)]), "it's": .string("x")]),
        "tags": .list([
          .object(["k": .string("env"), "v": .string("prod"), "n": .number(1)]),
          .object(["k": .string("team"), "v": .null]), .string("env"),
        ]),
        "when": .string("2027-01-15T08:00:00.000000001Z"),
      ], createdBy: "alice", createdAt: at(1)),
    TestReports.report(
      2, templateID: "template-aaaaaaaaaaaa", name: "monthly COST 100%",
      options: [
        "region": .string("us"), "limit": .number(20.5), "flag": .bool(false),
        "when": .string("2027-01-15T17:00:00+09:00"), "we\"ird.$[0]": .string("w"),
        "list": .list([.string("cost"), .number(1)]),
      ], createdBy: "bob", createdAt: at(2)),
    TestReports.report(
      3, templateID: "template-bbbbbbbbbbbb", name: "Été_report\nsecond line",
      options: ["region": .string("EU"), "limit": .string("10"), "flag": .number(1)],
      createdAt: at(3)),
    TestReports.report(4, name: "한국 비용", options: ["when": .string("soon")], createdAt: at(4)),
    TestReports.report(
      5, name: "a\\b'c\"d",
      options: ["region": .list([]), "when": .string("0001-01-01T00:00:00Z")],
      createdAt: at(5)),
    TestReports.report(
      6, name: "",
      options: [
        "nested": .object([:]), "empty": .string(""),
        "when": .string("9999-12-31T23:59:59.999999999Z"),
      ], createdAt: at(6)),
  ]

  private static func fill(_ store: any ReportStore) async throws {
    for report in library.dropLast(2) { _ = try await store.create(report, idempotency: nil) }
    // Claimed in the order of their age, so the first goes back when the others have run.
    let first = try require(try await claim(store, at: 100), "report")
    let second = try require(try await claim(store, at: 101), "report")
    _ = try await finish(
      store, second, .finished([TestReports.artifact(of: second)], Progress(rows: 2, bytes: 12)))
    let third = try require(try await claim(store, at: 102), "report")
    let failure = ReportFailureInfo(code: .queryError, message: "no such table: costs")
    _ = try await finish(store, third, .failure(failure, .none))
    _ = try await claim(store, at: 103)
    try await store.handBack(first.reportID, fencingToken: try token(of: first), at: at(104))
    for report in library.suffix(2) { _ = try await store.create(report, idempotency: nil) }
  }

  private typealias Row = (Predicate, [Int])

  private static let logicTable: [Row] = [
    (.all([]), [1, 2, 3, 4, 5, 6]), (.any([]), []), (.not(.all([])), []),
    (.not(.any([])), [1, 2, 3, 4, 5, 6]),
    (.all([.contains(.reportName, "cost"), .contains(.reportName, "100")]), [2]),
    (.any([.contains(.reportName, "100"), .contains(.reportName, "한")]), [2, 4]),
    (.not(.any([.contains(.reportName, "cost"), .exists(.text("error", "code"))])), [4, 5, 6]),
    (.not(.not(.contains(.reportName, "cost"))), [1, 2]),
    (.all([.any([.equals(.reportID, .string(TestReports.id(3)))]), .not(.any([]))]), [3]),
    // What is missing fits no comparison, so it fits each negation.
    (.not(.equals(.option("region"), .string("eu"))), [2, 3, 4, 5, 6]),
    (.not(.compares(.option("limit"), .less, .number(100))), [3, 4, 5, 6]),
    (.not(.contains(.option("region"), "u")), [4, 5, 6]),
    (.not(.matches(.option("region"), pattern: "u")), [4, 5, 6]),
    (.not(.comparesInstant(.option("when"), .less, at(1000))), [3, 4, 6]),
    (.not(.hasElement(.option("tags"), ["k": .string("env")])), [2, 3, 4, 5, 6]),
    (.not(.not(.equals(.option("region"), .string("eu")))), [1]),
  ]

  private static let equalityTable: [Row] = [
    (.equals(.text("template_id"), .string("template-aaaaaaaaaaaa")), [1, 2]),
    (.equals(.text("created_by"), .string("alice")), [1]),
    (.equals(.text("created_by"), .string("Alice")), []),
    (.equals(.text("created_by"), .string("")), [3, 4, 5, 6]),
    (.equals(.text("created_by"), .number(0)), []), (.equals(.reportName, .null), [6]),
    (.equals(.text("created_by"), .null), [3, 4, 5, 6]),
    (.not(.equals(.text("created_by"), .null)), [1, 2]),
    (.equals(.text("schedule_id"), .null), [1, 2, 3, 4, 5, 6]),
    (.equals(.text("storage_path"), .null), [1, 3, 4, 5, 6]),
    (.equals(.text("storage_info", "secret_id"), .null), [1, 2, 3, 4, 5, 6]),
    (.any([.equals(.reportName, .null), .equals(.reportName, .string("한국 비용"))]), [4, 6]),
    (.equals(.reportName, .string("a\\b'c\"d")), [5]),
    (.equals(.text("storage_id"), .string(Storage.local.storageID)), [1, 2, 3, 4, 5, 6]),
    (.equals(.text("storage_info", "name"), .string("local")), [1, 2, 3, 4, 5, 6]),
    (.equals(.text("storage_info", "name"), .string("s3")), []),
    (.equals(.text("storage_info", "storage_type_info", "provider"), .string("aws")), []),
    (.equals(.state, .string("CREATED")), [1, 5, 6]),
    (.equals(.state, .string("IN_PROGRESS")), [4]), (.equals(.state, .string("created")), []),
    (.equals(.text("error", "code"), .string("QUERY_ERROR")), [3]),
    (.equals(.text("error", "code"), .null), [1, 2, 4, 5, 6]),
    (.equals(.text("storage_path"), .string("domain-a/\(TestReports.id(2))")), [2]),
    (.equals(.option("limit"), .number(10)), [1]),
    (.equals(.option("limit"), .number(20.5)), [2]),
    (.equals(.option("limit"), .string("10")), [3]),
    (.equals(.option("flag"), .bool(true)), [1]), (.equals(.option("flag"), .number(1)), [3]),
    (.equals(.option("flag"), .bool(false)), [2]), (.equals(.option("flag"), .number(0)), []),
    (.equals(.option("region"), .string("eu")), [1]),
    (.equals(.option("gone"), .null), [1, 2, 3, 4, 5, 6]),
    (.equals(.option("region"), .null), [4, 6]),
    (.equals(.option("nested", "a", "b"), .number(1)), [1]),
    (.equals(.option("nested", "a"), .object(["b": .number(1)])), [1]),
    (.equals(.option("nested"), .object([:])), [6]),
    (.equals(.option("nested", "it's"), .string("x")), [1]),
    (.equals(.option("we\"ird.$[0]"), .string("w")), [2]),
    (.equals(.option("region", "deeper"), .null), [1, 2, 3, 4, 5, 6]),
    (
      .equals(
        .options, .object(["limit": .string("10"), "flag": .number(1), "region": .string("EU")])),
      [3]
    ),
    (.equals(.options, .object(["region": .string("EU")])), []),
  ]

  private static let orderTable: [Row] = [
    (.compares(.option("limit"), .less, .number(20.5)), [1]),
    (.compares(.option("limit"), .lessOrEqual, .number(20.5)), [1, 2]),
    (.compares(.option("limit"), .greater, .number(10)), [2]),
    (.compares(.option("limit"), .greaterOrEqual, .number(10)), [1, 2]),
    (.compares(.option("limit"), .greaterOrEqual, .string("1")), [3]),
    (.compares(.option("flag"), .greaterOrEqual, .number(0)), [3]),
    (.compares(.option("flag"), .greaterOrEqual, .bool(true)), [1]),
    (.compares(.option("flag"), .less, .bool(true)), [2]),
    (.compares(.option("region"), .less, .string("eu")), [3]),
    (.compares(.option("region"), .greater, .string("")), [1, 2, 3]),
    (.compares(.option("none"), .less, .number(1)), []),
    (.compares(.reportName, .greater, .string("m")), [2, 3, 4]),
    (.compares(.reportName, .less, .string("N")), [1, 6]),
    (.compares(.reportName, .less, .number(5)), []),
    (.compares(.text("error", "code"), .less, .string("z")), [3]),
    (.comparesInstant(.createdAt, .less, at(2)), [1]),
    (.comparesInstant(.createdAt, .lessOrEqual, at(2)), [1, 2]),
    (.comparesInstant(.createdAt, .greater, at(5)), [6]),
    (.comparesInstant(.createdAt, .greaterOrEqual, at(5)), [5, 6]),
    (
      .all([
        .comparesInstant(.createdAt, .greaterOrEqual, at(3)),
        .comparesInstant(.createdAt, .lessOrEqual, at(3)),
      ]), [3]
    ),
    (.comparesInstant(.option("when"), .lessOrEqual, at(0)), [2, 5]),
    (.comparesInstant(.option("when"), .greater, at(0)), [1, 6]),
    (.comparesInstant(.option("limit"), .greater, Instant(secondsSinceEpoch: 0)), []),
  ]

  /// Moments before and after all that nanoseconds in 64 bits can count.
  private static let rangeTable: [Row] = [
    (.comparesInstant(.createdAt, .less, .latest), [1, 2, 3, 4, 5, 6]),
    (.comparesInstant(.createdAt, .lessOrEqual, .latest), [1, 2, 3, 4, 5, 6]),
    (.comparesInstant(.createdAt, .greater, .latest), []),
    (.comparesInstant(.createdAt, .greaterOrEqual, .latest), []),
    (.comparesInstant(.createdAt, .less, .earliest), []),
    (.comparesInstant(.createdAt, .lessOrEqual, .earliest), []),
    (.comparesInstant(.createdAt, .greater, .earliest), [1, 2, 3, 4, 5, 6]),
    (.comparesInstant(.createdAt, .greaterOrEqual, .earliest), [1, 2, 3, 4, 5, 6]),
    (.comparesInstant(.endedAt, .less, .latest), [2, 3]),
    (.not(.comparesInstant(.endedAt, .less, .latest)), [1, 4, 5, 6]),
    (.comparesInstant(.option("when"), .less, .latest), [1, 2, 5]),
    (.comparesInstant(.option("when"), .lessOrEqual, .latest), [1, 2, 5, 6]),
    (.comparesInstant(.option("when"), .greaterOrEqual, .latest), [6]),
    (.comparesInstant(.option("when"), .greater, .latest), []),
    (.comparesInstant(.option("when"), .less, .earliest), []),
    (.comparesInstant(.option("when"), .lessOrEqual, .earliest), [5]),
    (.comparesInstant(.option("when"), .greater, .earliest), [1, 2, 6]),
    (.comparesInstant(.option("when"), .greater, Instant(nanosecondsSinceEpoch: .max)), [6]),
    (.comparesInstant(.option("when"), .less, Instant(nanosecondsSinceEpoch: .min)), [5]),
  ]

  private static let textTable: [Row] = [
    (.contains(.reportName, "COST"), [1, 2]), (.contains(.reportName, "0%"), [2]),
    (.contains(.reportName, "y_c"), []), (.contains(.reportName, "%"), [2]),
    (.contains(.reportName, "É"), [3]),
    (.contains(.reportName, "éTÉ_"), [3]), (.contains(.reportName, "비용"), [4]),
    (.contains(.reportName, "\\b'C\"D"), [5]), (.contains(.reportName, ""), [1, 2, 3, 4, 5, 6]),
    (.contains(.reportName, "*"), []), (.contains(.reportName, "[a-z]"), []),
    (.contains(.state, "progress"), [4]), (.contains(.text("error", "message"), "COSTS"), [3]),
    (.contains(.text("error", "message"), ""), [3]), (.contains(.option("region"), "E"), [1, 3]),
    (.contains(.option("limit"), "0"), [3]), (.contains(.option("list"), "cost"), []),
    (.matches(.reportName, pattern: "^monthly"), [1, 2]),
    (.matches(.reportName, pattern: "%$"), [2]),
    (.matches(.reportName, pattern: "été.report"), [3]),
    (.matches(.reportName, pattern: "(?m)^second"), [3]),
    (.matches(.reportName, pattern: "[가-힣]{2} "), [4]), (.matches(.reportName, pattern: "^$"), [6]),
    (.matches(.reportName, pattern: "(a+)+$|\\\\b"), [5]), (.matches(.state, pattern: "^fin"), [2]),
    (.matches(.option("region"), pattern: "^(eu|us)$"), [1, 2, 3]),
    (.matches(.option("limit"), pattern: "."), [3]),
    (.matches(.text("error", "code"), pattern: ".*"), [3]),
  ]

  private static let structureTable: [Row] = [
    (.exists(.reportName), [1, 2, 3, 4, 5]), (.exists(.options), [1, 2, 3, 4, 5, 6]),
    // An empty text is missing, as it is on the wire; one inside options was given.
    (.exists(.text("created_by")), [1, 2]), (.not(.exists(.text("created_by"))), [3, 4, 5, 6]),
    (.exists(.text("schedule_id")), []), (.exists(.text("storage_path")), [2]),
    (.exists(.text("storage_info", "name")), [1, 2, 3, 4, 5, 6]),
    (.exists(.text("storage_info", "secret_id")), []),
    (.exists(.text("error", "message")), [3]), (.exists(.option("empty")), [6]),
    (.equals(.option("empty"), .null), [1, 2, 3, 4, 5]),
    (.exists(.text("error", "code")), [3]), (.exists(.option("region")), [1, 2, 3, 5]),
    (.exists(.option("gone")), []), (.exists(.option("nested")), [1, 6]),
    (.exists(.option("nested", "a", "b")), [1]), (.exists(.option("nested", "a", "c")), []),
    (.exists(.option("nested", "it's")), [1]), (.exists(.option("we\"ird.$[0]")), [2]),
    (.exists(.option("we\"ird")), []), (.exists(.option("flag")), [1, 2, 3]),
    (.exists(.createdAt), [1, 2, 3, 4, 5, 6]), (.exists(.state), [1, 2, 3, 4, 5, 6]),
    (.hasElement(.option("tags"), ["k": .string("env")]), [1]),
    (.hasElement(.option("tags"), ["k": .string("env"), "v": .string("prod")]), [1]),
    (.hasElement(.option("tags"), ["k": .string("team"), "v": .string("prod")]), []),
    (.hasElement(.option("tags"), ["k": .string("team"), "v": .null]), [1]),
    (.hasElement(.option("tags"), ["n": .number(1)]), [1]),
    (.hasElement(.option("tags"), ["n": .bool(true)]), []),
    (.hasElement(.option("tags"), ["n": .string("1")]), []),
    (.hasElement(.option("tags"), [:]), [1]),
    (.hasElement(.option("tags"), ["none": .null, "k": .string("env")]), [1]),
    (.hasElement(.option("region"), ["k": .string("env")]), []),
    (.hasElement(.option("nested"), ["a": .object(["b": .number(1)])]), []),
  ]
}

extension Predicate {
  /// For a case's name.
  var sketch: String {
    switch self {
    case .all(let parts): "(" + parts.map(\.sketch).joined(separator: " and ") + ")"
    case .any(let parts): "(" + parts.map(\.sketch).joined(separator: " or ") + ")"
    case .not(let part): "not \(part.sketch)"
    case .equals(let field, let value): "\(field.name) = \(value.sketch)"
    case .compares(let field, let order, let value):
      "\(field.name) \(order.rawValue) \(value.sketch)"
    case .comparesInstant(let field, let order, let instant):
      "\(field.name) \(order.rawValue) \(ISO8601.text(instant))"
    case .exists(let field): "\(field.name) exists"
    case .contains(let field, let text): "\(field.name) contains \(text.debugDescription)"
    case .matches(let field, let pattern): "\(field.name) ~ \(pattern.debugDescription)"
    case .hasElement(let field, let members):
      "\(field.name) has \(OptionValue.object(members).sketch)"
    }
  }
}

extension OptionValue {
  fileprivate var sketch: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let value): return value.debugDescription
    case .list(let values): return "[" + values.map(\.sketch).joined(separator: ", ") + "]"
    case .object(let members):
      let parts = members.map { "\($0.key): \($0.value.sketch)" }
      return "{" + parts.joined(separator: ", ") + "}"
    }
  }
}
