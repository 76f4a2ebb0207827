/// What the services ask of whatever runs the reports.
package protocol ReportRunning: Sendable {
  /// A report may be waiting: look now rather than at the next turn. Never blocks.
  func wake()

  /// A cancel was stored: if the report runs here, end it at once. Never blocks.
  func cancelRequested(_ report: Report)

  /// Snapshots of a report: the one given or a newer one first, then each change of state and
  /// progress (slow readers see only the newest), and the terminal one last. Ends after that, or
  /// when the task that reads it is cancelled.
  func updates(of report: Report) -> AsyncStream<Report>
}
