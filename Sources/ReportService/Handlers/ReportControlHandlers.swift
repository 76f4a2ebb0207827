internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore
internal import Texts

/// `reportwire.v1.ReportControl`: cancel, watch, inspect, delete, pin, unpin, preview, find.
struct ReportControlHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.handle(ReportControlMethods.cancel, cancel)
    router.register(
      ReportControlMethods.watch,
      streaming: { request, context, responses in
        try await RPCError.told { try await watch(request, context, responses) }
      })
    router.handle(ReportControlMethods.inspect, inspect)
    router.handle(ReportControlMethods.delete, delete)
    router.handle(ReportControlMethods.find, find)
    router.handle(ReportControlMethods.pin) { request, context in
      try await pin(true, request.reportID, context)
    }
    router.handle(ReportControlMethods.preview, preview)
    router.handle(ReportControlMethods.unpin) { request, context in
      try await pin(false, request.reportID, context)
    }
  }

  private func cancel(
    _ request: CancelReportRequest, _ context: CallContext
  ) async throws -> Answer<ReportInfo> {
    context.notes?.note(resourceID: request.reportID)
    let view = try await CancelReport(environment.ports).run(
      request.reportID, for: try environment.caller(context))
    return try .acknowledgement(of: view, context)
  }

  private func delete(
    _ request: DeleteReportRequest, _ context: CallContext
  ) async throws -> Empty {
    context.notes?.note(resourceID: request.reportID)
    try await KeepReport(environment.ports).delete(
      request.reportID, for: try environment.caller(context))
    return Empty()
  }

  private func pin(
    _ isPinned: Bool, _ reportID: String, _ context: CallContext
  ) async throws -> Answer<ReportInfo> {
    context.notes?.note(resourceID: reportID)
    let view = try await KeepReport(environment.ports).pin(
      isPinned, reportID, for: try environment.caller(context))
    return try .acknowledgement(of: view, context)
  }

  private func preview(
    _ request: PreviewTemplateRequest, _ context: CallContext
  ) async throws -> Answer<TemplatePreview> {
    context.notes?.note(resourceID: request.templateID)
    let ports = environment.ports
    let preview = try await PreviewTemplate(ports).run(
      PreviewTemplate.Command(
        templateID: request.templateID,
        options: try request.templateOptions.map {
          (options) throws(UseCaseError) in try OptionObject(options, ports.limits)
        } ?? [:]),
      for: try environment.caller(context))
    return .message(TemplatePreview(preview))
  }

  private func find(
    _ request: FindReportsRequest, _ context: CallContext
  ) async throws -> Answer<ReportsInfo> {
    let found = try await ReadReports(environment.ports).reports(
      withFileOf: request.sha256, for: try environment.caller(context))
    return .message(
      ReportsInfo(results: found.map(ReportInfo.init), totalCount: Int32(found.count)))
  }

  private func watch(
    _ request: WatchReportRequest, _ context: CallContext,
    _ responses: ResponseStream<ReportProgress>
  ) async throws {
    context.notes?.note(resourceID: request.reportID)
    let caller = try environment.caller(context)
    let (updates, expectedRows) = try await ReadReports(environment.ports).updates(
      of: request.reportID, for: caller)
    var last: Report?
    for await update in updates {
      last = update
      try await responses.send(
        ReportProgress(update, expectedRows, at: environment.ports.clock.now))
    }
    // Whoever reads to the end must be able to rely on what came last.
    if let last, !last.state.isTerminal {
      throw await environment.ports.endedEarly(last, of: caller)
    }
  }

  private func inspect(
    _ request: InspectReportRequest, _ context: CallContext
  ) async throws -> Answer<ReportInspection> {
    context.notes?.note(resourceID: request.reportID)
    let found = try await ReadReports(environment.ports).inspection(
      of: request.reportID, for: try environment.caller(context))
    let report = found.view.report
    var inspection = ReportInspection()
    inspection.report = ReportInfo(found.view)
    inspection.name = report.name
    inspection.parameters = Struct(found.parameters)
    inspection.attempts = Int32(clamping: report.attempts)
    inspection.timeline = found.timeline.map(ReportAPI.ReportEvent.init)
    inspection.artifacts = report.artifacts.map(ArtifactInfo.init)
    inspection.textsReplaced = report.progress.textsReplaced
    inspection.isPinned = report.isPinned
    inspection.keptUntil = found.keptUntil.map(Timestamp.init)
    inspection.progress = ReportProgress(
      report, found.expectedRows, at: environment.ports.clock.now)
    inspection.traceparent = report.trace?.text ?? ""
    return .message(inspection)
  }
}

extension ReportProgress {
  /// The published form of a snapshot.
  ///
  /// - Parameter expectedRows: what it is expected to have, if that is known.
  init(_ report: Report, _ expectedRows: Int64?, at now: Instant) {
    self.init()
    reportID = report.reportID
    state = ReportInfo.State(report.state)
    rows = report.progress.rows
    bytes = report.progress.bytes
    attempt = Int32(clamping: report.attempts)
    updatedAt = Timestamp(report.endedAt ?? now)
    error = report.failure.map(ReportError.init)
    guard let pollAfter = report.state.pollAfter else { return }
    self.expectedRows = expectedRows ?? 0
    pollAfterMilliseconds = Int32(clamping: pollAfter.wholeNanoseconds / 1_000_000)
  }
}

extension ReportAPI.ReportEvent {
  /// The published form of a line of the timeline.
  init(_ event: ReportCore.ReportEvent) {
    self.init()
    at = Timestamp(event.at)
    kind = event.kind.rawValue
    state = ReportInfo.State(event.state)
    attempt = Int32(clamping: event.attempt)
    worker = event.worker
    message = event.message
  }
}

extension ArtifactInfo {
  /// The published form of an artifact.
  init(_ artifact: Artifact) {
    self.init()
    format = artifact.format.rawValue
    path = artifact.path
    bytes = artifact.bytes
    rows = artifact.rows
    sha256 = artifact.sha256
    mediaType = artifact.mediaType
  }
}
