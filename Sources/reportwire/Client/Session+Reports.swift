internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

extension Session {
  func report(_ reportID: String) async throws(CommandFailure) -> ReportInfo {
    try await call(
      ReportMethods.get, GetReportRequest(domainID: domainID, reportID: reportID))
  }

  func inspection(_ reportID: String) async throws(CommandFailure) -> ReportInspection {
    try await call(
      ReportControlMethods.inspect,
      InspectReportRequest(domainID: domainID, reportID: reportID))
  }

  /// A template by id or name.
  func template(_ idOrName: String) async throws(CommandFailure) -> TemplateInfo {
    try await call(
      TemplateMethods.get, GetTemplateRequest(domainID: domainID, templateID: idOrName))
  }

  /// Follows a report to its end, also over restarts of the server.
  ///
  /// - Parameter show: called with each change; an error ends the wait.
  /// - Returns: the last change.
  func wait(
    for reportID: String, show: (ReportProgress) throws -> Void
  ) async throws -> ReportProgress {
    var failed: (any Error)?
    do throws(RPCError) {
      return try await client.reportControl.waitUntilEnded(
        WatchReportRequest(domainID: domainID, reportID: reportID),
        options: CallOptions(metadata: withUser(Metadata()))
      ) { progress in
        do {
          try show(progress)
        } catch {
          failed = failed ?? error
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    } catch {
      throw failed ?? failure(error)
    }
  }

  /// Waits with a progress display on standard error.
  ///
  /// - Throws: `reportNotFinished` if the report ends in another state.
  func waitShowingProgress(for reportID: String) async throws {
    var printer = ProgressPrinter(
      reportID: reportID, terminalWidth: StandardError.isTerminal ? StandardError.width : nil)
    let last: ReportProgress
    do {
      last = try await wait(for: reportID) { printer.show(.init($0)) }
    } catch {
      printer.interrupt()
      throw error
    }
    if let failure = ReportText.failure(reportID, last.state, last.error) { throw failure }
  }
}

extension ProgressPrinter.Snapshot {
  init(_ progress: ReportProgress) {
    self.init(
      state: ReportText.state(progress.state), isTerminal: progress.state.isTerminal,
      rows: progress.rows, bytes: progress.bytes)
  }
}
