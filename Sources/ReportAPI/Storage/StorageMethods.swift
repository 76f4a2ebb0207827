public import ProtobufWire
public import RPCCore

/// Keeps the list of a domain's storages.
public enum StorageMethods {
  private static let name = "spaceone.api.report.v1.Storage"

  /// Reads one storage.
  public static let get = Method<GetStorageRequest, StorageInfo>(
    service: name, name: "get", permission: .read, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.get, "/report/v1/storage/{storage_id}")])

  /// Reads the storages of a domain that match a query.
  public static let list = Method<StorageQuery, StoragesInfo>(
    service: name, name: "list", permission: .read, needsDomain: true, isIdempotent: true,
    isBulk: true,
    httpRules: [
      HTTPRule(.get, "/report/v1/storages"),
      HTTPRule(.post, "/report/v1/storages/search", body: "*"),
    ])

  /// Adds a storage to a domain.
  public static let register = Method<RegisterStorageRequest, StorageInfo>(
    service: name, name: "register", permission: .manage, needsDomain: true,
    httpRules: [HTTPRule(.post, "/report/v1/storage", body: "*")])

  /// Takes a storage out of a domain; files in it stay.
  public static let deregister = Method<DeregisterStorageRequest, Empty>(
    service: name, name: "deregister", permission: .manage, needsDomain: true,
    httpRules: [HTTPRule(.delete, "/report/v1/storage/{storage_id}")])

  /// Changes what is set in the request and leaves the rest.
  public static let update = Method<UpdateStorageRequest, StorageInfo>(
    service: name, name: "update", permission: .manage, needsDomain: true, isIdempotent: true,
    httpRules: [HTTPRule(.put, "/report/v1/storage/{storage_id}", body: "*")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(
    name: name,
    methods: [
      get.descriptor,
      list.descriptor,
      register.descriptor,
      deregister.descriptor,
      update.descriptor,
    ])
}
