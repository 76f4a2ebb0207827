import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

/// No list of a domain's reports and no claim reads the whole table.
@Suite(.timeLimit(.minutes(5))) struct QueryPlanTests {
  private static let mine = ReportCore.Predicate.equals(.domainID, .string("domain-a"))

  @Test(
    arguments: [
      ([], "reports_by_domain"),
      ([.equals(.state, .string("CREATED"))], "reports_by_state"),
      ([.equals(.text("template_id"), .string("t"))], "reports_by_template"),
      ([.equals(.text("created_by"), .string("u"))], "reports_by_creator"),
      ([.comparesInstant(.createdAt, .less, FakeClock.start)], "reports_by_domain"),
      ([.contains(.reportName, "x")], "reports_by_domain"),
      ([.not(.equals(.state, .string("CREATED")))], "reports_by_domain"),
      ([.equals(.option("region"), .string("eu"))], "reports_by_domain"),
    ] as [([ReportCore.Predicate], String)])
  func theNewestReportsAreReadInOrderFromAnIndex(
    _ conditions: [ReportCore.Predicate], _ index: String
  ) async throws {
    let list = try ListSQL(
      .newestFirst(.all([Self.mine] + conditions), limit: 20), of: .report)
    let page = try list.page
    let pagePlan = try await plan(page.sql, page.values)
    #expect(pagePlan.contains { $0.contains("SEARCH r USING") && $0.contains(" \(index) ") })
    // Any index of the domain will do for the count.
    let countPlan = try await plan(list.count.sql, list.count.values)
    #expect(countPlan.contains { $0.contains("SEARCH r USING") }, "\(countPlan)")
    for step in pagePlan + countPlan {
      #expect(!step.contains("SCAN r") && !step.contains("TEMP B-TREE"), "\(step)")
    }
  }

  @Test(arguments: [
    ReportCore.Predicate.equals(.text("report_id"), .string("report-1")),
    .any([
      .equals(.state, .string("CREATED")), .equals(.state, .string("IN_PROGRESS")),
    ]),
    .any([.equals(.text("template_id"), .string("t")), .equals(.text("created_by"), .string("u"))]),
  ])
  func otherListsOfADomainUseAnIndexToo(_ condition: ReportCore.Predicate) async throws {
    let list = try ListSQL(.newestFirst(.all([Self.mine, condition]), limit: 20), of: .report)
    let page = try list.page
    for (sql, values) in [page, list.count] {
      let plan = try await plan(sql, values)
      #expect(plan.contains { $0.contains("SEARCH r USING") }, "\(plan)")
      #expect(!plan.contains { $0.contains("SCAN r") }, "\(plan)")
    }
  }

  @Test func theOldestReportsAreReadFromTheIndexBackwards() async throws {
    let list = try ListSQL(
      ListQuery(
        predicate: Self.mine, sort: .init(field: .createdAt, isDescending: false), limit: 20),
      of: .report)
    let page = try list.page
    let plan = try await plan(page.sql, page.values)
    #expect(plan.first?.contains("reports_by_domain") == true, "\(plan)")
    // Only reports of the same nanosecond are sorted.
    #expect(plan.dropFirst() == ["USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"])
  }

  @Test func aClaimReadsIndexesOnly() async throws {
    let plan = try await plan(
      "SELECT r.number FROM reports r \(SQLiteStore.nextInTurn)", [.integer(10 as Int64)])
    #expect(plan.contains { $0.contains("SEARCH r USING") && $0.contains("reports_waiting") })
    #expect(plan.contains { $0.contains("domain_turns USING INDEX domain_turns_next") })
    #expect(!plan.contains { $0.contains("SCAN r") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test func reportsThatAreKeptNoLongerAreFoundInAnIndex() async throws {
    let plan = try await plan(SQLiteStore.outlived, [])
    #expect(plan.contains { $0.contains("SEARCH r USING INDEX reports_by_end ") }, "\(plan)")
    #expect(!plan.contains { $0.contains("SCAN r") || $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  @Test func reportsAreFoundByAFileInAnIndex() async throws {
    let plan = try await plan(SQLiteStore.reportsOfFile, [])
    #expect(
      plan.contains { $0.contains("SEARCH a USING COVERING INDEX artifacts_by_sha256 ") }, "\(plan)"
    )
    #expect(plan.contains { $0.contains("SEARCH r USING INTEGER PRIMARY KEY") }, "\(plan)")
  }

  @Test func whatWaitsForAnotherSystemIsReadInOrderWithoutASort() async throws {
    let messages = try await plan(
      SQLiteStore.waitingMessages, [.integer(5 as Int64), .integer(10 as Int64)])
    #expect(messages.count == 1, "\(messages)")
    #expect(messages[0].contains("SEARCH audit_outbox USING INTEGER PRIMARY KEY"), "\(messages)")
    let status = try await plan(SQLiteStore.outboxStatus, [])
    #expect(!status.contains { $0.contains("TEMP B-TREE") }, "\(status)")
  }

  @Test func aDomainIsFoundByItsKey() async throws {
    var query = ListQuery.newestFirst(.all([]), limit: 20)
    query.sort = .init(field: .domainID, isDescending: false)
    let list = try ListSQL(query, of: .domain(.only("domain-a"), else: .enabled))
    let page = try list.page
    for (sql, values) in [page, list.count] {
      let plan = try await plan(sql, values)
      #expect(!plan.contains { $0.contains("SCAN s") || $0.contains("domain_turns") }, "\(plan)")
    }
    // All that are known are found without their reports.
    let known = try ListSQL(query, of: .domain(.known, else: .enabled)).page
    let plan = try await plan(known.sql, known.values)
    #expect(plan.contains { $0.contains("SCAN domain_turns") }, "\(plan)")
    #expect(!plan.contains { $0.contains("reports") }, "\(plan)")
  }

  @Test func leasesAreReadFromTheirIndex() async throws {
    // It holds running reports only.
    for sql in [SQLiteStore.expired, SQLiteStore.ofOthers, SQLiteStore.earliestEnd] {
      let plan = try await plan(sql, [])
      #expect(plan.count == 1, "\(plan)")
      #expect(plan[0].contains("reports USING COVERING INDEX reports_by_lease"), "\(plan)")
    }
  }

  @Test func whatFinishedLastIsReadInOrderFromAnIndex() async throws {
    let plan = try await plan(
      SQLiteStore.recentRuns, [.text("d"), .text("t"), .text("{}"), .integer(20 as Int64)])
    #expect(plan.count == 1, "\(plan)")
    #expect(plan[0].contains("reports USING INDEX reports_finished"), "\(plan)")
  }

  @Test(
    arguments: [
      (AuditQuery(limit: 9), "audit_by_time"),
      (AuditQuery(since: FakeClock.start, until: FakeClock.start, limit: 9), "audit_by_time"),
      (AuditQuery(domainID: "domain-a", limit: 9), "audit_by_domain"),
      (AuditQuery(domainID: "d", subject: "s", method: "m", limit: 9), "audit_by_domain"),
      (
        AuditQuery(
          domainID: "d", since: FakeClock.start,
          cursor: AuditCursor(nanosecondsSinceEpoch: 1, number: 1), limit: 9), "audit_by_domain"
      ),
      (AuditQuery(resourceID: "r", limit: 9), "audit_by_resource"),
    ] as [(AuditQuery, String)])
  func eventsAreReadInOrderFromAnIndex(_ query: AuditQuery, _ index: String) async throws {
    let (sql, values) = AuditSQL.page(query)
    let plan = try await plan(sql, values)
    #expect(plan.contains { $0.contains("audit USING INDEX \(index)") }, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
  }

  private func plan(_ sql: String, _ values: [SQLValue]) async throws -> [String] {
    let store = try SQLiteStore()
    let plan = try await store.read(.query, for: "") { db in
      try db.all("EXPLAIN QUERY PLAN " + sql, values, isKept: false) { $0.text(3) }
    }
    try await store.close()
    return plan
  }
}
