internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

extension ReportHandlers {
  /// Characters of a name at most.
  static let nameCharactersMax = 255
  /// UTF-8 bytes of the name of an option at most.
  static let optionNameBytesMax = 255
  /// UTF-8 bytes of an idempotency key at most.
  static let idempotencyKeyBytesMax = 255

  /// Checks everything that can be checked now, so that what is accepted can run; but a create that
  /// is repeated finds its report whatever became of template and storage meanwhile.
  func create(
    _ request: CreateReportRequest, _ context: CallContext
  ) async throws -> ReportInfo {
    context.notes?.note(domainID: request.domainID)
    try check(request)
    let options = request.templateOptions.map(OptionObject.init) ?? [:]
    try check(options)
    let now = environment.clock.now
    let key = try idempotencyKey(request, options, context)
    if let key {
      let earlier = try await environment.perform {
        try await $0.outcome(of: key, in: request.domainID, at: now)
      }
      if let earlier { return try await answer(repeated: earlier, context) }
    }
    let template = try template(request.templateID)
    try await environment.checkUsable(template)
    let formats = try environment.formats(of: template, options: options, in: request.domainID)
    let storage = try await environment.storage(
      request.storageID.isEmpty ? Storage.local.storageID : request.storageID,
      in: request.domainID)
    let report = Report(
      reportID: environment.ids.next("report-"), domainID: request.domainID,
      templateID: template.templateID, name: request.name, templateOptions: options,
      formats: formats, storageID: storage.storageID,
      createdBy: context.metadata[Metadata.userID] ?? "", createdAt: now)
    // Whoever came in between with the same key is seen here.
    let outcome = try await environment.perform {
      try await $0.create(report, idempotency: key)
    }
    guard case .created(let created) = outcome else {
      return try await answer(repeated: outcome, context)
    }
    environment.engine.wake()
    context.notes?.note(resourceID: created.reportID)
    return ReportInfo(created, storage: storage)
  }

  private func template(_ idOrName: String) throws(RPCError) -> Template {
    guard let template = environment.catalog.template(idOrName) else {
      throw .notFound("template_id", idOrName)
    }
    guard template.isEnabled else {
      throw RPCError(
        .failedPrecondition, reason: "ERROR_TEMPLATE_DISABLED",
        message: "Template is disabled. (template_id = \(template.templateID))")
    }
    return template
  }

  private func answer(
    repeated outcome: CreateOutcome, _ context: CallContext
  ) async throws -> ReportInfo {
    switch outcome {
    case .created(let report), .existing(let report):
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
    // Scalars, not graphemes: one of those can hold any number of marks.
    let nameCharacters = request.name.unicodeScalars.count
    guard nameCharacters <= Self.nameCharactersMax else {
      throw .invalidParameter(
        "name",
        reason: "it has \(nameCharacters) characters; at most \(Self.nameCharactersMax) are taken")
    }
    guard
      !request.name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .invalidParameter("name", reason: "it holds a control character")
    }
  }

  private func check(_ options: OptionObject) throws(RPCError) {
    for name in options.keys where name.utf8.count > Self.optionNameBytesMax {
      throw .invalidParameter(
        "template_options",
        reason: "an option's name has \(name.utf8.count) bytes; at most "
          + "\(Self.optionNameBytesMax) are taken")
    }
  }

  // MARK: Repeated creates

  /// By what this create is known if it is repeated: the caller's key for it or, since SpaceONE's
  /// clients repeat a call without one, the names of the call.
  private func idempotencyKey(
    _ request: CreateReportRequest, _ options: OptionObject, _ context: CallContext
  ) throws(RPCError) -> IdempotencyKey? {
    if let key = context.metadata[Metadata.idempotencyKey], !key.isEmpty {
      guard key.utf8.count <= Self.idempotencyKeyBytesMax else {
        throw .invalidParameter(
          Metadata.idempotencyKey,
          reason: "it has \(key.utf8.count) bytes; at most \(Self.idempotencyKeyBytesMax) are taken"
        )
      }
      return IdempotencyKey(.create(key), digest: try digest(of: request, options))
    }
    let names = [Metadata.transactionID, Metadata.traceparent].compactMap { field in
      context.metadata[field].flatMap { value in
        value.isEmpty || value.utf8.count > Self.idempotencyKeyBytesMax ? nil : "\(field)=\(value)"
      }
    }
    guard !names.isEmpty else { return nil }
    return IdempotencyKey(.call(names), digest: try digest(of: request, options))
  }

  /// Made of what this server understands of a request, as it understands it: fields that it does
  /// not know change nothing, and a Value without a kind is null.
  private func digest(
    of request: CreateReportRequest, _ options: OptionObject
  ) throws(RPCError) -> String {
    let arguments: OptionObject = [
      "domain_id": .string(request.domainID), "template_id": .string(request.templateID),
      "name": .string(request.name), "template_options": .object(options),
      "storage_id": .string(request.storageID),
    ]
    guard let text = CanonicalJSON.text(.object(arguments)) else {
      throw .invalidParameter("template_options", reason: "it holds a number that is not finite")
    }
    return environment.digest(Array(text.utf8))
  }
}

/// The ids that this server makes: `report-` and 12 hexadecimal digits.
enum ReportID {
  /// UTF-8 bytes of what may be one, with room for those of other servers.
  static let bytesMax = 255
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
