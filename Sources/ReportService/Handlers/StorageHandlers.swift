internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `spaceone.api.report.v1.Storage`: get and list.
struct StorageHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.handle(StorageMethods.get, get)
    router.handle(StorageMethods.list, list)
  }

  private func get(
    _ request: GetStorageRequest, _ context: CallContext
  ) async throws -> StorageInfo {
    context.notes?.note(resourceID: request.storageID)
    let only = try Projection<StorageInfo>(request.only, key: "only", limits: environment.queries)
    let storage = try await BrowseCatalog(environment.ports).storage(
      request.storageID, for: try environment.caller(context))
    return only.apply(StorageInfo(storage))
  }

  private func list(
    _ request: StorageQuery, _ context: CallContext
  ) async throws -> Answer<StoragesInfo> {
    let schema = ResourceSchema.storage
    let conditions = try schema.conditions(
      [
        ("storage_id", request.storageID),
        ("storage_type_info.storage_type_id", request.storageTypeID),
        ("secret_id", request.secretID), ("name", request.name),
      ], limits: environment.ports.limits)
    let translator = QueryTranslator(
      schema: schema, limits: environment.queries, now: environment.ports.clock.now)
    let list = try translator.listRequest(request.query ?? Query(), and: conditions)
    let only = try Projection<StorageInfo>(
      list.only ?? [], key: "query.only", limits: environment.queries)
    let encoder = ListEncoder(context) { storage in
      StoragesInfo(results: [only.apply(StorageInfo(storage))])
    }
    _ = try await BrowseCatalog(environment.ports).visitStorages(
      list.command, for: try environment.caller(context), encoder)
    return try encoder.answer()
  }
}
