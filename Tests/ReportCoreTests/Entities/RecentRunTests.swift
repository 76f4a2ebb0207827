import ReportCore
import Testing

@Suite("Rows to expect")
struct RecentRunTests {
  private static func runs(_ same: [Int64], _ others: [Int64] = []) -> [RecentRun] {
    same.map { RecentRun(rows: $0, hasSameOptions: true) }
      + others.map { RecentRun(rows: $0, hasSameOptions: false) }
  }

  @Test(
    "The median of the last five with the same options, else of the last five",
    arguments: [
      (runs([]), nil), (runs([7]), 7), (runs([9, 1]), 1), (runs([3, 1, 2]), 2),
      (runs([4, 1, 2, 3]), 2), (runs([5, 5, 5, 1, 1, 1, 1, 1, 1]), 5), (runs([], [8]), 8),
      (runs([7], [8, 8, 8]), 7), (runs([], [1, 1, 1, 9, 9, 9, 9]), 1), (runs([0]), 0),
      (runs([.max, .max]), .max),
    ] as [([RecentRun], Int64?)])
  func median(runs: [RecentRun], rows: Int64?) {
    #expect(RecentRun.expectedRows(runs) == rows)
  }

  @Test("Whoever asks again is told when, until it has ended", arguments: ReportState.allCases)
  func pollAfter(state: ReportState) {
    #expect((state.pollAfter == nil) == state.isTerminal)
  }
}
