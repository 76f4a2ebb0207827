internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// The catalogues that are the same for every domain: `Template`, `StorageType`, `ServerInfo`.
struct CatalogHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.register(TemplateMethods.get, getTemplate)
    router.register(TemplateMethods.list, listTemplates)
    router.register(StorageTypeMethods.get, getStorageType)
    router.register(StorageTypeMethods.list, listStorageTypes)
    router.register(ServerInfoMethods.getVersion, getVersion)
  }

  private func getTemplate(
    _ request: GetTemplateRequest, _ context: CallContext
  ) async throws -> TemplateInfo {
    context.notes?.note(domainID: request.domainID, resourceID: request.templateID)
    guard !request.templateID.isEmpty else { throw RPCError.requiredParameter("template_id") }
    let only = try Projection<TemplateInfo>(request.only, key: "only", limits: environment.limits)
    guard let template = environment.catalog.template(request.templateID) else {
      throw RPCError.notFound("template_id", request.templateID)
    }
    return only.apply(TemplateInfo(template))
  }

  private func listTemplates(
    _ request: TemplateQuery, _ context: CallContext
  ) async throws -> TemplatesInfo {
    context.notes?.note(domainID: request.domainID)
    let templates = environment.catalog.templates.filter { template in
      (request.templateID.isEmpty || template.templateID.isExactly(request.templateID))
        && (request.name.isEmpty || template.name.isExactly(request.name))
        // ENABLE is zero and so never on the wire: it means any state.
        && (request.state != .disable || !template.isEnabled)
    }
    var infos = TemplatesInfo()
    infos.results = templates.map(TemplateInfo.init)
    infos.totalCount = Int32(clamping: templates.count)
    return infos
  }

  private func getStorageType(
    _ request: GetStorageTypeRequest, _ context: CallContext
  ) async throws -> StorageTypeInfo {
    context.notes?.note(domainID: request.domainID, resourceID: request.storageTypeID)
    guard !request.storageTypeID.isEmpty else {
      throw RPCError.requiredParameter("storage_type_id")
    }
    let only = try Projection<StorageTypeInfo>(
      request.only, key: "only", limits: environment.limits)
    let type = StorageType.all.first { $0.storageTypeID.isExactly(request.storageTypeID) }
    guard let type else { throw RPCError.notFound("storage_type_id", request.storageTypeID) }
    return only.apply(StorageTypeInfo(type))
  }

  private func listStorageTypes(
    _ request: StorageTypeQuery, _ context: CallContext
  ) async throws -> StorageTypesInfo {
    context.notes?.note(domainID: request.domainID)
    let types = StorageType.all.filter { type in
      (request.storageTypeID.isEmpty || type.storageTypeID.isExactly(request.storageTypeID))
        && (request.name.isEmpty || type.name.isExactly(request.name))
        && (request.storageType.isEmpty || type.storageType.isExactly(request.storageType))
    }
    var infos = StorageTypesInfo()
    infos.results = types.map(StorageTypeInfo.init)
    infos.totalCount = Int32(clamping: types.count)
    return infos
  }

  private func getVersion(_ request: Empty, _ context: CallContext) async throws -> VersionInfo {
    var info = VersionInfo()
    info.version = environment.version
    return info
  }
}
