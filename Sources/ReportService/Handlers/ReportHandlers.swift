internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `spaceone.api.report.v1.Report`: get, get_download_url, list, create.
struct ReportHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.register(ReportMethods.get, now: cached, later: get)
    router.register(ReportMethods.getDownloadURL, getDownloadURL)
    router.register(ReportMethods.list, list)
    router.register(ReportMethods.create, create)
  }

  // MARK: get

  /// A report that ended does not change: its bytes are kept, and answer on the event loop.
  private func cached(
    _ request: GetReportRequest, _ context: CallContext
  ) throws -> Immediate<ReportInfo>? {
    context.notes?.note(domainID: request.domainID, resourceID: request.reportID)
    guard request.only.isEmpty else { return nil }
    return environment.cache.bytes(domainID: request.domainID, reportID: request.reportID)
      .map { .bytes($0) }
  }

  private func get(_ request: GetReportRequest, _ context: CallContext) async throws -> ReportInfo {
    let only = try Projection<ReportInfo>(request.only, key: "only", limits: environment.limits)
    let report = try await environment.report(request.reportID, in: request.domainID)
    let info = try await environment.reportInfo(report)
    if report.state.isTerminal, let bytes = try? info.protobuf() {
      environment.cache.insert(bytes, domainID: report.domainID, reportID: report.reportID)
    }
    return only.apply(info)
  }

  // MARK: get_download_url

  private func getDownloadURL(
    _ request: GetDownloadURLRequest, _ context: CallContext
  ) async throws -> ReportDownloadInfo {
    context.notes?.note(domainID: request.domainID, resourceID: request.reportID)
    let asked = try await environment.report(request.reportID, in: request.domainID)
    let report = try await ended(asked, context)
    guard report.state == .finished else {
      throw RPCError(
        .failedPrecondition, reason: "ERROR_REPORT_NOT_FINISHED",
        message: "Report is not finished. (report_id = \(report.reportID), "
          + "state = \(report.state.rawValue))")
    }
    let artifact = try artifact(of: report, format: context.metadata[Metadata.format])
    var info = ReportDownloadInfo()
    info.downloadURL = environment.downloadURL(report, artifact)
    return info
  }

  /// The report when it has ended, or as it is when the caller cannot be kept waiting any longer:
  /// SpaceONE's console asks for the URL at once after `create`.
  private func ended(_ report: Report, _ context: CallContext) async throws -> Report {
    let patience = environment.patience(until: context.deadline)
    guard !report.state.isTerminal, patience > .zero else { return report }
    let newest = await withTaskGroup(of: Report?.self) { group in
      group.addTask {
        var newest = report
        for await update in environment.engine.updates(of: report) { newest = update }
        return newest
      }
      group.addTask {
        try? await environment.sleep(patience)
        return nil
      }
      // Whoever is first ends the other, and what was seen last comes from the first task.
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      return await group.next().flatMap { $0 } ?? report
    }
    try Task.checkCancellation()
    return newest
  }

  private func artifact(of report: Report, format: String?) throws(RPCError) -> Artifact {
    let made = report.artifacts
    guard let format, !format.isEmpty else {
      guard let first = made.first else {
        throw .unknown(
          incident: Incident.newID(),
          cause: StoreError(.corrupt, "\(report.reportID) is FINISHED without an artifact"))
      }
      return first
    }
    guard let artifact = made.first(where: { $0.format.rawValue.isExactly(format) }) else {
      let names = made.map(\.format.rawValue).joined(separator: ", ")
      throw .invalidParameter(
        "format", reason: "the report was not made as \(quoted(format)); it has \(names)")
    }
    return artifact
  }

  // MARK: list

  private func list(_ request: ReportQuery, _ context: CallContext) async throws -> ReportsInfo {
    guard !request.domainID.isEmpty else { throw RPCError.requiredParameter("domain_id") }
    context.notes?.note(domainID: request.domainID)
    let schema = ResourceSchema.report
    var conditions: [Predicate] = [
      .equals(schema.known("domain_id"), .string(request.domainID))
    ]
    for (key, value) in [
      ("report_id", request.reportID), ("template_id", request.templateID),
      ("storage_id", request.storageID), ("schedule_id", request.scheduleID),
      ("created_by", request.createdBy),
    ] where !value.isEmpty {
      conditions.append(.equals(schema.known(key), .string(value)))
    }
    // CREATED is zero and so never on the wire: it means any state.
    if request.state != .created {
      guard let name = request.state.name else {
        throw RPCError.invalidParameter(
          "state", reason: "unknown state \(request.state.rawValue)")
      }
      conditions.append(.equals(schema.known("state"), .string(name)))
    }
    let translator = QueryTranslator(
      schema: schema, limits: environment.limits, now: environment.clock.now)
    let list = try translator.listRequest(request.query ?? Query(), and: conditions)
    let only = try Projection<ReportInfo>(
      list.only ?? [], key: "query.only", limits: environment.limits)
    let page = try await environment.perform { try await $0.reports(list.query) }
    try environment.checkRows(page.entities.count)
    var infos = ReportsInfo()
    infos.totalCount = Int32(clamping: page.totalCount)
    var storages: [String: Storage] = [:]
    infos.results.reserveCapacity(page.entities.count)
    for report in page.entities {
      let info = try await environment.reportInfo(report, known: &storages)
      infos.results.append(only.apply(info))
    }
    return infos
  }
}
