public import ProtobufWire
public import RPCCore
public import ReportAPI

/// Where the files of a domain go (`spaceone.api.report.v1.Storage`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct StorageClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads one storage.
  public func get(
    _ request: GetStorageRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StorageInfo {
    try await channel.call(StorageMethods.get, request, options: options)
  }

  /// Reads the storages of a domain that match a query.
  public func list(
    _ request: StorageQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StoragesInfo {
    try await channel.call(StorageMethods.list, request, options: options)
  }

  /// Adds a storage to a domain.
  public func register(
    _ request: RegisterStorageRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StorageInfo {
    try await channel.call(StorageMethods.register, request, options: options)
  }

  /// Takes a storage out of a domain; files in it stay.
  public func deregister(
    _ request: DeregisterStorageRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Empty {
    try await channel.call(StorageMethods.deregister, request, options: options)
  }

  /// Changes what is set in the request and leaves the rest.
  public func update(
    _ request: UpdateStorageRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StorageInfo {
    try await channel.call(StorageMethods.update, request, options: options)
  }
}
