/// Puts conditions on the templates that domains may run into words of what a store knows of domains:
/// their ids and whether they make reports.
struct TemplateConditions {
  /// The published name of the field.
  private static let name: ExactText = "register_templates"
  /// Ids of domains that all conditions of a query together may come to: a store binds each.
  static let idsMax = 20_000

  /// By the ids of the enabled templates; nil: every domain.
  private var domains: [ExactText: Set<ExactText>?] = [:]
  /// Those of all templates together, once they are asked for; nil: every one.
  private var some: Set<ExactText>??
  private var ids = 0

  /// - Parameter templates: all there are.
  init(_ templates: [Template]) {
    for template in templates where template.isEnabled {
      domains.updateValue(template.domains, forKey: template.templateID.exact)
    }
  }

  /// The same predicate without the field.
  ///
  /// - Throws: `invalid` for what cannot be asked of the templates of a domain, and beyond the limit.
  mutating func resolved(_ predicate: Predicate) throws(UseCaseError) -> Predicate {
    switch predicate {
    case .all(let parts): return .all(try resolved(parts))
    case .any(let parts): return .any(try resolved(parts))
    case .not(let part): return .not(try resolved(part))
    case .equals(let field, let value):
      guard Self.isMeant(field) else { return predicate }
      switch value {
      case .null: return .not(try mayUseSome())
      case .string(let id): return try mayUse(id)
      case .bool, .number, .list, .object: return .any([])
      }
    case .exists(let field): return Self.isMeant(field) ? try mayUseSome() : predicate
    case .compares(let field, _, _), .comparesInstant(let field, _, _), .contains(let field, _),
      .matches(let field, _), .hasElement(let field, _):
      guard !Self.isMeant(field) else {
        throw .invalid("query.filter", "\(Self.name) takes eq, not, in, not_in and exists")
      }
      return predicate
    }
  }

  private static func isMeant(_ field: FieldReference) -> Bool { field.name.exact == name }

  private mutating func resolved(_ parts: [Predicate]) throws(UseCaseError) -> [Predicate] {
    var results: [Predicate] = []
    results.reserveCapacity(parts.count)
    for part in parts { results.append(try resolved(part)) }
    return results
  }

  private mutating func mayUse(_ templateID: String) throws(UseCaseError) -> Predicate {
    guard let domains = domains[templateID.exact] else { return .any([]) }
    return try make(domains)
  }

  private mutating func mayUseSome() throws(UseCaseError) -> Predicate {
    if some == nil {
      let isForAll = domains.values.contains { $0 == nil }
      let all = isForAll ? nil : domains.values.reduce(into: Set()) { $0.formUnion($1 ?? []) }
      some = .some(all)
    }
    return try make(some ?? nil)
  }

  /// One of these domains, which makes reports.
  private mutating func make(_ domains: Set<ExactText>?) throws(UseCaseError) -> Predicate {
    let isEnabled = Predicate.equals(
      FieldReference(path: ["state"], kind: .state), .string(DomainState.enabled.rawValue))
    guard let domains else { return isEnabled }
    ids += domains.count
    guard ids <= Self.idsMax else {
      throw .invalid(
        "query.filter",
        "the templates that it names are for more than \(Self.idsMax) domains; ask for fewer")
    }
    let field = FieldReference(path: ["domain_id"], kind: .text)
    return .all([isEnabled, .any(domains.sorted().map { .equals(field, .string($0.text)) })])
  }
}
