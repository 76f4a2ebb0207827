import DataSources
import ReportCore
import ReportwireTestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct SQLiteSourceMemoryTests {
  /// In a process of its own, because the peak is that of the whole process.
  @Test func aMillionRowsTakeNoMoreMemoryThanAThousand() async {
    await #expect(processExitsWith: .success) {
      let file = try SourceFile()
      try #require(try Self.stream(file, rowCount: 1000) == 1000)
      let before = try ProcessMemory.peakKibibytes()
      try #require(try Self.stream(file, rowCount: 1_000_000) == 1_000_000)
      let grown = try ProcessMemory.peakKibibytes() - before
      // 1 kB of text each: a gigabyte in all if rows were kept.
      try #require(grown < 16 << 10, "\(grown) KiB")
    }
  }

  /// Streams so many rows.
  ///
  /// - Returns: how many came.
  private static func stream(_ file: SourceFile, rowCount: Int64) throws -> Int64 {
    let sql = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
      SELECT i, printf('%01000d', i), i / 3.0 FROM n
      """
    var count: Int64 = 0
    let sink = CallingSink { cells in
      if cells.count == 3 { count += 1 }
    }
    try file.source.stream(
      SourceQuery(sql: sql, bindings: ["count": .integer(rowCount)]), interrupt: Interrupt(),
      into: sink)
    return count
  }
}
