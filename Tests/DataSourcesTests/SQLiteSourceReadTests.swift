import DataSources
import ReportCore
import Testing

@Suite struct SQLiteSourceReadTests {
  @Test func statementShapeNamesColumnsAndParametersOnce() throws {
    let file = try SourceFile("CREATE TABLE costs (project TEXT, amount REAL)")
    let shape = try file.source.inspect(
      """
      -- by project
      SELECT project, sum(amount) AS "total ü" FROM costs
      WHERE project = :project OR :project IS NULL AND amount > :least GROUP BY 1;
      """, invalidText: nil)
    #expect(shape.columns == [SourceColumn(name: "project"), SourceColumn(name: "total ü")])
    #expect(shape.parameterNames == ["project", "least"])
  }

  @Test func everyKindOfValueArrivesAsItIs() throws {
    let file = try SourceFile()
    let rows = try file.rows(
      """
      SELECT NULL, 9223372036854775807, -9223372036854775808, 0.1, 'é한', '', x'00FF', x'',
        1e308 * 10, -1e308 * 10
      """)
    #expect(
      rows == [
        [
          .null, .integer(.max), .integer(.min), .double(0.1), .text("é한"), .text(""),
          .blob([0, 255]), .blob([]), .double(.infinity), .double(-.infinity),
        ]
      ])
  }

  @Test func everyKindOfValueIsBoundAsItIs() throws {
    let file = try SourceFile()
    let values: [(Cell, String)] = [
      (.null, "null"), (.integer(.min), "integer"), (.double(-0.5), "real"),
      (.text(""), "text"), (.text("a\0b'; DROP TABLE t --"), "text"), (.blob([]), "blob"),
      (.blob([0, 1, 255]), "blob"),
    ]
    for (value, kind) in values {
      let rows = try file.rows("SELECT :v, typeof(:v), :v", ["v": value, "unused": .null])
      #expect(rows == [[value, .text(kind), value]])
    }
  }

  @Test func textWithNulIsWhole() throws {
    #expect(try SourceFile().rows("SELECT 'a' || char(0) || 'b'") == [[.text("a\0b")]])
  }

  @Test func textOfAUTF16DatabaseIsRead() throws {
    let file = try SourceFile()
    let other = try SourceFile()
    try other.remake(
      "PRAGMA encoding = 'UTF-16'; CREATE TABLE t (a); INSERT INTO t VALUES ('é한😀')")
    #expect(try other.rows("SELECT a FROM t") == [[.text("é한😀")]])
    #expect(try file.rows("SELECT 'é한😀'") == [[.text("é한😀")]])
  }

  @Test func columnsComeBeforeRowsAndWithoutRowsToo() throws {
    let file = try SourceFile("CREATE TABLE t (a, b)")
    let sink = CollectingSink()
    try file.source.stream(
      SourceQuery(sql: "SELECT a, b FROM t", bindings: [:]), interrupt: Interrupt(), into: sink)
    #expect(sink.columns?.map(\.name) == ["a", "b"])
    #expect(sink.rows.isEmpty)
  }

  @Test func commonTableExpressionsValuesAndExplainAreRead() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    #expect(try file.rows("WITH x(n) AS (VALUES (1), (2)) SELECT n FROM x").count == 2)
    #expect(try file.rows("/* two */ VALUES (1), (2) ; -- that is all\n;").count == 2)
    #expect(try file.rows("explain query plan SELECT * FROM t").count == 1)
  }

  @Test(arguments: [
    ("fts5(body)", "'a report'", "MATCH 'report'"), ("fts4(body)", "'a report'", "MATCH 'report'"),
    ("rtree(number, low, high)", "1, 2.0, 3.0", "IS NULL OR low > 1"),
  ])
  func indexesOfTheirOwnKindAreRead(_ module: String, _ values: String, _ condition: String) throws
  {
    let file = try SourceFile(
      "CREATE VIRTUAL TABLE x USING \(module); INSERT INTO x VALUES (\(values))")
    let column = module.contains("rtree") ? "number" : "x"
    #expect(try file.rows("SELECT count(*) FROM x WHERE \(column) \(condition)") == [[.integer(1)]])
  }

  @Test func aColumnAddedSinceTheInspectionIsStreamed() throws {
    let file = try SourceFile("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    #expect(
      try file.source.inspect("SELECT * FROM t", invalidText: nil).columns.map(\.name) == ["a"])
    try file.execute("ALTER TABLE t ADD COLUMN b DEFAULT 2")
    let sink = CollectingSink()
    try file.source.stream(
      SourceQuery(sql: "SELECT * FROM t", bindings: [:]), interrupt: Interrupt(), into: sink)
    #expect(sink.columns?.map(\.name) == ["a", "b"])
    #expect(sink.rows == [[.integer(1), .integer(2)]])
  }

  @Test func aTableDroppedSinceTheInspectionIsAQueryError() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    _ = try file.source.inspect("SELECT a FROM t", invalidText: nil)
    try file.execute("DROP TABLE t")
    #expect(throws: ReportFailure(.queryError, "The data source costs says: no such table: t.")) {
      try file.rows("SELECT a FROM t")
    }
  }

  @Test func rowsAreThoseOfOneMomentWhateverIsWrittenMeanwhile() throws {
    let file = try SourceFile("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")
    try file.execute("INSERT INTO t VALUES (1), (2), (3)")
    var seen: [Cell] = []
    let sink = CallingSink { cells throws(ReportFailure) in
      seen += cells
      do {
        try file.execute("INSERT INTO t VALUES (99)")
      } catch {
        throw ReportFailure(.internal, "the writer was held up: \(error)")
      }
    }
    try file.source.stream(
      SourceQuery(sql: "SELECT a FROM t", bindings: [:]), interrupt: Interrupt(), into: sink)
    #expect(seen == [.integer(1), .integer(2), .integer(3)])
    #expect(try file.rows("SELECT count(*) FROM t") == [[.integer(6)]])
  }

  @Test func anErrorOfTheSinkEndsTheQueryAndComesBack() throws {
    let file = try SourceFile()
    var count = 0
    let full = ReportFailure(.rowLimit, "enough")
    let sink = CallingSink { _ throws(ReportFailure) in
      count += 1
      if count == 10 { throw full }
    }
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    #expect(throws: full) {
      try file.source.stream(
        SourceQuery(sql: endless, bindings: [:]), interrupt: Interrupt(), into: sink)
    }
    #expect(count == 10)
  }

  private static let typedSQL = """
    SELECT '1.50' AS amount, 1 AS paid, '2026-11-23' AS day, 1795422600 AS at, 7 AS plain
    UNION ALL SELECT NULL, NULL, NULL, NULL, NULL
    UNION ALL SELECT 0.1, 'false', '0001-01-01', '2026-11-23T08:30:00.5Z', 'x'
    """
  private static let types: [ExactText: ColumnType] = [
    "amount": .decimal, "paid": .boolean, "day": .date, "at": .datetime, "absent": .date,
  ]

  @Test func columnsWithATypeComeAsCellsOfIt() throws {
    let file = try SourceFile()
    let sink = CollectingSink()
    try file.source.stream(
      SourceQuery(sql: Self.typedSQL, bindings: [:], columnTypes: Self.types),
      interrupt: Interrupt(), into: sink)
    #expect(sink.columns?.map(\.type) == [.decimal, .boolean, .date, .datetime, nil])
    let expected: [[Cell?]] = [
      [
        ExactDecimal("1.50").map(Cell.decimal), .boolean(true),
        CalendarDate("2026-11-23").map(Cell.date),
        .instant(Instant(secondsSinceEpoch: 1_795_422_600)), .integer(7),
      ],
      [.null, .null, .null, .null, .null],
      [
        ExactDecimal("0.1").map(Cell.decimal), .boolean(false),
        CalendarDate("0001-01-01").map(Cell.date),
        .instant(Instant(secondsSinceEpoch: 1_795_422_600, nanosecond: 500_000_000)), .text("x"),
      ],
    ]
    #expect(sink.rows == expected)
  }

  @Test(arguments: [
    ("amount", "'n/a'", ColumnType.decimal, "a text"), ("paid", "2", .boolean, "an integer"),
    ("day", "x'00'", .date, "a blob"), ("at", "2460000.5", .datetime, "a real number"),
  ])
  func aValueThatIsNoneOfItsTypeFailsTheRunNamingColumnAndRow(
    _ name: String, _ value: String, _ type: ColumnType, _ kind: String
  ) throws {
    let file = try SourceFile()
    let sink = CollectingSink()
    let error = #expect(throws: ReportFailure.self) {
      try file.source.stream(
        SourceQuery(
          sql: "SELECT 1 AS n, NULL AS \(name) UNION ALL SELECT 2, \(value)", bindings: [:],
          columnTypes: [ExactText(name): type]),
        interrupt: Interrupt(), into: sink)
    }
    #expect(error?.code == .queryError)
    #expect(
      error?.message
        == "The value of column \"\(name)\" in row 2, \(kind), cannot be read as \(type.rawValue), "
        + "the type that the template gives the column: \(type.expectation). Mend the value, convert "
        + "it in the SQL, or leave type out.")
    #expect(sink.rows == [[.integer(1), .null]])
  }

  @Test func whatSQLiteHasNoTypeForIsBoundAsItIsWritten() throws {
    let file = try SourceFile()
    let bindings: [String: Cell?] = [
      "a": ExactDecimal("-1.50").map(Cell.decimal), "b": .boolean(true),
      "c": CalendarDate("2026-11-23").map(Cell.date), "d": .instant(Instant(secondsSinceEpoch: 0)),
    ]
    #expect(
      try file.rows("SELECT :a, :b, :c, :d", bindings.compactMapValues { $0 })
        == [[.text("-1.50"), .integer(1), .text("2026-11-23"), .text("1970-01-01T00:00:00Z")]])
  }
}
