import ReportAPI
import ReportwireClient
import Testing

@Suite("How long a report will still take")
struct RemainingTimeTests {
  private static func progress(
    _ rows: Int64, of expected: Int64 = 1000, attempt: Int32 = 1,
    _ state: ReportInfo.State = .inProgress
  ) -> ReportProgress {
    ReportProgress(
      reportID: "r", state: state, rows: rows, attempt: attempt, expectedRows: expected)
  }

  /// What is said after each snapshot; snapshots come with the time in milliseconds.
  private func estimates(_ snapshots: [(Int, ReportProgress)]) -> [Duration?] {
    var remaining = RemainingTime()
    return snapshots.map { remaining.estimate($1, at: .milliseconds($0)) }
  }

  @Test func `The pace since the report was seen to run tells`() {
    let said = estimates([
      (0, Self.progress(0, .created)), (10_000, Self.progress(100)), (11_000, Self.progress(200)),
      (14_000, Self.progress(600)), (18_000, Self.progress(1000)),
      (19_000, Self.progress(1000, .finished)),
    ])
    #expect(said == [nil, nil, .seconds(8), .milliseconds(3200), nil, nil])
  }

  @Test func `Nothing is said where there is nothing to say it by`() {
    // Nobody knows how many rows there will be.
    #expect(
      estimates([(0, Self.progress(0, of: 0)), (900, Self.progress(5, of: 0))]) == [nil, nil])
    // Too early; no rows yet.
    #expect(estimates([(0, Self.progress(0)), (499, Self.progress(5))]) == [nil, nil])
    #expect(estimates([(0, Self.progress(0)), (900, Self.progress(0))]) == [nil, nil])
    // More rows than were expected.
    #expect(estimates([(0, Self.progress(0)), (900, Self.progress(1001))]) == [nil, nil])
    // More than a day.
    let slow = [(0, Self.progress(0, of: .max)), (900, Self.progress(1, of: .max))]
    #expect(estimates(slow) == [nil, nil])
    // The clock stands still, or snapshots come in another order.
    #expect(estimates([(0, Self.progress(0)), (0, Self.progress(5))]) == [nil, nil])
    #expect(estimates([(900, Self.progress(0)), (0, Self.progress(5))]) == [nil, nil])
  }

  @Test func `Another attempt begins anew`() {
    let said = estimates([
      (0, Self.progress(0)), (1000, Self.progress(500)), (2000, Self.progress(100, attempt: 2)),
      (3000, Self.progress(200, attempt: 2)), (4000, Self.progress(50, attempt: 2)),
      (5000, Self.progress(100, attempt: 2)),
    ])
    #expect(said == [nil, .seconds(1), nil, .seconds(8), nil, .seconds(18)])
  }
}
