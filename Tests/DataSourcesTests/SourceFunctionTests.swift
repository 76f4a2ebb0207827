import Foundation
import GRDB
import ReportCore
import Testing

@testable import DataSources

/// The functions that stand in place of SQLite's own.
@Suite struct SourceFunctionTests {
  private static let setUp = """
    CREATE TABLE v (id INTEGER PRIMARY KEY, x);
    INSERT INTO v (x) VALUES (NULL), (''), ('a'), ('aa'), ('aab'), ('abcabcab'), ('bcab'), ('é'),
      ('e' || char(769)), ('xéyé'), ('한국어 한국'), ('국'), ('😀a😀'), (' a '), ('  '), (12), (1.5), (-1),
      (x''), (x'61'), (x'616161'), (x'6162C3A9'), (x'A9'), (x'C3'), (CAST(x'C3' AS TEXT)),
      (CAST(x'A9' AS TEXT)), (CAST(x'61A9A962' AS TEXT)), (CAST(x'C3A9A9' AS TEXT)),
      ('a' || char(0) || 'b'), (char(0)), ('b' || char(0)), (CAST(x'8080808080808080' AS TEXT));
    """

  /// Every pair and every third of some values, by SQLite's own functions and by ours.
  @Test(arguments: [
    "instr(x.x, y.x)", "replace(x.x, y.x, z.x)", "trim(x.x, y.x)", "ltrim(x.x, y.x)",
    "rtrim(x.x, y.x)", "trim(x.x || y.x || x.x, x.x || z.x)", "instr(x.x || y.x || z.x, y.x)",
    "instr(z.x || x.x, CAST(y.x AS BLOB))", "replace(x.x || z.x || y.x, z.x, y.x)",
  ])
  func theyGiveWhatSQLitesOwnGive(_ expression: String) throws {
    let file = try SourceFile(Self.setUp)
    let sql = """
      SELECT group_concat(typeof(r) || hex(r)) FROM (SELECT \(expression) AS r
      FROM v x, v y, v z ORDER BY x.id, y.id, z.id)
      """
    let queue = try DatabaseQueue(path: file.path)
    let own = try queue.read { try String.fetchOne($0, sql: sql) }
    try queue.close()
    let text = try #require(own)
    #expect(text.utf8.count > 10_000)
    #expect(try file.rows(sql) == [[.text(text)]])
  }

  @Test func aResultBeyondTheLimitIsNotMade() throws {
    let file = try SourceFile()
    let error = #expect(throws: ReportFailure.self) {
      try file.rows("SELECT length(replace(printf('%20000d', 1), ' ', printf('%2000d', 1)))")
    }
    #expect(error?.code == .byteLimit)
  }

  /// Of the thread, so that nobody else's work counts.
  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// SQLite's own took from 3 to 200 times as long for each of these, in an optimised build; this one
  /// is not.
  @Test(
    arguments: [
      ("instr(t, n || 'b')", 0, 4), ("length(replace(t, n || 'b', ''))", 4_000_000, 4),
      ("length(trim(t, s || 'a'))", 0, 30), ("length(rtrim(t, s || 'a'))", 0, 30),
    ] as [(String, Int64, Double)])
  func theirTimeDoesNotGrowWithTheProductOfTheLengths(
    _ call: String, _ value: Int64, _ secondsMax: Double
  ) throws {
    let file = try SourceFile()
    let sql = """
      WITH v(t, n, s) AS (SELECT replace(printf('%4000000d', 1), ' ', 'a'),
        replace(printf('%300000d', 1), ' ', 'a'),
        (WITH RECURSIVE c(i) AS (SELECT 256 UNION ALL SELECT i + 1 FROM c WHERE i < 20000)
          SELECT group_concat(char(i), '') FROM c))
      SELECT \(call) FROM (SELECT replace(t, '1', 'a') AS t, replace(n, '1', 'a') AS n, s FROM v)
      """
    let start = Self.seconds()
    #expect(try file.rows(sql) == [[.integer(value)]])
    #expect(Self.seconds() - start < secondsMax)
  }

  @Test(arguments: ["LIKE", "GLOB"])
  func aPatternHasAtMost256Bytes(_ word: String) throws {
    let file = try SourceFile()
    let sql = "SELECT 'a' \(word) printf('%.*c', :count, 'a')"
    #expect(try file.rows(sql, ["count": .integer(256)]) == [[.integer(0)]])
    #expect(
      throws: ReportFailure(
        .queryError, "The data source costs says: LIKE or GLOB pattern too complex.")
    ) {
      try file.rows(sql, ["count": .integer(257)])
    }
  }
}
