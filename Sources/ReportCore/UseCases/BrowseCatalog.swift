/// Looks at what can be asked for and where files may go: templates and storages.
package struct BrowseCatalog: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  // MARK: Templates

  /// The template of an id or a name.
  ///
  /// - Parameter domainID: one that may use it; empty: whichever.
  /// - Throws: `notFound` alike for a template that does not exist and one that the domain may not
  ///   use.
  package func template(
    _ idOrName: String, for domainID: String
  ) async throws(UseCaseError) -> Template {
    try ports.limits.checkRequired("template_id", idOrName)
    try ports.limits.check("domain_id", domainID)
    let access = TemplateAccess(ports)
    let template = try access.template(idOrName, offeredTo: domainID)
    try await access.check(domainID, asksFor: idOrName)
    return template
  }

  /// Templates that are told by these; an empty one is no condition.
  ///
  /// - Parameter domainID: one that may use them; empty: whichever.
  package func templates(
    templateID: String, name: String, isDisabledOnly: Bool, for domainID: String
  ) async throws(UseCaseError) -> [Template] {
    try ports.limits.check("template_id", templateID)
    try ports.limits.check("name", name)
    try ports.limits.check("domain_id", domainID)
    return try await TemplateAccess(ports).templates(for: domainID).filter { template in
      (templateID.isEmpty || template.templateID.isExactly(templateID))
        && (name.isEmpty || template.name.isExactly(name))
        && (!isDisabledOnly || !template.isEnabled)
    }
  }

  /// What can be said of formats in `format_options`: by format and option, what it must be.
  package var formatOptions: OptionObject {
    var formats: OptionObject = [:]
    for renderer in ports.renderers {
      if renderer.takesPassword {
        formats[renderer.format.rawValue] = .object(FilePasswords.offer)
      }
      guard renderer.optionsFormat == renderer.format else { continue }
      var options = FormatOptions([:])
      _ = renderer.adapted(to: &options)
      guard !options.asked.isEmpty else { continue }
      var known: OptionObject = [:]
      for (name, expected) in options.asked { known[name] = .string(expected) }
      formats[renderer.format.rawValue] = .object(known)
    }
    return formats
  }

  // MARK: Storages

  /// A storage that the caller's domain may use: its own or one of every domain.
  ///
  /// - Throws: `notFound`.
  package func storage(
    _ storageID: String, for caller: ReportCaller
  ) async throws(UseCaseError) -> Storage {
    try ports.limits.checkRequired("storage_id", storageID)
    guard let storage = try await ports.storage(storageID, in: caller.domainID) else {
      throw .notFound("storage_id", storageID)
    }
    return storage
  }

  /// Shows the storages that the caller's domain may use and that a query selects.
  ///
  /// - Throws: as `ReadReports.visit`.
  package func visitStorages(
    _ command: ReadReports.ListCommand, for caller: ReportCaller,
    _ visitor: some ListVisitor<Storage>
  ) async throws(UseCaseError) -> ListSize {
    let domain = FieldReference(path: ["domain_id"], kind: .text)
    let own = Predicate.any([
      .equals(domain, .string(caller.domainID)), .equals(domain, .string("")),
    ])
    let query = try ports.limits.query(.all([own] + command.conditions), command)
    return try await ports.visit(visitor) { try await $0.visitStorages(query, $1) }
  }

  /// The kind of storage of an id.
  ///
  /// - Throws: `notFound`.
  package func storageType(_ storageTypeID: String) throws(UseCaseError) -> StorageType {
    try ports.limits.checkRequired("storage_type_id", storageTypeID)
    let type = StorageType.all.first { $0.storageTypeID.isExactly(storageTypeID) }
    guard let type else { throw .notFound("storage_type_id", storageTypeID) }
    return type
  }

  /// Kinds of storage that are told by these; an empty one is no condition.
  package func storageTypes(
    storageTypeID: String, name: String, storageType: String
  ) throws(UseCaseError) -> [StorageType] {
    try ports.limits.check("storage_type_id", storageTypeID)
    try ports.limits.check("name", name)
    try ports.limits.check("storage_type", storageType)
    return StorageType.all.filter { type in
      (storageTypeID.isEmpty || type.storageTypeID.isExactly(storageTypeID))
        && (name.isEmpty || type.name.isExactly(name))
        && (storageType.isEmpty || type.storageType.isExactly(storageType))
    }
  }
}
