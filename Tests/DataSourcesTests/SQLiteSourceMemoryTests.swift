import DataSources
import Foundation
import ReportCore
import Testing

@Suite struct SQLiteSourceMemoryTests {
  @Test func aMillionRowsTakeNoMoreMemoryThanAThousand() throws {
    let file = try SourceFile()
    // 1 kB of text each: a gigabyte in all if rows were kept.
    let sql = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
      SELECT i, printf('%01000d', i), i / 3.0 FROM n
      """
    func stream(_ count: Int64) throws -> Int64 {
      var rowCount: Int64 = 0
      let sink = CallingSink { cells in
        rowCount += 1
        precondition(cells.count == 3)
      }
      try file.source.stream(
        SourceQuery(sql: sql, bindings: ["count": .integer(count)]), interrupt: Interrupt(),
        into: sink)
      return rowCount
    }
    #expect(try stream(1000) == 1000)
    let before = try peakKilobytes()
    #expect(try stream(1_000_000) == 1_000_000)
    // Other tests run in the same process, so there is room for what they take.
    #expect(try peakKilobytes() - before < 400 * 1024)
  }

  /// VmHWM: the most memory that this process ever held.
  private func peakKilobytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
  }
}
