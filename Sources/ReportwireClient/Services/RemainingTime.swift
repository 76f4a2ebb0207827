public import ReportAPI

/// How long a report that is followed will still take, by the rows that it is expected to have and the
/// pace that was measured. A guess, and none where there is nothing to guess by.
public struct RemainingTime: Sendable {
  private struct Mark: Sendable {
    var rows: Int64
    var attempt: Int32
    var time: Duration
  }

  /// Before, a pace says little.
  private static let measuredMin = Duration.milliseconds(500)
  /// What takes longer than this nobody can say.
  private static let most = Duration.seconds(86_400)

  /// Where the attempt was when it was first seen to run.
  private var first: Mark?

  /// Nothing is known yet.
  public init() {}

  /// Takes the next snapshot.
  ///
  /// - Parameter time: when it came, on a clock that nobody sets.
  /// - Returns: nil before the report runs, while too little of it was seen, once it has more rows than
  ///   were expected, and for what would take longer than a day.
  public mutating func estimate(_ progress: ReportProgress, at time: Duration) -> Duration? {
    guard progress.state == .inProgress else {
      first = nil
      return nil
    }
    guard let start = first, start.attempt == progress.attempt, start.rows <= progress.rows else {
      first = Mark(rows: progress.rows, attempt: progress.attempt, time: time)
      return nil
    }
    let measured = time - start.time
    let (done, left) = (
      progress.rows - start.rows, Double(progress.expectedRows) - Double(progress.rows)
    )
    guard measured >= Self.measuredMin, done > 0, left > 0 else { return nil }
    let share = left / Double(done)
    guard share < Self.most / measured else { return nil }
    return measured * share
  }
}
