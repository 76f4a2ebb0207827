internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `reportwire.v1.ReportControl`: cancel, watch, inspect.
struct ReportControlHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.register(ReportControlMethods.cancel, cancel)
    router.register(ReportControlMethods.watch, streaming: watch)
    router.register(ReportControlMethods.inspect, inspect)
  }

  /// A report that ended before stays as it is and is given back: the caller sees its state.
  private func cancel(
    _ request: CancelReportRequest, _ context: CallContext
  ) async throws -> ReportInfo {
    let before = try await environment.report(request.reportID, in: request.domainID)
    context.notes?.note(domainID: before.domainID, resourceID: before.reportID)
    let now = environment.clock.now
    let report = try await environment.perform {
      try await $0.requestCancel(before.reportID, in: before.domainID, at: now)
    }
    guard let report else { throw RPCError.notFound("report_id", request.reportID) }
    environment.engine.cancelRequested(report)
    return try await environment.reportInfo(report)
  }

  private func watch(
    _ request: WatchReportRequest, _ context: CallContext,
    _ responses: ResponseStream<ReportProgress>
  ) async throws {
    let report = try await environment.report(request.reportID, in: request.domainID)
    context.notes?.note(domainID: report.domainID, resourceID: report.reportID)
    for await update in environment.engine.updates(of: report) {
      try await responses.send(ReportProgress(update, at: environment.clock.now))
    }
  }

  private func inspect(
    _ request: InspectReportRequest, _ context: CallContext
  ) async throws -> ReportInspection {
    let report = try await environment.report(request.reportID, in: request.domainID)
    context.notes?.note(domainID: report.domainID, resourceID: report.reportID)
    let events = try await environment.perform { try await $0.timeline(of: report.reportID) }
    var inspection = ReportInspection()
    inspection.report = try await environment.reportInfo(report)
    inspection.name = report.name
    inspection.parameters = Struct(parameters(of: report))
    inspection.attempts = Int32(clamping: report.attempts)
    inspection.timeline = events.map(ReportAPI.ReportEvent.init)
    inspection.artifacts = report.artifacts.map(ArtifactInfo.init)
    inspection.textsReplaced = report.progress.textsReplaced
    return inspection
  }

  /// The values its query is bound to, with the template's defaults; the caller's own where the
  /// template is gone or has changed so that they do not fit any more.
  private func parameters(of report: Report) -> OptionObject {
    guard let template = environment.catalog.template(report.templateID),
      let resolved = try? TemplateParameters.resolve(
        template, options: report.templateOptions, domainID: report.domainID,
        formats: environment.formats)
    else {
      var given = report.templateOptions
      given[TemplateParameters.formatsKey] = nil
      return given
    }
    return resolved.values
  }
}

extension ReportProgress {
  /// The published form of a snapshot.
  init(_ report: Report, at now: Instant) {
    self.init()
    reportID = report.reportID
    state = ReportInfo.State(report.state)
    rows = report.progress.rows
    bytes = report.progress.bytes
    attempt = Int32(clamping: report.attempts)
    updatedAt = Timestamp(report.endedAt ?? now)
    error = report.failure.map(ReportError.init)
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
