/// Calls a report off.
package struct CancelReport: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// Ends a report that waits, and has a running one ended within a second. A report that has ended
  /// stays as it is and is given back: the caller sees its state.
  ///
  /// - Throws: `notFound` alike for a report that does not exist and one of another domain.
  package func run(
    _ reportID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> ReportView {
    try ports.limits.checkRequired("report_id", reportID)
    let now = ports.clock.now
    let report = try await ports.perform {
      try await $0.requestCancel(
        reportID, in: caller.domainID, at: now, audit: caller.audit?.success(of: reportID))
    }
    guard let report else { throw .notFound("report_id", reportID) }
    caller.audit?.written()
    ports.engine.cancelRequested(report)
    return try await ports.view(report)
  }
}
