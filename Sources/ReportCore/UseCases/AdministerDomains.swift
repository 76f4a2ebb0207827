/// Looks at domains, and says whether they make reports.
package struct AdministerDomains: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// The templates that domains may run now.
  ///
  /// - Parameter domainID: the only one that is asked about; empty: any.
  package func offers(to domainID: String) -> TemplateOffers {
    TemplateOffers(ports.catalog.templates, for: domainID)
  }

  /// A domain. Each that can make reports is there, whether or not it has made one.
  ///
  /// - Throws: `invalid` for an id that no such domain has.
  package func one(_ domainID: String) async throws(UseCaseError) -> Domain {
    try ports.limits.checkRequired(domainID: domainID)
    let state = try await ports.perform { try await $0.domainState(domainID) }
    return Domain(domainID: domainID, state: state)
  }

  /// Shows the domains that a query selects, by `domain_id`, `state` and `register_templates`.
  ///
  /// - Parameter domainID: the only one to look at; empty: all that are known.
  /// - Throws: as `ReadReports.visit`, and `invalid` for an id that no domain has.
  package func visit(
    _ command: ReadReports.ListCommand, in domainID: String, _ visitor: some ListVisitor<Domain>
  ) async throws(UseCaseError) -> ListSize {
    if !domainID.isEmpty { try ports.limits.checkRequired(domainID: domainID) }
    var query = try ports.limits.query(.all(command.conditions), command)
    if !command.conditions.isEmpty {
      var templates = TemplateConditions(ports.catalog.templates)
      query.predicate = try templates.resolved(query.predicate)
    }
    let scope = domainID.isEmpty ? DomainScope.known : .only(domainID)
    return try await ports.visit(visitor) { [query] store, rows in
      try await store.visitDomains(query, among: scope, rows)
    }
  }

  /// Lets a domain make reports, or keeps it from making any.
  ///
  /// - Throws: `invalid` for an id that no domain has.
  @discardableResult
  package func set(
    _ state: DomainState, of domainID: String
  ) async throws(UseCaseError) -> Domain {
    try ports.limits.checkRequired(domainID: domainID)
    try await ports.perform { try await $0.setDomainState(state, of: domainID) }
    return Domain(domainID: domainID, state: state)
  }
}
