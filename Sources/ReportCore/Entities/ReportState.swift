/// Where a report stands (spaceone.api.report.v1.ReportInfo.State, by name).
package enum ReportState: String, Hashable, Sendable, CaseIterable {
  case created = "CREATED"
  case inProgress = "IN_PROGRESS"
  case failure = "FAILURE"
  case timeout = "TIMEOUT"
  case canceled = "CANCELED"
  case finished = "FINISHED"

  /// Whether nothing changes any more.
  package var isTerminal: Bool {
    switch self {
    case .created, .inProgress: false
    case .failure, .timeout, .canceled, .finished: true
    }
  }
}
