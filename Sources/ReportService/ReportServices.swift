internal import ProtobufWire
package import RPCCore
internal import ReportAPI
package import ReportCore

/// The services of this server over the method table: messages to commands of the use cases, and
/// their outcomes to messages.
package struct ReportServices: Sendable {
  let environment: ReportServiceEnvironment

  package init(_ environment: ReportServiceEnvironment) {
    self.environment = environment
  }

  /// The proto files of all methods of the API, those without a handler too.
  package static let files = MessageTable.files

  /// Registers a handler for each method that this server implements.
  package func register(into router: inout Router) {
    ReportHandlers(environment: environment).register(into: &router)
    ReportControlHandlers(environment: environment).register(into: &router)
    CatalogHandlers(environment: environment).register(into: &router)
    StorageHandlers(environment: environment).register(into: &router)
    DomainHandlers(environment: environment).register(into: &router)
    AuditHandlers(environment: environment).register(into: &router)
  }
}

extension Router {
  /// Registers a handler that may throw what use cases throw. Requests and responses can be large,
  /// so it runs away from the loops that serve connections.
  mutating func handle<Input, Output>(
    _ method: Method<Input, Output>,
    _ handler: @escaping @Sendable (Input, CallContext) async throws -> Answer<Output>
  ) {
    register(answersOf: method) { request, context in
      try await RPCError.told {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
          try await handler(request, context)
        }
      }
    }
  }

  /// Registers a handler that may throw what use cases throw.
  mutating func handle<Input, Output>(
    _ method: Method<Input, Output>,
    _ handler: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    register(method) { request, context in
      try await RPCError.told { try await handler(request, context) }
    }
  }
}

extension RPCError {
  /// Runs a handler, with what use cases throw as the caller shall see it.
  static func told<Result>(_ handler: () async throws -> Result) async throws -> Result {
    do {
      return try await handler()
    } catch let error as UseCaseError {
      throw RPCError(error)
    }
  }

  /// A use case's error in the words of SpaceONE's framework.
  package init(_ error: UseCaseError) {
    switch error.code {
    case .missing: self = .requiredParameter(error.key)
    case .invalid: self = .invalidParameter(error.key, reason: error.message)
    case .tooMuch: self = .limitReached(error.message)
    case .notFound: self = .notFound(error.key, error.value)
    case .conflict: self = .notUnique(error.key, error.value)
    case .templateDisabled:
      self.init(.failedPrecondition, reason: "ERROR_TEMPLATE_DISABLED", message: error.message)
    case .templateBroken:
      self.init(.failedPrecondition, reason: "ERROR_TEMPLATE_BROKEN", message: error.message)
    case .sourceUnavailable:
      // With a reason, so that clients do not try again by themselves: a source that is away stays
      // away for longer than a call lasts.
      self.init(.unavailable, reason: "ERROR_SOURCE_UNAVAILABLE", message: error.message)
    case .stillRuns:
      self = RPCError(
        .failedPrecondition, reason: "ERROR_REPORT_RUNNING", message: error.message)
    case .queryFailed:
      self.init(.failedPrecondition, reason: "ERROR_QUERY_FAILED", message: error.message)
    case .notFinished:
      self.init(.failedPrecondition, reason: "ERROR_REPORT_NOT_FINISHED", message: error.message)
    case .unavailable:
      // Without a reason: SpaceONE's clients try again unless the text begins with `ERROR_`.
      self.init(.unavailable, message: error.message, cause: error.cause)
    case .cancelled: self = .callerGone
    default: self = .unknown(incident: Incident.newID(), cause: error.cause ?? error)
    }
  }
}

/// Everything the handlers need from outside, chosen by the composition.
package struct ReportServiceEnvironment: Sendable {
  /// What the use cases work with.
  package var ports: UseCasePorts
  package var cache: EncodedReportCache
  package var queries: QueryLimits
  /// The version of this server.
  package var version: String

  package init(
    ports: UseCasePorts, cache: EncodedReportCache = EncodedReportCache(),
    queries: QueryLimits = QueryLimits(), version: String
  ) {
    self.ports = ports
    self.cache = cache
    self.queries = queries
    self.version = version
  }

  /// The caller as the core knows it, in the domain that the router let it into.
  func caller(_ context: CallContext) throws(UseCaseError) -> ReportCaller {
    try ports.caller(context, in: context.domainID)
  }
}

extension UseCasePorts {
  /// The caller as the core knows it, in a domain that it reaches.
  package func caller(
    _ context: CallContext, in domainID: String
  ) throws(UseCaseError) -> ReportCaller {
    try ReportCaller(
      domainID: domainID, subject: context.subject,
      audit: (context.record as? CallEvent)?.draft(context, in: domainID), limits: limits)
  }
}
