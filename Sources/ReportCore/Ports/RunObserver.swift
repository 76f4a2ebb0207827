/// Sees every attempt at a report, for those who measure and trace. It has no say in any.
package protocol RunObserver: Sendable {
  /// Goes around an attempt, from its claim until what came of it is written down.
  ///
  /// - Parameters:
  ///   - report: as claimed.
  ///   - body: the attempt; to be run once.
  func attempt(at report: Report, _ body: () async -> RunEnding) async
}

/// What came of an attempt.
package struct RunEnding: Hashable, Sendable {
  /// The report's state; nil if the attempt lost its report, or gave it back.
  package var state: ReportState?
  package var progress: Progress
  /// From the claim on.
  package var duration: Duration

  package init(state: ReportState?, progress: Progress, duration: Duration) {
    self.state = state
    self.progress = progress
    self.duration = duration
  }
}

/// Where nobody looks.
struct NoObserver: RunObserver {
  func attempt(at report: Report, _ body: () async -> RunEnding) async {
    _ = await body()
  }
}
