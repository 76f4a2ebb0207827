import DataSources
import ReportCore
import ReportwireTestKit
import Testing

/// What a query may cost of memory.
@Suite(.timeLimit(.minutes(5))) struct SQLiteSourceBudgetTests {
  private static func read(
    _ sql: String, _ budget: SourceBudget, _ invalidText: InvalidText = .fail
  ) throws(ReportFailure) -> [[Cell]] {
    let file: SourceFile
    do { file = try SourceFile() } catch { throw ReportFailure(.internal, "\(error)") }
    let sink = CollectingSink()
    try file.source.stream(
      SourceQuery(sql: sql, bindings: [:], invalidText: invalidText, budget: budget),
      interrupt: Interrupt(), into: sink)
    return sink.rows
  }

  @Test(arguments: [
    ("zeroblob(100)", InvalidText.fail, 100), ("randomblob(100)", .fail, 100),
    ("printf('%100d', 1)", .fail, 100), ("'\(String(repeating: "한", count: 20))'", .fail, 60),
    ("'\(String(repeating: "é", count: 20))'", .latin1, 40),
    ("'\(String(repeating: "a€", count: 20))'", .windows1252, 80),
    ("replace(hex(zeroblob(2500)), '0', CAST(x'FF' AS TEXT))", .replace, 15_000),
    ("replace(hex(zeroblob(2500)), '0', CAST(x'C3A9' AS TEXT))", .replace, 10_000),
  ])
  func aValueBeyondItsLimitFailsTheRunNamingColumnAndRow(
    _ value: String, _ invalidText: InvalidText, _ bytes: Int
  ) throws {
    let sql = "SELECT 1 AS n, NULL AS \"big one\" UNION ALL SELECT 2, \(value)"
    var budget = SourceBudget()
    budget.cellBytesMax = bytes
    #expect(try Self.read(sql, budget, invalidText).count == 2)
    budget.cellBytesMax = bytes - 1
    let error = #expect(throws: ReportFailure.self) { try Self.read(sql, budget, invalidText) }
    #expect(error?.code == .byteLimit)
    #expect(
      error?.message.hasPrefix(
        "The value of column \"big one\" in row 2 has \(bytes) bytes; a value may have \(bytes - 1). "
      ) == true, "\(error?.message ?? "")")
  }

  @Test func theValuesOfARowAreCountedTogether() throws {
    var budget = SourceBudget()
    budget.rowBytesMax = 10_000
    #expect(try Self.read("SELECT zeroblob(6000), 'x', zeroblob(3999)", budget).count == 1)
    let error = #expect(throws: ReportFailure.self) {
      try Self.read("SELECT 1, 2 UNION ALL SELECT zeroblob(6000), zeroblob(4001)", budget)
    }
    #expect(error?.code == .byteLimit)
    #expect(error?.message.hasPrefix("The values of row 2 have more than 10000 bytes") == true)
  }

  /// Those that are not UTF-8 are copied, and again for who wants texts.
  @Test func textsOfAnotherEncodingCountTwice() throws {
    var budget = SourceBudget()
    budget.rowBytesMax = 10_000
    let text = "replace(hex(zeroblob(1000)), '0', 'é')"
    #expect(try Self.read("SELECT \(text), \(text)", budget).count == 1)
    #expect(try Self.read("SELECT \(text)", budget, .latin1)[0] != [.null])
    let error = #expect(throws: ReportFailure.self) {
      try Self.read("SELECT \(text), \(text)", budget, .latin1)
    }
    #expect(error?.message.hasPrefix("The values of row 1 have more than 10000 bytes") == true)
  }

  @Test(arguments: [
    "SELECT hex(zeroblob(5001))",
    "SELECT a FROM (SELECT hex(zeroblob(3000)) a, hex(zeroblob(3000)) b UNION ALL VALUES (1, 2)) "
      + "ORDER BY b",
    "SELECT length(group_concat(hex(zeroblob(3000)))) FROM (VALUES (1), (2))",
  ])
  func whatSQLiteWouldMakeOfThatSizeIsNotMade(_ sql: String) throws {
    var budget = SourceBudget()
    budget.rowBytesMax = 10_000
    let error = #expect(throws: ReportFailure.self) { try Self.read(sql, budget) }
    #expect(error?.code == .byteLimit)
    #expect(error?.message.hasPrefix("For row 1 the query makes a value, or a row") == true)
  }

  private static func columns(_ count: Int) -> String {
    "SELECT " + (0..<count).map { "printf('%8000000d', \($0)) AS c\($0)" }.joined(separator: ", ")
  }

  @Test func aQueryThatNeedsMoreMemoryFailsAlone() throws {
    #expect(try Self.read(Self.columns(2), SourceBudget())[0].count == 2)
    let error = #expect(throws: ReportFailure.self) {
      try Self.read(Self.columns(8), SourceBudget())
    }
    #expect(error?.code == .byteLimit)
    #expect(
      error?.message.hasPrefix("The query needs more than 50331648 bytes of memory.") == true)
    // What else the thread does with SQLite is not bound by it, before and after.
    let file = try SourceFile()
    try file.execute("CREATE TABLE big AS SELECT printf('%100000000d', 1) AS a")
    #expect(try file.rows("SELECT length(a) FROM big WHERE 0").isEmpty)
    #expect(try Self.read(Self.columns(2), SourceBudget())[0].count == 2)
  }

  /// In a process of its own, because the peak is that of the whole process.
  @Test(arguments: [
    // The fault that was reported: four blobs, 2.7 GB.
    "SELECT zeroblob(200000000) a, zeroblob(200000001) b, zeroblob(200000002) c",
    "SELECT zeroblob(33000000) a, zeroblob(33000000) b, zeroblob(33000000) c",
    "SELECT randomblob(16777216) a, randomblob(16777216) b",
    "SELECT randomblob(16777216) a, randomblob(16777216) b, randomblob(16777216) c",
    "SELECT hex(randomblob(8000000)) a, hex(randomblob(8000000)) b, 1 c UNION ALL SELECT "
      + "hex(randomblob(8000000)), hex(randomblob(8000000)), 2",
    "SELECT group_concat(hex(randomblob(1000000))) OVER (ROWS UNBOUNDED PRECEDING) a "
      + "FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]')",
    "SELECT replace(printf('%8000000d', 1), ' ', 'abc') a",
  ])
  func aRunTakes64MebibytesAndItsLargestValue(_ sql: String) async {
    await #expect(processExitsWith: .success) { [sql] in
      let file = try SourceFile()
      try #require(try file.rows("SELECT 1").count == 1)
      let before = try ProcessMemory.peakKibibytes()
      var hasRows = false
      do throws(ReportFailure) {
        let sink = CallingSink { _ in hasRows = true }
        try file.source.stream(
          SourceQuery(sql: sql, bindings: [:]), interrupt: Interrupt(), into: sink)
      } catch {
        try #require(error.code == .byteLimit, "\(error)")
      }
      let grown = try ProcessMemory.peakKibibytes() - before
      try #require(grown < 80 << 10, "\(grown) KiB, \(hasRows ? "with" : "without") rows")
    }
  }
}
