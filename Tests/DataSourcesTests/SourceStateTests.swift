import DataSources
import Foundation
import GRDB
import ReportCore
import Testing

@Suite struct SourceStateTests {
  private func marks(
    of file: SourceFile, _ sql: String = "SELECT 1"
  ) throws -> OptionObject {
    let sink = CollectingSink()
    try file.source.stream(
      SourceQuery(sql: sql, bindings: [:]), interrupt: Interrupt(), into: sink)
    let state = try #require(sink.state)
    #expect(state.kind == "sqlite")
    return state.marks
  }

  @Test func aFileThatNobodyWroteToHasTheSameState() throws {
    let file = try SourceFile("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    let first = try marks(of: file)
    #expect(try marks(of: file, "SELECT a FROM t") == first)
    #expect(
      first.keys == [
        "bytes", "change_counter", "device", "inode", "modified_at", "schema_sha256",
        "schema_version",
      ])
  }

  @Test(arguments: ["DELETE", "WAL"])
  func aRowMoreIsAnotherStateOfTheSameSchema(mode: String) throws {
    let file = try SourceFile("PRAGMA journal_mode = \(mode); CREATE TABLE t (a)")
    let first = try marks(of: file)
    try file.execute("INSERT INTO t VALUES (1)")
    let second = try marks(of: file)
    #expect(second != first)
    for name in ["schema_sha256", "schema_version", "device", "inode"] {
      #expect(second[name] == first[name], "\(name)")
    }
  }

  /// Two definitions that read alike when they are written one behind the other.
  @Test func anotherSchemaHasAnotherDigest() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    var seen: Set<OptionValue?> = [try marks(of: file)["schema_sha256"]]
    for sql in ["CREATE TABLE u (a)", "DROP TABLE t", "CREATE VIEW v AS SELECT 1"] {
      try file.execute(sql)
      #expect(seen.insert(try marks(of: file)["schema_sha256"]).inserted, "\(sql)")
    }
  }

  /// The definition itself has room, but not with its name beside it, as it is sorted.
  @Test func aDefinitionBeyondTheBudgetFailsNoQuery() throws {
    let definition = "CREATE TABLE t (a /* \(String(repeating: "x", count: 20_000)) */)"
    let file = try SourceFile("\(definition); INSERT INTO t VALUES (7)")
    let sink = CollectingSink()
    var budget = SourceBudget()
    budget.rowBytesMax = definition.utf8.count + 2
    try file.source.stream(
      SourceQuery(sql: "SELECT a FROM t", bindings: [:], budget: budget), interrupt: Interrupt(),
      into: sink)
    #expect(sink.rows == [[.integer(7)]])
    #expect(sink.state?.marks["schema_sha256"] == nil)
    #expect(sink.state?.marks["change_counter"] != nil)
  }

  @Test func theSameDefinitionsInAnotherOrderHaveTheSameDigest() throws {
    let one = try SourceFile("CREATE TABLE t (a); CREATE TABLE u (b)")
    let other = try SourceFile("CREATE TABLE u (b); CREATE TABLE t (a)")
    #expect(try marks(of: one)["schema_sha256"] == (try marks(of: other)["schema_sha256"]))
    #expect(try marks(of: one)["inode"] != (try marks(of: other)["inode"]))
  }

  @Test func whatIsLeftInTheLogIsSeenInTheState() throws {
    let file = try SourceFile("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
    let writer = try DatabaseQueue(path: file.path)
    try writer.write { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
    let first = try marks(of: file)
    try writer.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
    let second = try marks(of: file)
    try writer.close()
    #expect(first["wal_bytes"] != nil)
    #expect(second["wal_bytes"] != first["wal_bytes"])
  }
}
