import ProtobufWire
public import RPCCore
public import ReportAPI

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
