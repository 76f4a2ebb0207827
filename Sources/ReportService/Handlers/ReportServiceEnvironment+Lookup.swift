internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// What several handlers look up.
extension ReportServiceEnvironment {
  /// Runs store calls, with their errors turned into the wire's.
  func perform<Result>(
    _ body: (any ReportStore) async throws -> Result
  ) async throws -> Result {
    do {
      return try await body(store)
    } catch let error as StoreError {
      throw RPCError(error)
    }
  }

  /// The report of an id in a domain.
  ///
  /// - Throws: `NOT_FOUND` alike for a report that does not exist and one of another domain.
  func report(_ reportID: String, in domainID: String) async throws -> Report {
    guard !domainID.isEmpty else { throw RPCError.requiredParameter("domain_id") }
    guard !reportID.isEmpty else { throw RPCError.requiredParameter("report_id") }
    guard domainID.utf8.count <= DomainID.bytesMax, reportID.utf8.count <= ReportID.bytesMax,
      let report = try await perform({ try await $0.report(reportID, in: domainID) })
    else {
      throw RPCError.notFound("report_id", reportID)
    }
    return report
  }

  /// The storage of an id that a domain may use.
  func storage(_ storageID: String, in domainID: String) async throws -> Storage {
    guard let storage = try await perform({ try await $0.storage(storageID, in: domainID) }) else {
      throw RPCError.notFound("storage_id", storageID)
    }
    return storage
  }

  /// The published form of a report.
  func reportInfo(_ report: Report) async throws -> ReportInfo {
    var known: [String: Storage] = [:]
    return try await reportInfo(report, known: &known)
  }

  /// The published form of one report of many, looking each storage up once.
  func reportInfo(_ report: Report, known: inout [String: Storage]) async throws -> ReportInfo {
    if let storage = known[report.storageID] { return ReportInfo(report, storage: storage) }
    let storage = try await perform {
      try await $0.storage(report.storageID, in: report.domainID)
    }
    known[report.storageID] = storage
    return ReportInfo(report, storage: storage)
  }

  /// Refuses a response that would hold more than one response may.
  func checkRows(_ count: Int) throws(RPCError) {
    guard count <= limits.rowsMax else {
      throw .limitReached(
        "The list has more than \(limits.rowsMax) entries. Ask for it in pages: set "
          + "query.page.start and query.page.limit.")
    }
  }

  /// Refuses a template that could not run now.
  ///
  /// - Throws: an error that clients do not repeat by themselves: a source that is away stays away
  ///   for longer than a call lasts.
  func checkUsable(_ template: Template) async throws(RPCError) {
    guard template.fault != nil, let fault = await catalog.rechecked(template).fault else { return }
    let message = "Template is unavailable. \(fault.reason) (template_id = \(template.templateID))"
    switch fault {
    case .unchecked:
      throw RPCError(.unavailable, reason: "ERROR_SOURCE_UNAVAILABLE", message: message)
    case .broken:
      throw RPCError(.failedPrecondition, reason: "ERROR_TEMPLATE_BROKEN", message: message)
    }
  }

  /// The formats a run makes, after checking its options.
  ///
  /// - Throws: `INVALID_ARGUMENT` naming the option.
  func formats(
    of template: Template, options: OptionObject, in domainID: String
  ) throws(RPCError) -> [ReportFormat] {
    do throws(OptionError) {
      return try TemplateParameters.resolve(
        template, options: options, domainID: domainID, formats: formats
      ).formats
    } catch {
      throw RPCError(error)
    }
  }
}

extension RPCError {
  /// A store's error, as the caller shall see it.
  init(_ error: StoreError) {
    switch error.code {
    case .unsupported:
      self = .invalidParameter("query", reason: error.message)
    case .unavailable, .full, .closed:
      // Without a reason: SpaceONE's clients try again unless the text begins with `ERROR_`.
      self = RPCError(.unavailable, message: error.advice, cause: error)
    default:
      self = .unknown(incident: Incident.newID(), cause: error)
    }
  }
}

extension RPCError {
  /// What is wrong with a caller's options, as the caller shall see it.
  init(_ error: OptionError) {
    let key = "template_options.\(error.key)"
    self =
      error.code == .missing
      ? .requiredParameter(key) : .invalidParameter(key, reason: error.reason)
  }
}
