public import RPCCore
public import ReportAPI

/// Reports: ask for them, look at them, get at their files (`spaceone.api.report.v1.Report`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct ReportClient: Sendable {
  private let channel: any RPCChannel

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.channel = channel
  }

  /// Reads one report.
  public func get(
    _ request: GetReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInfo {
    try await channel.call(ReportMethods.get, request, options: options)
  }

  /// Reads the reports of a domain that match a query.
  public func list(
    _ request: ReportQuery, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportsInfo {
    try await channel.call(ReportMethods.list, request, options: options)
  }

  /// Queues a report and answers at once, in state CREATED.
  ///
  /// - Parameter idempotencyKey: a repeated create with the same key, at most 255 bytes long, gives
  ///   the report of the first; with a key the client may make the call again when a connection is
  ///   lost.
  public func create(
    _ request: CreateReportRequest, idempotencyKey: String? = nil,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInfo {
    var options = options
    if let idempotencyKey { options.metadata[Metadata.idempotencyKey] = idempotencyKey }
    return try await channel.call(ReportMethods.create, request, options: options)
  }

  /// Makes a link to a file of a finished report.
  ///
  /// - Parameter format: which file, such as `csv`; nil: the first that the report has.
  public func getDownloadURL(
    _ request: GetDownloadURLRequest, format: String? = nil,
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportDownloadInfo {
    var options = options
    if let format { options.metadata[Metadata.format] = format }
    return try await channel.call(ReportMethods.getDownloadURL, request, options: options)
  }
}
