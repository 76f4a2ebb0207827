import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

/// The largest queries that are taken run, and larger ones are refused in words of the store's own:
/// SQLite's limits are never reached.
@Suite(.timeLimit(.minutes(5))) struct QueryLimitTests {
  private static let limits = PredicateSQL.Limits()
  private static let field = FieldReference.option("region")

  /// One of each kind of condition, the deepest that SQL is written for.
  private static let conditions: [ReportCore.Predicate] = [
    .equals(field, .string("eu")), .equals(field, .null), .equals(.state, .string("CREATED")),
    .compares(field, .less, .number(1)), .compares(field, .greater, .string("a")),
    .compares(field, .greater, .bool(true)), .exists(field), .contains(field, "e"),
    .comparesInstant(field, .less, Instant(secondsSinceEpoch: 0)), .matches(field, pattern: "e"),
    .hasElement(field, ["a": .number(1), "b": .null]),
    .equals(.text("storage_info", "storage_type_info", "name"), .string("x")),
    .contains(.text("storage_info", "storage_type_info", "name"), "x"),
    .exists(FieldReference(path: ["storage_info", "options", "x"], kind: .dynamic)),
  ]

  @Test(arguments: conditions)
  func theDeepestPredicateRuns(_ condition: ReportCore.Predicate) async throws {
    for wrap: (ReportCore.Predicate) -> ReportCore.Predicate in [
      { .not($0) }, { .all([condition, $0]) }, { .any([condition, condition, $0]) },
      { .all(Array(repeating: condition, count: 40) + [$0]) },
    ] {
      var predicate = condition
      var depth = 0
      while accepts(wrap(predicate)) {
        predicate = wrap(predicate)
        depth += 1
      }
      #expect(depth >= 7)
      try await expectRuns(predicate)
    }
  }

  @Test func levelsHaveABound() async throws {
    var predicate = Self.conditions[0]
    for _ in 1...Self.limits.depthMax { predicate = .not(predicate) }
    try await expectRuns(predicate)
    try await expectRefused(
      .not(predicate), "The query has too many levels: at most 12 are taken. Ask for less.")
  }

  @Test(arguments: [
    ReportCore.Predicate.contains(field, "e"), .hasElement(field, ["a": .number(1), "b": .null]),
    .equals(.text("storage_info", "storage_type_info", "name"), .string("x")),
  ])
  func conditionsHaveABound(_ condition: ReportCore.Predicate) async throws {
    // Told apart, so that they are not put into one list of values.
    let most = Self.limits.conditionsMax
    let all = Array(repeating: condition, count: most - 1) + [.exists(Self.field)]
    if condition.valueCount * most <= Self.limits.valuesMax {
      try await expectRuns(.any(all))
      try await expectRuns(.not(.all(all)))
    }
    try await expectRefused(
      .any(all + [condition, .exists(Self.field)]),
      "The query has too many conditions: at most 5000 are taken. Ask for less.")
  }

  @Test func valuesHaveABound() async throws {
    let most = Self.limits.valuesMax
    let items = (0..<most).map { ReportCore.Predicate.equals(.reportName, .string("\($0)")) }
    try await expectRuns(.any(items))
    try await expectRefused(
      .any(items + [items[0]]),
      "The query has too many values: at most 30000 are taken. Ask for less.")
  }

  private func accepts(_ predicate: ReportCore.Predicate) -> Bool {
    var sql = PredicateSQL(.report)
    return (try? sql.append(predicate)) != nil
  }

  private func expectRuns(_ predicate: ReportCore.Predicate) async throws {
    let stores: [any ReportStore] = [try SQLiteStore(), InMemoryReportStore()]
    var totals: [Int] = []
    for store in stores {
      _ = try await store.create(TestReports.report(1), idempotency: nil)
      totals.append(try await store.reports(.newestFirst(predicate)).totalCount)
      try await store.close()
    }
    #expect(totals[0] == totals[1])
  }

  private func expectRefused(_ predicate: ReportCore.Predicate, _ message: String) async throws {
    let store = try SQLiteStore()
    await #expect(throws: StoreError(.unsupported, message)) {
      try await store.reports(.newestFirst(predicate))
    }
    try await store.close()
  }
}

extension ReportCore.Predicate {
  /// Values that one condition binds.
  fileprivate var valueCount: Int {
    var sql = PredicateSQL(.report)
    try? sql.append(self)
    return sql.values.count
  }
}
