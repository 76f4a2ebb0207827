import DataSources
import Foundation
import GRDB
import ReportCore
import Testing

@Suite struct SQLiteSourceRefusalTests {
  @Test(arguments: [
    "INSERT INTO t VALUES (2)", "UPDATE t SET a = 2", "DELETE FROM t", "DROP TABLE t",
    "CREATE TABLE u (a)", "CREATE TEMP TABLE u (a)", "ATTACH 'other.db' AS other",
    "ATTACH ':memory:' AS other", "DETACH main", "VACUUM", "VACUUM INTO 'copy.db'",
    "PRAGMA user_version", "PRAGMA query_only = OFF", "PRAGMA journal_mode = WAL", "BEGIN",
    "COMMIT", "ROLLBACK", "SAVEPOINT s", "REINDEX", "ANALYZE",
    "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
    "WITH x AS (SELECT 1) DELETE FROM t", "EXPLAIN DELETE FROM t",
    "EXPLAIN PRAGMA query_only = OFF", "SELECT load_extension('x')",
    "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t", "SELECT 1; /* */ ; x",
    "", " -- nothing\n", ";", "SELEC 1", "SELECT", "SELECT nothing FROM t", "SELECT * FROM u",
    "SELECT \"nothing\" FROM t", "SELECT a FROM t WHERE a = \"nothing\"",
    "SELECT ?", "SELECT ?1", "SELECT @a", "SELECT $a", "SELECT :a, ?", "SELECT 1\0",
    "(SELECT 1)", "REPLACE INTO t VALUES (1)",
  ])
  func whatIsNotOneReadingStatementIsRefused(_ sql: String) throws {
    let file = try SourceFile("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    let isQueryError = { (error: any Error) in (error as? ReportFailure)?.code == .queryError }
    #expect(
      performing: { _ = try file.source.inspect(sql, invalidText: nil) }, throws: isQueryError)
    #expect(performing: { _ = try file.rows(sql, ["a": .null]) }, throws: isQueryError)
    #expect(try file.rows("SELECT * FROM t") == [[.integer(1)]])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: file.folder) == ["source.db"])
  }

