internal import ProtobufWire
package import RPCCore
package import ReportCore
internal import ReportService
internal import Texts

/// SailPoint's four calls over the use cases: a run is a report. They are methods of a router of their own,
/// so that callers are looked at, counted, logged, traced and audited as those of every other method are.
package struct SailPointCalls: Sendable {
  /// As logs, metrics and the audit name it.
  package static let service = "sailpoint.v3.ReportsDataExtraction"
  /// Of callers who reach every domain and name none.
  private static let standardDomain = "default"

  private static let run = method("startReport", .run)
  private static let result = method("getReportResult", .read)
  private static let file = method("getReport", .read)
  private static let cancel = method("cancelReport", .run)

  let start: Router.Entry
  let getResult: Router.Entry
  let getFile: Router.Entry
  let cancelRun: Router.Entry

  /// - Parameters:
  ///   - router: has what stands around the calls of every method, and no methods yet.
  ///   - ports: what the use cases work with.
  package init(_ router: Router, ports: UseCasePorts) {
    var router = router
    let handlers = Handlers(ports: ports)
    func entry(
      _ method: Method<Struct, Struct>,
      _ handler: @escaping @Sendable (Struct, CallContext) async throws -> Struct
    ) -> Router.Entry {
      router.register(method) { request, context in
        try await Handlers.told { try await handler(request, context) }
      }
      let name = method.descriptor.name
      guard let entry = try? router.entry(service: Self.service, method: name) else {
        preconditionFailure("\(name) was registered just now")
      }
      return entry
    }
    start = entry(Self.run, handlers.run)
    getResult = entry(Self.result, handlers.result)
    getFile = entry(Self.file, handlers.file)
    cancelRun = entry(Self.cancel, handlers.cancel)
  }

  private static func method(_ name: String, _ permission: Permission) -> Method<Struct, Struct> {
    Method(service: service, name: name, permission: permission)
  }

  /// What requests and answers have besides what is published.
  enum Key {
    static let id = "id"
    static let format = "format"
    static let domainID = "domain_id"
    static let reportID = "report_id"
    static let subject = "subject"
    static let authentication = "authentication"
  }

  private struct Handlers: Sendable {
    let ports: UseCasePorts

    /// With what use cases throw as the caller shall see it.
    static func told(_ handler: () async throws -> Struct) async throws -> Struct {
      do {
        return try await handler()
      } catch let error as UseCaseError {
        throw RPCError(ofArgument: error) ?? RPCError(error)
      }
    }

    private func domainID(_ context: CallContext) -> String {
      var domainID = context.domainID
      if domainID.isEmpty {
        domainID = context.metadata[Metadata.domainID] ?? SailPointCalls.standardDomain
      }
      context.notes?.note(domainID: domainID)
      return domainID
    }

    private func caller(_ context: CallContext) throws(UseCaseError) -> ReportCaller {
      try ports.caller(context, in: domainID(context))
    }

    // MARK: startReport

    func run(_ request: Struct, _ context: CallContext) async throws -> Struct {
      guard let name = request.text("reportType") else {
        throw RPCError.bad("reportType is required, and has to be one of \(Self.typeNames)")
      }
      guard let type = ReportType(name: name) else {
        throw RPCError.bad("reportType \(name.quoted) is none of \(Self.typeNames)")
      }
      let arguments: Struct
      switch request["arguments"]?.kind {
      case nil, .null: arguments = [:]
      case .struct(let members): arguments = members
      default: throw RPCError.bad("arguments have to be an object")
      }
      guard ports.catalog.template(type.templateID) != nil else {
        throw RPCError.bad("there are no reports of type \(type.rawValue) on this server")
      }
      let command = CreateReport.Command(
        templateID: type.templateID, name: type.title, options: try options(arguments, of: type),
        repetition: .run, trace: context.trace)
      let view = try await CreateReport(ports).run(command, for: try caller(context))
      context.notes?.note(resourceID: view.report.reportID)
      guard let result = TaskResult(view.report, ports.catalog) else {
        throw RPCError.bad("there are no reports of type \(type.rawValue) on this server")
      }
      return result.details
    }

    private static let typeNames = ReportType.allCases.map(\.rawValue).joined(separator: ", ")

    private func options(_ arguments: Struct, of type: ReportType) throws -> OptionObject {
      // Options that choose formats are no arguments.
      for name in [TemplateParameters.formatsKey, TemplateParameters.formatOptionsKey]
      where arguments[name] != nil {
        throw RPCError.bad("arguments.\(name): there is no such argument")
      }
      var arguments = arguments
      let selected = type.hasSelectedFormats ? arguments["selectedFormats"]?.kind : nil
      if type.hasSelectedFormats { arguments["selectedFormats"] = nil }
      var options = try OptionObject(arguments, ports.limits)
      switch selected {
      case nil, .null: break
      case .list(let list):
        let formats = try list.values.map { try Self.format($0) }
        let known = ports.renderers.map(\.format.rawValue)
        let made = FileFormat.allCases.filter { format in
          formats.contains(format) && known.contains { $0.isExactly(format.rawValue) }
        }
        if made.isEmpty, !formats.isEmpty {
          throw RPCError.bad("arguments.selectedFormats: this server makes none of them")
        }
        if !made.isEmpty {
          options[TemplateParameters.formatsKey] = .list(made.map { .string($0.rawValue) })
        }
      default: throw RPCError.bad("arguments.selectedFormats has to be a list of CSV and PDF")
      }
      return options
    }

    private static func format(_ value: Value) throws -> FileFormat {
      guard case .string(let name)? = value.kind, let format = FileFormat(name: name) else {
        throw RPCError.bad("arguments.selectedFormats has to be a list of CSV and PDF")
      }
      return format
    }

    // MARK: getReportResult

    func result(_ request: Struct, _ context: CallContext) async throws -> Struct {
      guard let found = try await report(request, context) else { return [:] }
      return found.results(at: ports.clock.now)
    }

    /// nil if the caller's domain has no such run.
    private func report(_ request: Struct, _ context: CallContext) async throws -> TaskResult? {
      let caller = try caller(context)
      guard let reportID = request.text(Key.id).flatMap(TaskResultID.reportID(of:)) else {
        return nil
      }
      context.notes?.note(resourceID: reportID)
      do throws(UseCaseError) {
        let view = try await ReadReports(ports).one(reportID, for: caller)
        return TaskResult(view.report, ports.catalog)
      } catch {
        if error.code == .notFound { return nil }
        throw error
      }
    }

    // MARK: getReport

    func file(_ request: Struct, _ context: CallContext) async throws -> Struct {
      let found = try await report(request, context)
      guard let report = found?.report,
        let format = request.text(Key.format).flatMap(FileFormat.init(name:)),
        let artifact = report.artifact(as: format)
      else { throw RPCError.notFound("taskResultId", request.text(Key.id) ?? "") }
      return [
        Key.domainID: .text(report.domainID), Key.reportID: .text(report.reportID),
        Key.format: .text(artifact.format.rawValue), Key.subject: .text(context.subject),
        Key.authentication: .text(context.caller.authentication.rawValue),
      ]
    }

    // MARK: cancelReport

    func cancel(_ request: Struct, _ context: CallContext) async throws -> Struct {
      // Only a user may call a run off, not an application that nobody stands behind.
      guard !context.caller.isApplication else { throw RPCError.permissionDenied }
      guard let found = try await report(request, context) else {
        throw RPCError.bad("there is no such report")
      }
      guard !found.report.state.isTerminal else { throw RPCError.bad("the report has ended") }
      let view = try await CancelReport(ports).run(
        found.report.reportID, for: try caller(context))
      // It may have ended in between.
      guard !view.report.state.isTerminal || view.report.state == .canceled else {
        throw RPCError.bad("the report has ended")
      }
      return [:]
    }
  }
}

extension RPCError {
  /// What is wrong with a request.
  static func bad(_ message: String) -> RPCError {
    RPCError(.invalidArgument, reason: "ERROR_INVALID_PARAMETER", message: message)
  }

  /// What is wrong with an argument of a run, named as it is published; nil if it is something else.
  fileprivate init?(ofArgument error: UseCaseError) {
    let prefix = "template_options."
    guard error.code == .missing || error.code == .invalid,
      error.key.utf8.starts(with: prefix.utf8)
    else { return nil }
    let name = String(Substring(error.key.utf8.dropFirst(prefix.utf8.count)))
    self = .bad("arguments.\(name): \(error.message)")
  }
}
