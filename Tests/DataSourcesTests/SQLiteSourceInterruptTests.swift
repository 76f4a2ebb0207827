import DataSources
import Dispatch
import ReportCore
import Testing

@Suite struct SQLiteSourceInterruptTests {
  private static let endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
  private static let endlessRows = endless + "SELECT i FROM n"
  /// One row, and then a step that never comes back.
  private static let endlessStep = endless + "SELECT 1 UNION ALL SELECT count(*) FROM n"
  private static let interrupted = ReportFailure(.canceledByUser, "The query was interrupted.")

  @Test(.timeLimit(.minutes(1)))
  func aStepWithoutEndStopsWithinASecond() async throws {
    let file = try SourceFile()
    let (elapsed, failure) = try await pullWhileRunning(file, Self.endlessStep)
    #expect(failure == Self.interrupted)
    #expect(elapsed < .seconds(1))
  }

  @Test(.timeLimit(.minutes(1)))
  func rowsWithoutEndStopWithinASecond() async throws {
    let file = try SourceFile()
    let (elapsed, failure) = try await pullWhileRunning(file, Self.endlessRows)
    #expect(failure == Self.interrupted)
    #expect(elapsed < .seconds(1))
  }

  @Test(.timeLimit(.minutes(1)))
  func waitingForALockStopsWithinASecond() async throws {
    let file = try SourceFile()
    let writer = try Locker(file.path)
    defer { writer.close() }
    let (elapsed, failure) = try await pullWhileRunning(
      file, "SELECT 1", lockWait: .seconds(60), atOnce: true)
    #expect(failure == Self.interrupted)
    #expect(elapsed < .seconds(1))
  }

  @Test func aCordPulledBeforeTheStartStopsTheQueryAtOnce() throws {
    let file = try SourceFile()
    let interrupt = Interrupt()
    interrupt.pull()
    #expect(throws: Self.interrupted) {
      try file.source.stream(
        SourceQuery(sql: Self.endlessStep, bindings: [:]), interrupt: interrupt,
        into: CollectingSink())
    }
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
  /// - Returns: how long the query went on after that, and how it ended.
  private func pullWhileRunning(
    _ file: SourceFile, _ sql: String, lockWait: Duration = .seconds(5), atOnce: Bool = false
  ) async throws -> (Duration, ReportFailure?) {
    let source = SQLiteSource(name: "costs", path: file.path, lockWait: lockWait)
    let interrupt = Interrupt()
    let clock = ContinuousClock()
    let (runs, started) = AsyncStream.makeStream(of: Void.self)
    async let ending: (ContinuousClock.Instant, ReportFailure?) = withCheckedContinuation {
      continuation in
      DispatchQueue(label: "query").async {
        if atOnce { started.finish() }
        let sink = CallingSink { _ in started.finish() }
        do throws(ReportFailure) {
          try source.stream(
            SourceQuery(sql: sql, bindings: [:]), interrupt: interrupt, into: sink)
          continuation.resume(returning: (clock.now, nil))
        } catch {
          continuation.resume(returning: (clock.now, error))
        }
      }
    }
    for await _ in runs {}
    let pulledAt = clock.now
    interrupt.pull()
    let (endedAt, failure) = await ending
    return (endedAt - pulledAt, failure)
  }
}