  @Test func messagesSayWhatIsWrong() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    let table = [
      ("SELECT b FROM t", "The data source costs says: no such column: b."),
      (
        "DELETE FROM t", "A statement begins with SELECT, WITH, VALUES or EXPLAIN, not with DELETE."
      ),
      ("SELECT 1; SELECT 2", "There is more than one statement; one is taken."),
      ("SELECT @a", "The statement has a parameter @a; parameters are written :name."),
      (" ", "The statement is empty."),
      ("WITH x AS (SELECT 1) DELETE FROM t", "The statement writes; it may only read."),
      (
        "SELECT load_extension('x')",
        "The data source costs says: not authorized to use function: load_extension."
      ),
      (
        "SELECT name FROM pragma_collation_list",
        "The statement reads a pragma that it may not (access to pragma_collation_list.name is "
          + "prohibited). It may read those that describe tables and indexes: data_version, "
          + "foreign_key_list, index_info, index_list, index_xinfo, page_size, table_info, "
          + "table_list, table_xinfo."
      ),
      (
        "EXPLAIN ATTACH ':memory:' AS x",
        "The statement does what it may not (not authorized): it may only read."
      ),
    ]
    for (sql, message) in table {
      #expect(throws: ReportFailure(.queryError, message)) {
        _ = try file.source.inspect(sql, invalidText: nil)
      }
    }
  }

  @Test func textInDoubleQuotesIsReadInATableOfTheDatabaseAndRefusedInAView() throws {
    let file = try SourceFile()
    var configuration = Configuration()
    configuration.acceptsDoubleQuotedStringLiterals = true
    let queue = try DatabaseQueue(path: file.path, configuration: configuration)
    try queue.writeWithoutTransaction {
      try $0.execute(
        sql: """
          CREATE TABLE t (a CHECK (a <> "text")); INSERT INTO t VALUES ('y');
          CREATE VIEW v AS SELECT "text" AS a FROM t
          """)
    }
    try queue.close()
    #expect(try file.rows("SELECT \"a\" FROM t") == [[.text("y")]])
    #expect(throws: ReportFailure(.queryError, "The data source costs says: no such column: text."))
    {
      _ = try file.source.inspect("SELECT a FROM v", invalidText: nil)
    }
  }

  @Test(arguments: [
    "data_version", "page_size", "table_info('t')", "table_xinfo('t')", "table_list",
    "index_list('t')", "index_info('i')", "index_xinfo('i')", "foreign_key_list('t')",
  ])
  func aPragmaTableThatPassesTheCheckIsRead(_ pragma: String) throws {
    let file = try SourceFile("CREATE TABLE t (a REFERENCES t); CREATE INDEX i ON t (a)")
    let sql = "SELECT * FROM Pragma_\(pragma)"
    #expect(try !file.source.inspect(sql).columns.isEmpty)
    #expect(try !file.rows(sql).isEmpty)
  }

  @Test(arguments: [
    "SELECT name FROM pragma_collation_list", "SELECT count(*) FROM pragma_database_list",
    "SELECT 1 WHERE EXISTS (SELECT * FROM PRAGMA_Function_List)",
    "SELECT * FROM main.pragma_trusted_schema",
    "WITH p AS (SELECT * FROM pragma_module_list) "
      + "SELECT * FROM p", "EXPLAIN SELECT * FROM pragma_integrity_check",
    "SELECT * FROM t WHERE a MATCH 'x'", "SELECT * FROM f WHERE f MATCH 'x' OR b = 'y'",
    "SELECT * FROM f LEFT JOIN t ON f MATCH t.a", "SELECT optimize(f) FROM f",
    "SELECT fts3_tokenizer('simple')",
  ])
  func whatCouldNeverRunIsRefusedByTheCheck(_ sql: String) throws {
    let file = try SourceFile(
      "CREATE TABLE t (a); INSERT INTO t VALUES ('x'); CREATE VIRTUAL TABLE f USING fts4(b)")
    #expect {
      _ = try file.source.inspect(sql)
    } throws: { error in
      (error as? ReportFailure)?.code == .queryError
    }
  }

  @Test func aTableThatIsNamedLikeAPragmaIsRead() throws {
    let file = try SourceFile(
      "CREATE TABLE Pragma_Module_List (a); INSERT INTO pragma_module_list VALUES (7)")
    let sql = "SELECT a FROM pragma_module_list"
    #expect(try file.source.inspect(sql).columns.map(\.name) == ["a"])
    #expect(try file.rows(sql) == [[.integer(7)]])
  }

  /// What a database brings along is not trusted: whoever may write it could make every report of it
  /// do what no template says.
  @Test(arguments: [
    ("fts5(b)", "SELECT b FROM f WHERE f MATCH 'x'", "unsafe use of virtual table \"f\""),
    ("fts4(b)", "SELECT b FROM f WHERE f MATCH 'x'", "unsafe use of virtual table \"f\""),
    ("rtree(b, c, d)", "SELECT b FROM f WHERE c > 1", "unsafe use of virtual table \"f\""),
    ("fts5(b)", "SELECT rtreedepth(x'0000') AS b", "unsafe use of rtreedepth()"),
  ])
  func viewsThatUseMoreThanTablesAreRefusedWithTheReason(
    _ module: String, _ query: String, _ said: String
  ) throws {
    let file = try SourceFile(
      "CREATE VIRTUAL TABLE f USING \(module); CREATE VIEW found AS \(query)")
    let expected = ReportFailure(
      .queryError,
      "A view of the data source costs makes \(said): a database that is read for others may not "
        + "use full-text, R-tree and other such tables and functions from within its views. Write "
        + "the view's query into the template, which may use them.")
    #expect(throws: expected) { _ = try file.source.inspect("SELECT b FROM found") }
    #expect(throws: expected) { _ = try file.rows("SELECT b FROM found") }
    #expect(try file.source.inspect(query).columns.map(\.name) == ["b"])
  }

  @Test func aParameterWithoutAValueIsNamed() throws {
    let file = try SourceFile()
    #expect(throws: ReportFailure(.queryError, "The parameter :b has no value.")) {
      try file.rows("SELECT :a, :b", ["a": .integer(1)])
    }
  }

  @Test func anErrorInTheMiddleOfTheRowsIsAQueryError() throws {
    let file = try SourceFile()
    let sink = CollectingSink()
    #expect(throws: ReportFailure(.queryError, "The data source costs says: integer overflow.")) {
      try file.source.stream(
        SourceQuery(
          sql: "VALUES (1), (abs(-9223372036854775807 - 1))", bindings: [:]),
        interrupt: Interrupt(), into: sink)
    }
    #expect(sink.rows == [[.integer(1)]])
  }

  @Test func aMissingFileIsUnavailableAndNotMade() throws {
    let file = try SourceFile()
    let path = file.folder + "/missing.db"
    let source = SQLiteSource(name: "costs", path: path)
    let expected = ReportFailure(
      .sourceUnavailable,
      "The data source costs cannot be read: unable to open database file. Check its path in the "
        + "server's configuration, and that the server may read the file.")
    #expect(throws: expected) { try source.inspect("SELECT 1", invalidText: nil) }
    #expect(throws: expected) {
      try source.stream(
        SourceQuery(sql: "SELECT 1", bindings: [:]), interrupt: Interrupt(),
        into: CollectingSink())
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: ["no database, but long enough to look at", ":memory:", "file:x?mode=memory"])
  func whatIsNoDatabaseIsUnavailable(_ name: String) throws {
    let file = try SourceFile()
    let path = file.folder + "/text.db"
    try String(repeating: "This is no database. ", count: 100)
      .write(toFile: path, atomically: false, encoding: .utf8)
    for path in [path, name, file.folder] {
      #expect {
        _ = try SQLiteSource(name: "costs", path: path).inspect("SELECT 1", invalidText: nil)
      } throws: { error in
        guard let failure = error as? ReportFailure else { return false }
        return failure.code == .sourceUnavailable && !failure.message.contains(file.folder)
      }
    }
  }

  @Test func aValueBeyondTheLimitIsNotMade() throws {
    let file = try SourceFile()
    let error = #expect(throws: ReportFailure.self) {
      try file.rows("SELECT zeroblob(33554433)")
    }
    #expect(error?.code == .byteLimit)
    #expect(error?.message.hasPrefix("For row 1 the query makes a value") == true)
    #expect(try file.rows("SELECT length(zeroblob(33554432))") == [[.integer(33_554_432)]])
  }

  @Test func aCheckDoesNotWaitForAWriterAsLongAsAQuery() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    let writer = try Locker(file.path)
    defer { writer.close() }
    let source = SQLiteSource(name: "costs", path: file.path, lockWait: .seconds(600))
    let elapsed = ContinuousClock().measure {
      #expect(throws: ReportFailure.self) { try source.inspect("SELECT 1") }
    }
    #expect(elapsed < .seconds(30))
  }

  @Test func aFileLockedByAWriterIsUnavailable() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    let writer = try Locker(file.path)
    defer { writer.close() }
    let source = SQLiteSource(name: "costs", path: file.path, lockWait: .milliseconds(40))
    #expect(
      throws: ReportFailure(
        .sourceUnavailable,
        "The data source costs is locked by another program (database is locked). Try again "
          + "later.")
    ) {
      try source.inspect("SELECT 1", invalidText: nil)
    }
  }
}
