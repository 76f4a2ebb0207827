import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

/// What the conformance suite does not ask: it runs on every store.
@Suite(.timeLimit(.minutes(5))) struct PredicateSQLTests {
  @Test(arguments: [
    "'; DROP TABLE reports; --", "a\"b", "a.b", "a[0]", "$", "#-1", "한국어", "e\u{301}", "\\", "\n",
    "a\u{1}b", "\u{1F600}", "\\u0022", "", "*",
  ])
  func namesAndTextsAreTakenLiterally(_ hostile: String) async throws {
    let store = try SQLiteStore()
    let report = TestReports.report(
      1, name: hostile,
      options: [
        hostile: .string(hostile), "o": .object([hostile: .list([.object([hostile: .number(1)])])]),
      ])
    _ = try await store.create(report, idempotency: nil)
    _ = try await store.create(
      TestReports.report(2, options: ["x": .string("x")]), idempotency: nil)
    #expect(try await store.report(report.reportID, in: report.domainID) == report)
    for predicate: ReportCore.Predicate in [
      .equals(.option(hostile), .string(hostile)), .equals(.reportName, .string(hostile)),
      .exists(.option(hostile)), .exists(.option("o", hostile)),
      .hasElement(.option("o", hostile), [hostile: .number(1)]),
      .compares(.option(hostile), .lessOrEqual, .string(hostile)),
      .all([
        .contains(.option(hostile), hostile), .contains(.reportName, hostile),
        .not(.exists(.option("x"))),
      ]),
    ] {
      #expect(try await numbers(store, predicate) == [1], "\(predicate)")
    }
    try await store.close()
  }

  @Test func numbersAreComparedAsTheyAreWritten() async throws {
    let store = try SQLiteStore()
    let values: [Double] = [
      0, -0.0, 1, -1, 0.1, 1e300, -1e300, Double.leastNonzeroMagnitude, 9_007_199_254_740_991,
      9_007_199_254_740_994,
      1e19, 123_456.789,
    ]
    for (index, value) in values.enumerated() {
      let report = TestReports.report(index, options: ["v": .number(value)])
      _ = try await store.create(report, idempotency: nil)
      #expect(try await store.report(report.reportID, in: report.domainID) == report)
    }
    for value in values {
      let equal = values.indices.filter { values[$0] == value }
      let less = values.indices.filter { values[$0] < value }
      #expect(try await numbers(store, .equals(.option("v"), .number(value))) == equal)
      #expect(try await numbers(store, .compares(.option("v"), .less, .number(value))) == less)
    }
    #expect(try await numbers(store, .equals(.option("v"), .number(.nan))).isEmpty)
    try await store.close()
  }

  @Test func aNumberThatIsNotFiniteIsRefused() async throws {
    let store = try SQLiteStore()
    let report = TestReports.report(1, options: ["v": .list([.number(.infinity)])])
    await #expect(
      throws: StoreError(
        .unsupported,
        "template_options of report report-000000000001 holds a number that is not finite.")
    ) {
      try await store.create(report, idempotency: nil)
    }
    #expect(try await store.reports(.everything).totalCount == 0)
    try await store.close()
  }

  @Test func aFieldOfAnotherKindMatchesNothingButItsNegation() async throws {
    let store = try SQLiteStore()
    _ = try await store.create(TestReports.report(1), idempotency: nil)
    let object = FieldReference(path: ["template_options"], kind: .object)
    for predicate: ReportCore.Predicate in [
      .equals(.createdAt, .string("2026-11-23")), .equals(.reportName, .bool(true)),
      .equals(object, .string("{}")), .compares(object, .less, .string("z")),
      .compares(.createdAt, .less, .number(1e300)), .compares(.reportName, .less, .null),
      .comparesInstant(.reportName, .greater, Instant(nanosecondsSinceEpoch: .min)),
      .contains(.createdAt, ""), .contains(object, ""), .matches(object, pattern: ""),
      .hasElement(.reportName, [:]), .hasElement(object, [:]),
      .any([.equals(.reportName, .number(1)), .equals(.reportName, .number(2))]),
    ] {
      #expect(try await numbers(store, predicate).isEmpty, "\(predicate)")
      #expect(try await numbers(store, .not(predicate)) == [1], "\(predicate)")
    }
    try await store.close()
  }

  @Test func storagesAreSelectedByTheirFieldsAndKinds() async throws {
    let store = try SQLiteStore()
    let kind = StorageType.local
    for (predicate, isFound) in [
      (
        ReportCore.Predicate.equals(.text("storage_type_info", "provider"), .string(kind.provider)),
        true
      ),
      (.equals(.text("storage_type_info", "storage_type"), .string("s3")), false),
      (.contains(.text("storage_type_info", "name"), "LOCAL"), true),
      (.equals(.text("storage_type_info", "storage_type_id"), .string(kind.storageTypeID)), true),
      (.equals(.text("domain_id"), .string("")), true),
      (.exists(FieldReference(path: ["options", "bucket"], kind: .dynamic)), false),
      (.comparesInstant(.createdAt, .greater, Instant(secondsSinceEpoch: 0)), true),
    ] {
      let page = try await store.storages(.newestFirst(predicate))
      #expect(page == ListPage(entities: isFound ? [.local] : [], totalCount: isFound ? 1 : 0))
    }
    try await store.close()
  }

  @Test func reportsAreSelectedByTheKindOfTheirStorage() async throws {
    let store = try SQLiteStore()
    _ = try await store.create(TestReports.report(1), idempotency: nil)
    let provider = FieldReference.text("storage_info", "storage_type_info", "provider")
    #expect(try await numbers(store, .equals(provider, .string("reportwire"))) == [1])
    #expect(try await numbers(store, .equals(provider, .string("aws"))).isEmpty)
    try await store.close()
  }

  @Test func aSearchRepeatedWithAnotherTextIsAnotherSearch() async throws {
    let store = try SQLiteStore()
    for (number, name) in [(1, "alpha"), (2, "beta"), (3, "alphabet")] {
      _ = try await store.create(TestReports.report(number, name: name), idempotency: nil)
    }
    for _ in 1...3 {
      #expect(try await numbers(store, .contains(.reportName, "alpha")) == [1, 3])
      #expect(try await numbers(store, .contains(.reportName, "BET")) == [2, 3])
      #expect(try await numbers(store, .matches(.reportName, pattern: "^a.*t$")) == [3])
      #expect(try await numbers(store, .matches(.reportName, pattern: "a$")) == [1, 2])
    }
    try await store.close()
  }

  @Test func moreShapesOfListsThanAreKeptPreparedStillWork() async throws {
    let store = try SQLiteStore()
    _ = try await store.create(TestReports.report(1, name: "1"), idempotency: nil)
    for count in 2...(KeptStatements.countMax + 10) {
      let items = (1...count).map {
        ReportCore.Predicate.equals(.reportName, .string(String($0)))
      }
      #expect(try await numbers(store, .any(items)) == [1])
    }
    try await store.close()
  }

  @Test func fieldsAndPatternsThatAreNotThereAreNamed() async throws {
    let store = try SQLiteStore()
    let table: [(ListQuery, String)] = [
      (.newestFirst(.exists(.text("owner"))), "There is no field owner to select or sort by."),
      (
        .newestFirst(.exists(FieldReference(path: ["name", "x"], kind: .dynamic))),
        "There is no field name.x to select or sort by."
      ),
      (
        .newestFirst(.exists(FieldReference(path: [], kind: .dynamic))),
        "There is no field  to select or sort by."
      ),
      (
        ListQuery(
          predicate: .all([]),
          sort: .init(
            field: FieldReference(path: ["template_options"], kind: .object), isDescending: false)),
        "template_options is an object and has no order."
      ),
    ]
    for (query, message) in table {
      await #expect(throws: StoreError(.unsupported, message)) { try await store.reports(query) }
    }
    let error = await #expect(throws: StoreError.self) {
      try await store.reports(.newestFirst(.matches(.reportName, pattern: "(")))
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("The pattern ( cannot be used: ") == true)
    try await store.close()
  }

  private func numbers(_ store: SQLiteStore, _ predicate: ReportCore.Predicate) async throws
    -> [Int]
  {
    let page = try await store.reports(
      ListQuery(predicate: predicate, sort: .init(field: .text("report_id"), isDescending: false)))
    let counted = try await store.reports(
      ListQuery(
        predicate: predicate, sort: .init(field: .text("report_id"), isDescending: false),
        isCountOnly: true))
    #expect(counted.totalCount == page.entities.count)
    return page.entities.compactMap { Int($0.reportID.dropFirst("report-".count), radix: 16) }
  }
}
