public import ProtobufWire
public import RPCCore
public import ReportAPI

/// The catalogue of what can be reported (`spaceone.api.report.v1.Template`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct TemplateClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads one template.
  public func get(
    _ request: GetTemplateRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> TemplateInfo {
    try await channel.call(TemplateMethods.get, request, options: options)
  }

  /// Reads the templates that match.
  public func list(
    _ request: TemplateQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> TemplatesInfo {
    try await channel.call(TemplateMethods.list, request, options: options)
  }
}

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

/// The tenants, and whether they make reports (`spaceone.api.report.v1.Domain`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct DomainClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads one domain, with the templates that it may run.
  public func get(
    _ request: GetDomainRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DomainInfo {
    try await channel.call(DomainMethods.get, request, options: options)
  }

  /// Reads the domains that match a query: those that the server knows, as far as the caller reaches
  /// them.
  public func list(
    _ request: DomainQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DomainsInfo {
    try await channel.call(DomainMethods.list, request, options: options)
  }

  /// Lets a domain make reports.
  public func enable(
    _ request: EnableDomainRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> DomainInfo {
    try await channel.call(DomainMethods.enable, request, options: options)
  }

  /// Keeps a domain from making reports; those that it has stay.
  public func disable(
    _ request: DisableDomainRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) {
    _ = try await channel.call(DomainMethods.disable, request, options: options)
  }
}

/// Facts about the server (`spaceone.api.core.v1.ServerInfo`).
public struct ServerInfoClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Tells which version of the server answers.
  public func getVersion(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> VersionInfo {
    try await channel.call(ServerInfoMethods.getVersion, Empty(), options: options)
  }
}
