internal import CoreMetrics
internal import PrometheusMetrics
internal import ReportCore

/// Counts attempts at reports, and what they make.
final class RunMetrics: RunObserver {
  /// What came of an attempt that lost its report, or gave it back.
  static let lost = "LOST"
  private static let outcomes = ReportState.allCases.filter(\.isTerminal).map(\.rawValue) + [lost]

  private let running = StripedCells(count: 1)
  private let ended: [String: (count: Counter, duration: CoreMetrics.Timer)]
  private let rows: Counter
  private let bytes: Counter

  init(_ factory: any MetricsFactory) {
    ended = Dictionary(
      uniqueKeysWithValues: Self.outcomes.map { outcome in
        let labels = [("outcome", outcome)]
        return (
          outcome,
          (
            Counter(label: MetricFamily.runs.name, dimensions: labels, factory: factory),
            Timer(label: MetricFamily.runDuration.name, dimensions: labels, factory: factory)
          )
        )
      })
    rows = Counter(label: MetricFamily.rows.name, factory: factory)
    bytes = Counter(label: MetricFamily.bytes.name, factory: factory)
  }

  func attempt(at report: Report, _ body: () async -> RunEnding) async {
    running.add(1)
    let ending = await body()
    running.add(-1)
    let outcome = ending.state.flatMap { $0.isTerminal ? $0.rawValue : nil } ?? Self.lost
    ended[outcome]?.count.increment()
    ended[outcome]?.duration.recordNanoseconds(ending.duration.wholeNanoseconds)
    rows.increment(by: ending.progress.rows)
    bytes.increment(by: ending.progress.bytes)
  }

  /// Attempts that run now.
  var runningSamples: [MetricSample] { [MetricSample(.whole(Int64(running[0])))] }
}
