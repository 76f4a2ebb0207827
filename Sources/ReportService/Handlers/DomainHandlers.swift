internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `spaceone.api.report.v1.Domain`: get, list, enable, disable.
struct DomainHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.handle(DomainMethods.get, get)
    router.handle(DomainMethods.list, list)
    router.handle(DomainMethods.enable, enable)
    router.handle(DomainMethods.disable, disable)
  }

  private var domains: AdministerDomains { AdministerDomains(environment.ports) }

  private func get(_ request: GetDomainRequest, _ context: CallContext) async throws -> DomainInfo {
    let only = try Projection<DomainInfo>(request.only, key: "only", limits: environment.queries)
    let domain = try await domains.one(context.domainID)
    return only.apply(DomainInfo(domain, domains.offers(to: domain.domainID)))
  }

  private func list(
    _ request: DomainQuery, _ context: CallContext
  ) async throws -> Answer<DomainsInfo> {
    let translator = QueryTranslator(
      schema: .domain, limits: environment.queries, now: environment.ports.clock.now)
    let list = try translator.listRequest(request.query ?? Query(), and: [])
    let only = try Projection<DomainInfo>(
      list.only ?? [], key: "query.only", limits: environment.queries)
    let command = list.readingWhatIsShown.command
    // Not made of thousands of domains to be thrown away.
    let offers =
      command.fields?.contains("register_templates") ?? true
      ? domains.offers(to: context.domainID) : nil
    let encoder = ListEncoder(context) { domain in
      DomainsInfo(results: [only.apply(DomainInfo(domain, offers))])
    }
    _ = try await domains.visit(command, in: context.domainID, encoder)
    return try encoder.answer()
  }

  private func enable(
    _ request: EnableDomainRequest, _ context: CallContext
  ) async throws -> DomainInfo {
    let domain = try await domains.set(.enabled, of: context.domainID)
    return DomainInfo(domain, domains.offers(to: domain.domainID))
  }

  private func disable(
    _ request: DisableDomainRequest, _ context: CallContext
  ) async throws -> Empty {
    try await domains.set(.disabled, of: context.domainID)
    return Empty()
  }
}

extension DomainInfo {
  /// The published form of a domain. Reports here draw on no resources of other services.
  ///
  /// - Parameter offers: nil leaves the templates out.
  fileprivate init(_ domain: Domain, _ offers: TemplateOffers?) {
    self.init(
      domainID: domain.domainID, registerTemplates: offers?.templateIDs(for: domain) ?? [])
  }
}
