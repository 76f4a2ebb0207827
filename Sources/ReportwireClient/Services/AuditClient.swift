public import RPCCore
public import ReportAPI

/// Who did what (`reportwire.v1.Audit`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct AuditClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads what callers did in a domain, the newest first.
  public func list(
    _ request: AuditQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> AuditEventsInfo {
    try await channel.call(AuditMethods.list, request, options: options)
  }
}
