import DataSources
import ReportCore
import ReportwireTestKit
import Testing

@Suite struct SQLiteSourceInterruptTests {
  private static let endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
  private static let endlessRows = endless + "SELECT i FROM n"
  /// One row, and then a step that never comes back.
  private static let endlessStep = endless + "SELECT 1 UNION ALL SELECT count(*) FROM n"
  private static let interrupted = ReportFailure(.canceledByUser, "The query was interrupted.")

  @Test(.timeLimit(.minutes(5)))
  func aStepWithoutEndStops() async throws {
    let file = try SourceFile()
    #expect(try await pullWhileRunning(file, Self.endlessStep) == Self.interrupted)
  }

  @Test(.timeLimit(.minutes(5)))
  func rowsWithoutEndStop() async throws {
    let file = try SourceFile()
    #expect(try await pullWhileRunning(file, Self.endlessRows) == Self.interrupted)
  }

  @Test(.timeLimit(.minutes(5)))
  func waitingForALockStops() async throws {
    let file = try SourceFile()
    let writer = try Locker(file.path)
    defer { writer.close() }
    // The wait for the lock alone is longer than this test may last.
    let failure = try await pullWhileRunning(
      file, "SELECT 1", lockWait: .seconds(600), atOnce: true)
    #expect(failure == Self.interrupted)
  }

  /// The statement would end by itself, so that this fails and does not hang if nobody looks.
  @Test func aCordPulledBeforeTheFirstStepStopsItInItsMiddle() throws {
    let file = try SourceFile()
    let sql = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
      SELECT count(*) FROM n
      """
    let interrupt = Interrupt()
    // `sqlite3_interrupt` comes before there is anything to interrupt, and is forgotten.
    interrupt.pull()
    let sink = CollectingSink()
    #expect(throws: Self.interrupted) {
      try file.source.stream(
        SourceQuery(sql: sql, bindings: [:]), interrupt: interrupt, into: sink)
    }
    #expect(sink.columns == nil && sink.rows.isEmpty)
  }

  @Test(arguments: [1, 3])
  func aCordPulledBetweenRowsStopsTheQuery(_ rowCount: Int) throws {
    let file = try SourceFile()
    let interrupt = Interrupt()
    var count = 0
    // Nothing runs while the sink does, so `sqlite3_interrupt` alone would be forgotten.
    let sink = CallingSink { _ in
      count += 1
      if count == rowCount { interrupt.pull() }
    }
    #expect(throws: Self.interrupted) {
      try file.source.stream(
        SourceQuery(sql: "VALUES (1), (2), (3)", bindings: [:]), interrupt: interrupt, into: sink)
    }
  }

  /// Runs a query on a thread of its own, and pulls the cord on another when the first row is there
  /// (or at once, if none will come).
  ///
  /// - Returns: how the query ended.
  private func pullWhileRunning(
    _ file: SourceFile, _ sql: String, lockWait: Duration = .seconds(5), atOnce: Bool = false
  ) async throws -> ReportFailure? {
    let source = SQLiteSource(name: "costs", path: file.path, lockWait: lockWait)
    let interrupt = Interrupt()
    let (runs, started) = AsyncStream.makeStream(of: Void.self)
    async let ending = blocking { () -> ReportFailure? in
      if atOnce { started.finish() }
      let sink = CallingSink { _ in started.finish() }
      do throws(ReportFailure) {
        try source.stream(SourceQuery(sql: sql, bindings: [:]), interrupt: interrupt, into: sink)
        return nil
      } catch {
        return error
      }
    }
    for await _ in runs {}
    interrupt.pull()
    return try await ending
  }
}
