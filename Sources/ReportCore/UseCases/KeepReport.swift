/// Has reports kept, or removed.
package struct KeepReport: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// Keeps a report, however old it gets, or no longer than others.
  ///
  /// - Throws: `notFound` alike for a report that does not exist and one of another domain.
  package func pin(
    _ isPinned: Bool, _ reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> ReportView {
    try ports.limits.checkRequired("report_id", reportID)
    let now = ports.clock.now
    let report = try await ports.perform {
      try await $0.setPinned(
        isPinned, reportID, in: caller.domainID, at: now,
        audit: caller.audit?.success(of: reportID))
    }
    guard let report else { throw .notFound("report_id", reportID) }
    caller.audit?.written()
    return try await ports.view(report)
  }

  /// Removes a report and its files, pinned or not.
  ///
  /// - Throws: `notFound` alike for a report that does not exist and one of another domain;
  ///   `stillRuns`.
  package func delete(
    _ reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) {
    try ports.limits.checkRequired("report_id", reportID)
    let key = ReportKey(reportID: reportID, domainID: caller.domainID)
    let outcome: DeleteOutcome?
    do {
      outcome = try await ports.remove([key], caller.audit?.success(of: reportID)).first
    } catch {
      throw UseCaseError(error)
    }
    switch outcome {
    case .deleted: caller.audit?.written()
    case .running, .pinned:
      throw UseCaseError(
        .stillRuns, key: "report_id", value: reportID,
        message: "Report is running. Cancel it first. (report_id = \(reportID))")
    case .notFound, nil: throw .notFound("report_id", reportID)
    }
  }
}
