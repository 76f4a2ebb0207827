internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// The catalogues: `Template`, `StorageType`, `ServerInfo`.
struct CatalogHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.handle(TemplateMethods.get, getTemplate)
    router.handle(TemplateMethods.list, listTemplates)
    router.handle(StorageTypeMethods.get, getStorageType)
    router.handle(StorageTypeMethods.list, listStorageTypes)
    router.handle(ServerInfoMethods.getVersion, getVersion)
  }

  private var catalog: BrowseCatalog { BrowseCatalog(environment.ports) }

  private func getTemplate(
    _ request: GetTemplateRequest, _ context: CallContext
  ) async throws -> TemplateInfo {
    context.notes?.note(resourceID: request.templateID)
    let template = try await catalog.template(request.templateID, for: context.domainID)
    let only = try Projection<TemplateInfo>(request.only, key: "only", limits: environment.queries)
    return only.apply(TemplateInfo(template, formatOptions: catalog.formatOptions))
  }

  private func listTemplates(
    _ request: TemplateQuery, _ context: CallContext
  ) async throws -> Answer<TemplatesInfo> {
    // ENABLE is zero and so never on the wire: it means any state.
    let templates = try await catalog.templates(
      templateID: request.templateID, name: request.name,
      isDisabledOnly: request.state == .disable, for: context.domainID)
    let formatOptions = catalog.formatOptions
    return try .list(of: templates, context) { template in
      TemplatesInfo(results: [TemplateInfo(template, formatOptions: formatOptions)])
    }
  }

  private func getStorageType(
    _ request: GetStorageTypeRequest, _ context: CallContext
  ) async throws -> StorageTypeInfo {
    context.notes?.note(resourceID: request.storageTypeID)
    let type = try catalog.storageType(request.storageTypeID)
    let only = try Projection<StorageTypeInfo>(
      request.only, key: "only", limits: environment.queries)
    return only.apply(StorageTypeInfo(type))
  }

  private func listStorageTypes(
    _ request: StorageTypeQuery, _ context: CallContext
  ) async throws -> Answer<StorageTypesInfo> {
    let types = try catalog.storageTypes(
      storageTypeID: request.storageTypeID, name: request.name, storageType: request.storageType)
    return try .list(of: types, context) { type in
      StorageTypesInfo(results: [StorageTypeInfo(type)])
    }
  }

  private func getVersion(_ request: Empty, _ context: CallContext) async throws -> VersionInfo {
    VersionInfo(version: environment.version)
  }
}
