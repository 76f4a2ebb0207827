internal import RPCCore
package import ReportCore

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
    // Where nobody is asked who they are, they may say it.
    let subject =
      context.caller.authentication == .none
      ? context.metadata[Metadata.userID] ?? context.caller.subject : context.caller.subject
    return try ReportCaller(
      domainID: context.domainID, subject: subject, limits: ports.limits)
  }
}
