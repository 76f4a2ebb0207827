public import RPCCore
public import ReportAPI

/// The kinds of storage there are (`spaceone.api.report.v1.StorageType`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct StorageTypeClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads one kind of storage.
  public func get(
    _ request: GetStorageTypeRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StorageTypeInfo {
    try await channel.call(StorageTypeMethods.get, request, options: options)
  }

  /// Reads the kinds of storage that match.
  public func list(
    _ request: StorageTypeQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> StorageTypesInfo {
    try await channel.call(StorageTypeMethods.list, request, options: options)
  }
}
