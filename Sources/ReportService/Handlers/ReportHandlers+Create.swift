internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

extension ReportHandlers {
  /// Characters of a name at most.
  static let nameCharactersMax = 255
  /// UTF-8 bytes of an idempotency key at most.
  static let idempotencyKeyBytesMax = 255

  /// Checks everything that can be checked now, so that what is accepted can run.
  func create(
    _ request: CreateReportRequest, _ context: CallContext
  ) async throws -> ReportInfo {
    context.notes?.note(domainID: request.domainID)
    try check(request)
    guard let template = environment.catalog.template(request.templateID) else {
      throw RPCError.notFound("template_id", request.templateID)
    }
    guard template.isEnabled else {
      throw RPCError(
        .failedPrecondition, reason: "ERROR_TEMPLATE_DISABLED",
        message: "Template is disabled. (template_id = \(template.templateID))")
    }
    try await environment.checkUsable(template)
    let options = request.templateOptions.map(OptionObject.init) ?? [:]
    let formats = try environment.formats(of: template, options: options, in: request.domainID)
    let storage = try await environment.storage(
      request.storageID.isEmpty ? Storage.local.storageID : request.storageID,
      in: request.domainID)
    let report = Report(
      reportID: environment.ids.next("report-"), domainID: request.domainID,
      templateID: template.templateID, name: request.name, templateOptions: options,
      formats: formats, storageID: storage.storageID,
      createdBy: context.metadata[Metadata.userID] ?? "", createdAt: environment.clock.now)
    let idempotency = try idempotency(request, context)
    let outcome = try await environment.perform {
      try await $0.create(report, idempotency: idempotency)
    }
    switch outcome {
    case .created(let report):
      environment.engine.wake()
      context.notes?.note(resourceID: report.reportID)
      return ReportInfo(report, storage: storage)
    case .existing(let report):
      context.notes?.note(resourceID: report.reportID)
      return try await environment.reportInfo(report)
    case .conflict:
      throw RPCError.notUnique(
        Metadata.idempotencyKey, context.metadata[Metadata.idempotencyKey] ?? "")
    }
  }

  private func check(_ request: CreateReportRequest) throws(RPCError) {
    for (key, value) in [
      ("domain_id", request.domainID), ("template_id", request.templateID),
      ("name", request.name),
    ] where value.isEmpty {
      throw .requiredParameter(key)
    }
    guard DomainID.isWellFormed(request.domainID) else {
      throw .invalidParameter(
        "domain_id",
        reason: "\(quoted(request.domainID)) is no domain id: letters, digits, '-', '_' and '.', "
          + "not first a '.', at most \(DomainID.bytesMax)")
    }
    guard request.name.count <= Self.nameCharactersMax else {
      throw .invalidParameter(
        "name",
        reason: "it has \(request.name.count) characters; at most "
          + "\(Self.nameCharactersMax) are taken")
    }
    guard
      !request.name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .invalidParameter("name", reason: "it holds a control character")
    }
  }

  private func idempotency(
    _ request: CreateReportRequest, _ context: CallContext
  ) throws -> IdempotencyKey? {
    guard let key = context.metadata[Metadata.idempotencyKey], !key.isEmpty else { return nil }
    guard key.utf8.count <= Self.idempotencyKeyBytesMax else {
      throw RPCError.invalidParameter(
        Metadata.idempotencyKey,
        reason: "it has \(key.utf8.count) bytes; at most \(Self.idempotencyKeyBytesMax) are taken")
    }
    // What this server does not know of the request cannot change what it makes of it.
    var known = request
    known.unknownFields = UnknownFields()
    return IdempotencyKey(key: key, digest: environment.digest(try known.protobuf()))
  }
}

/// The form of a domain's id: it names a folder of artifacts too.
enum DomainID {
  static let bytesMax = 128

  static func isWellFormed(_ id: String) -> Bool {
    guard id.utf8.count <= bytesMax, let first = id.utf8.first, first != UInt8(ascii: ".") else {
      return false
    }
    return id.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
  }
}
