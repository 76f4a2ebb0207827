/// Orders the snapshots of one report by age, whatever way they came.
struct SnapshotOrder: Comparable {
  private let key: [Int64]

  init(_ report: Report) {
    key = [
      report.state.isTerminal ? 1 : 0,
      report.lastFencingToken,
      // With the same token, a report waits after it has run.
      report.state == .created ? 1 : 0,
      report.progress.rows, report.progress.bytes, report.isCancelRequested ? 1 : 0,
    ]
  }

  static func < (left: SnapshotOrder, right: SnapshotOrder) -> Bool {
    // The first ending wins; there is no second.
    left.key[0] == 0 && left.key.lexicographicallyPrecedes(right.key)
  }
}
