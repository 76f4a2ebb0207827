/// Which templates a domain may use: those that their files offer it, while it makes reports at all.
/// The one place that says so, for every door.
///
/// Whatever a domain may not use answers as what does not exist. An empty id of a domain stands for
/// whoever reaches every domain: it is offered everything.
struct TemplateAccess: Sendable {
  private let ports: UseCasePorts

  init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// The template of an id or a name that its file offers a domain. It is not looked at whether the
  /// domain makes reports.
  ///
  /// - Throws: `notFound`.
  func template(
    _ idOrName: String, offeredTo domainID: String
  ) throws(UseCaseError) -> Template {
    guard let template = ports.catalog.template(idOrName), template.isOffered(to: domainID) else {
      throw .notFound("template_id", idOrName)
    }
    return template
  }

  /// Looks whether a domain makes reports.
  ///
  /// - Throws: `notFound` for the template that it asks for, if it makes none.
  func check(_ domainID: String, asksFor idOrName: String) async throws(UseCaseError) {
    guard try await makesReports(domainID) else { throw .notFound("template_id", idOrName) }
  }

  /// The templates that a domain may use, sorted by id.
  func templates(for domainID: String) async throws(UseCaseError) -> [Template] {
    guard try await makesReports(domainID) else { return [] }
    return ports.catalog.templates.filter { $0.isOffered(to: domainID) }
  }

  /// A template as it can be run now.
  ///
  /// - Throws: `templateDisabled`, `sourceUnavailable` or `templateBroken`.
  func usable(_ template: Template) async throws(UseCaseError) -> Template {
    guard template.isEnabled else {
      throw UseCaseError(
        .templateDisabled, key: "template_id", value: template.templateID,
        message: "Template is disabled. (template_id = \(template.templateID))")
    }
    guard template.fault != nil, let fault = await ports.catalog.rechecked(template).fault else {
      return template
    }
    let code: UseCaseError.Code =
      switch fault {
      case .unchecked: .sourceUnavailable
      case .broken: .templateBroken
      }
    throw UseCaseError(
      code, key: "template_id", value: template.templateID,
      message: "Template is unavailable. \(fault.reason) (template_id = \(template.templateID))")
  }

  /// What a caller's options make of a template's parameters. What they would make of formats, and of the
  /// statement of a template that searches, is checked too.
  ///
  /// - Parameter passwords: what was taken out of the options.
  /// - Throws: `missing` or `invalid`, naming the option.
  func parameters(
    of template: Template, _ options: OptionObject, _ passwords: FilePasswords,
    _ caller: ReportCaller, now: Instant
  ) throws(UseCaseError) -> TemplateParameters {
    let search = template.search.flatMap(ports.catalog.search)
    do throws(OptionError) {
      let parameters = try TemplateParameters.resolve(
        template, options: options, domainID: caller.domainID, formats: ports.formats)
      _ = try search?.statement(parameters.values, now: now, on: nil)
      _ = try TemplateParameters.renderers(
        of: parameters.formats, template, options: options, known: ports.renderers,
        passwords: passwords)
      return parameters
    } catch {
      throw UseCaseError(error)
    }
  }

  private func makesReports(_ domainID: String) async throws(UseCaseError) -> Bool {
    if domainID.isEmpty { return true }
    return try await ports.perform { try await $0.domainState(domainID) } == .enabled
  }
}

extension Template {
  /// Whether its file lets a domain use it; empty: any domain.
  fileprivate func isOffered(to domainID: String) -> Bool {
    domainID.isEmpty || domains?.contains(domainID.exact) ?? true
  }
}

/// The ids of the templates that domains may run now: enabled ones. Made once for a list of domains, so
/// that one of them costs no more than what it is told.
package struct TemplateOffers: Sendable {
  private let toAll: [String]
  private let toSome: [ExactText: [String]]

  /// - Parameters:
  ///   - templates: all there are, sorted by id.
  ///   - domainID: the only one that is asked about; empty: any.
  init(_ templates: [Template], for domainID: String) {
    let asked: Set<ExactText> = [domainID.exact]
    var toAll: [String] = []
    var toSome: [ExactText: [String]] = [:]
    for template in templates where template.isEnabled {
      guard let domains = template.domains else {
        toAll.append(template.templateID)
        continue
      }
      for domainID in domainID.isEmpty ? domains : domains.intersection(asked) {
        toSome[domainID, default: []].append(template.templateID)
      }
    }
    self.toAll = toAll
    self.toSome = toSome
  }

  /// Those of a domain, sorted.
  package func templateIDs(for domain: Domain) -> [String] {
    guard domain.state == .enabled else { return [] }
    guard let own = toSome[domain.domainID.exact] else { return toAll }
    var ids: [String] = []
    ids.reserveCapacity(toAll.count + own.count)
    var rest = own[...]
    for id in toAll {
      while let next = rest.first, next.exact < id.exact { ids.append(rest.removeFirst()) }
      ids.append(id)
    }
    return ids + rest
  }
}
