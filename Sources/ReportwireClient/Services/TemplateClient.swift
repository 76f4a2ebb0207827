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
