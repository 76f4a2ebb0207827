public import RPCCore

/// The catalogue of storage kinds.
public enum StorageTypeMethods {
  private static let name = "spaceone.api.report.v1.StorageType"

  /// Reads one kind of storage. The published binding is the POST; GET is this server's addition.
  public static let get = Method<GetStorageTypeRequest, StorageTypeInfo>(
    service: name, name: "get", permission: .read, needsDomain: false, isIdempotent: true,
    httpRules: [
      HTTPRule(.post, "/report/v1/storage_type/{storage_type_id}", body: "*"),
      HTTPRule(.get, "/report/v1/storage_type/{storage_type_id}"),
    ])

  /// Reads the kinds of storage that match.
  public static let list = Method<StorageTypeQuery, StorageTypesInfo>(
    service: name, name: "list", permission: .read, needsDomain: false, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/storage_types"),
      HTTPRule(.post, "/report/v1/storage_types/search", body: "*"),
    ])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      list.descriptor,
    ])
}
