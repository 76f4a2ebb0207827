import DataSources
import ReportCore
import Testing

@Suite("How SQLite finds rows")
struct QueryPlanTests {
  private let file: SourceFile

  init() throws {
    file = try SourceFile(
      """
      CREATE TABLE costs (id INTEGER PRIMARY KEY, region TEXT, amount INTEGER);
      CREATE TABLE plain (a TEXT);
      CREATE INDEX costs_by_region ON costs (region);
      CREATE VIRTUAL TABLE words USING fts5(text);
      """)
  }

  private func plan(_ sql: String, _ bindings: [String: Cell] = [:]) throws -> [PlanStep] {
    try file.source.plan(
      of: SourceQuery(sql: sql, bindings: bindings), interrupt: Interrupt())
  }

  @Test(arguments: [
    ("SELECT * FROM plain", "every row of plain is read"),
    ("SELECT * FROM costs AS c WHERE amount > 5", "every row of c is read"),
    ("SELECT region FROM costs", "every entry of an index of costs is read"),
    ("/* first */ SELECT * FROM plain WHERE a = 'x'", "every row of plain is read"),
    ("WITH p AS (SELECT * FROM plain) SELECT * FROM p", "every row of plain is read"),
  ])
  func `A scan of a table is warned of`(_ sql: String, _ warning: String) throws {
    let warnings = try plan(sql).compactMap(\.warning)
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix(warning) == true, "\(warnings)")
  }

  @Test(arguments: [
    "SELECT * FROM costs WHERE id = 3", "SELECT * FROM costs WHERE region = :region",
    "SELECT 1", "VALUES (1), (2), (3)", "SELECT * FROM words WHERE words MATCH 'x'",
    "SELECT * FROM json_each('[1]')",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
    "SELECT * FROM (SELECT region, count(*) AS k FROM costs WHERE region = 'x' GROUP BY 1 LIMIT 3)",
  ])
  func `What is found by an index, or made by the query, is not`(_ sql: String) throws {
    let steps = try plan(sql, ["region": .text("eu")])
    #expect(!steps.isEmpty)
    #expect(steps.compactMap(\.warning) == [])
  }

  @Test func `Steps stand below those that they are a part of`() throws {
    let steps = try plan(
      "SELECT * FROM costs WHERE id IN (SELECT id FROM costs WHERE amount = 1) ORDER BY amount")
    #expect(steps.map(\.depth).max() == 1)
    #expect(steps.first?.depth == 0)
    #expect(steps.contains { $0.detail == "USE TEMP B-TREE FOR ORDER BY" })
  }

  @Test func `A long plan is told up to a bound`() throws {
    let sql = Array(repeating: "SELECT 1", count: 450).joined(separator: " UNION ALL ")
    let steps = try plan("SELECT * FROM (\(sql)), (\(sql)), (\(sql))")
    #expect(steps.count == 1000)
  }

  @Test func `What explains itself has no plan, and what is wrong says so`() throws {
    #expect(try plan("EXPLAIN QUERY PLAN SELECT 1") == [])
    #expect(throws: ReportFailure.self) { try plan("SELECT nothing FROM plain") }
    #expect(throws: ReportFailure.self) { try plan("DELETE FROM plain") }
    let pulled = Interrupt()
    pulled.pull()
    let failure = #expect(throws: ReportFailure.self) {
      try file.source.plan(of: SourceQuery(sql: "SELECT 1", bindings: [:]), interrupt: pulled)
    }
    #expect(failure?.code == .canceledByUser)
  }
}
