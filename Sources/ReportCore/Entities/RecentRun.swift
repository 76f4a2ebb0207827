/// What a finished report tells of the next one of its template.
package struct RecentRun: Hashable, Sendable {
  package var rows: Int64
  /// Whether its options were those of the report that is asked about.
  package var hasSameOptions: Bool

  package init(rows: Int64, hasSameOptions: Bool) {
    self.rows = rows
    self.hasSameOptions = hasSameOptions
  }
}

extension RecentRun {
  /// Reports that are looked at, also for those with the same options among them.
  package static let lookedAtMax = 20
  /// Reports that count: what was long ago says little.
  private static let countedMax = 5

  /// Rows to expect: the median of the last five with the same options, or of the last five if there
  /// are none; of an even number the lower one of the middle.
  ///
  /// - Parameter runs: the newest first.
  /// - Returns: nil if there are none.
  package static func expectedRows(_ runs: [RecentRun]) -> Int64? {
    let same = runs.filter(\.hasSameOptions)
    let rows = (same.isEmpty ? runs : same).prefix(countedMax).map(\.rows).sorted()
    return rows.isEmpty ? nil : rows[(rows.count - 1) / 2]
  }
}

extension ReportState {
  /// After how long a caller who asks again may hear something new; nil: never.
  package var pollAfter: Duration? {
    switch self {
    case .created: .seconds(2)
    case .inProgress: .seconds(1)
    case .failure, .timeout, .canceled, .finished: nil
    }
  }
}
