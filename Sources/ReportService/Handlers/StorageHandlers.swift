internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `spaceone.api.report.v1.Storage`: get and list.
struct StorageHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.register(StorageMethods.get, get)
    router.register(StorageMethods.list, list)
  }

  private func get(
    _ request: GetStorageRequest, _ context: CallContext
  ) async throws -> StorageInfo {
    guard !request.domainID.isEmpty else { throw RPCError.requiredParameter("domain_id") }
    guard !request.storageID.isEmpty else { throw RPCError.requiredParameter("storage_id") }
    context.notes?.note(domainID: request.domainID, resourceID: request.storageID)
    let only = try Projection<StorageInfo>(request.only, key: "only", limits: environment.limits)
    let storage = try await environment.storage(request.storageID, in: request.domainID)
    return only.apply(StorageInfo(storage))
  }

  private func list(_ request: StorageQuery, _ context: CallContext) async throws -> StoragesInfo {
    guard !request.domainID.isEmpty else { throw RPCError.requiredParameter("domain_id") }
    context.notes?.note(domainID: request.domainID)
    let schema = ResourceSchema.storage
    let domain = schema.known("domain_id")
    var conditions: [Predicate] = [
      .any([.equals(domain, .string(request.domainID)), .equals(domain, .string(""))])
    ]
    for (key, value) in [
      ("storage_id", request.storageID),
      ("storage_type_info.storage_type_id", request.storageTypeID),
      ("secret_id", request.secretID), ("name", request.name),
    ] where !value.isEmpty {
      conditions.append(.equals(schema.known(key), .string(value)))
    }
    let translator = QueryTranslator(
      schema: schema, limits: environment.limits, now: environment.clock.now)
    let list = try translator.listRequest(request.query ?? Query(), and: conditions)
    let only = try Projection<StorageInfo>(
      list.only ?? [], key: "query.only", limits: environment.limits)
    let page = try await environment.perform { try await $0.storages(list.query) }
    try environment.checkRows(page.entities.count)
    var infos = StoragesInfo()
    infos.totalCount = Int32(clamping: page.totalCount)
    infos.results = page.entities.map { only.apply(StorageInfo($0)) }
    return infos
  }
}
