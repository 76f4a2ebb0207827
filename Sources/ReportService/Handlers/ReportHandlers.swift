internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `spaceone.api.report.v1.Report`: get, get_download_url, list, create.
struct ReportHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.register(
      ReportMethods.get, writingNow: cached,
      later: { request, context in
        try await RPCError.told { try await get(request, context) }
      })
    router.handle(ReportMethods.getDownloadURL, getDownloadURL)
    router.handle(ReportMethods.list, list)
    router.handle(ReportMethods.create, create)
  }

  // MARK: get

  /// Longer reports are written in JSON elsewhere, each time.
  private static let writtenAtOnceBytesMax = 16_384

  /// A report that ended does not change: its bytes are kept, and answer on the event loop.
  private func cached(
    _ request: GetReportRequest, _ context: CallContext, _ writer: inout BinaryWriter
  ) throws -> Bool {
    context.notes?.note(resourceID: request.reportID)
    guard request.only.isEmpty else { return false }
    let (cache, domainID, format) = (environment.cache, context.domainID, context.format)
    if cache.write(domainID: domainID, reportID: request.reportID, as: format, to: &writer) {
      return true
    }
    // Others wait for the loop meanwhile.
    guard format == .json,
      let kept = cache.report(
        domainID: domainID, reportID: request.reportID, bytesMax: Self.writtenAtOnceBytesMax)
    else { return false }
    let json = try ReportInfo(protobuf: kept.bytes).jsonBytes(options: PayloadFormat.jsonOptions)
    cache.insert(json: json, domainID: domainID, reportID: request.reportID, of: kept)
    writer.append(contentsOf: json)
    return true
  }

  private func get(_ request: GetReportRequest, _ context: CallContext) async throws -> ReportInfo {
    let only = try Projection<ReportInfo>(request.only, key: "only", limits: environment.queries)
    let removals = environment.cache.removals
    let view = try await ReadReports(environment.ports).one(
      request.reportID, for: try environment.caller(context))
    let info = ReportInfo(view)
    if view.report.state.isTerminal, let bytes = try? info.protobuf() {
      environment.cache.insert(
        bytes, domainID: view.report.domainID, reportID: view.report.reportID,
        readAfter: removals)
    }
    return only.apply(info)
  }

  // MARK: get_download_url

  private func getDownloadURL(
    _ request: GetDownloadURLRequest, _ context: CallContext
  ) async throws -> ReportDownloadInfo {
    context.notes?.note(resourceID: request.reportID)
    var info = ReportDownloadInfo()
    info.downloadURL = try await DownloadReport(environment.ports).link(
      to: request.reportID, format: context.metadata[Metadata.format],
      timeLeft: context.deadline?.remaining(), for: try environment.caller(context))
    return info
  }

  // MARK: list

  private func list(
    _ request: ReportQuery, _ context: CallContext
  ) async throws -> Answer<ReportsInfo> {
    let schema = ResourceSchema.report
    var conditions = try schema.conditions(
      [
        ("report_id", request.reportID), ("template_id", request.templateID),
        ("storage_id", request.storageID), ("schedule_id", request.scheduleID),
        ("created_by", request.createdBy),
      ], limits: environment.ports.limits)
    // CREATED is zero and so never on the wire: it means any state.
    if request.state != .created {
      guard let name = request.state.name else {
        throw RPCError.invalidParameter(
          "state", reason: "unknown state \(request.state.rawValue)")
      }
      conditions.append(.equals(schema.known("state"), .string(name)))
    }
    let translator = QueryTranslator(
      schema: schema, limits: environment.queries, now: environment.ports.clock.now)
    let list = try translator.listRequest(request.query ?? Query(), and: conditions)
    let only = try Projection<ReportInfo>(
      list.only ?? [], key: "query.only", limits: environment.queries)
    let encoder = ListEncoder(context) { view in
      ReportsInfo(results: [only.apply(ReportInfo(view))])
    }
    _ = try await ReadReports(environment.ports).visit(
      list.readingWhatIsShown.command, for: try environment.caller(context), encoder)
    return try encoder.answer()
  }

  // MARK: create

  private func create(
    _ request: CreateReportRequest, _ context: CallContext
  ) async throws -> Answer<ReportInfo> {
    let limits = environment.ports.limits
    let command = CreateReport.Command(
      templateID: request.templateID, name: request.name,
      options: try request.templateOptions.map { try OptionObject($0, limits) } ?? [:],
      storageID: request.storageID, repetition: .init(context.metadata),
      trace: context.trace)
    let view = try await CreateReport(environment.ports).run(
      command, for: try environment.caller(context))
    context.notes?.note(resourceID: view.report.reportID)
    return try .acknowledgement(of: view, context)
  }
}

extension CreateReport.Repetition {
  /// The caller's key for this create or, since SpaceONE's clients repeat a call without one, the
  /// names of the call.
  fileprivate init(_ metadata: Metadata) {
    if let key = metadata[Metadata.idempotencyKey], !key.isEmpty {
      self = .key(key)
    } else {
      self = .call(
        [Metadata.transactionID, Metadata.traceparent].compactMap { field in
          metadata[field].map { (name: field, value: $0) }
        })
    }
  }
}
