public import RPCCore
public import ReportAPI

/// Steers and explains reports (`reportwire.v1.ReportControl`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct ReportControlClient: Sendable {
  let channel: any RPCChannel
  let clock: any ClientClock

  /// Calls the service over any channel.
  public init(channel: any RPCChannel) {
    self.init(channel: channel, clock: SystemClientClock())
  }

  package init(channel: any RPCChannel, clock: any ClientClock) {
    self.channel = channel
    self.clock = clock
  }

  /// Calls a report off. One that has ended stays as it is.
  public func cancel(
    _ request: CancelReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInfo {
    try await channel.call(ReportControlMethods.cancel, request, options: options)
  }

  /// Tells everything about a report: parameters, attempts, timeline, files.
  public func inspect(
    _ request: InspectReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInspection {
    try await channel.call(ReportControlMethods.inspect, request, options: options)
  }

  /// Removes a report and its files. Throws `FAILED_PRECONDITION` while it runs.
  public func delete(
    _ request: DeleteReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) {
    _ = try await channel.call(ReportControlMethods.delete, request, options: options)
  }

  /// Keeps a report, however old it gets.
  public func pin(
    _ request: PinReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInfo {
    try await channel.call(ReportControlMethods.pin, request, options: options)
  }

  /// Keeps a report no longer than others.
  public func unpin(
    _ request: UnpinReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportInfo {
    try await channel.call(ReportControlMethods.unpin, request, options: options)
  }

  /// Follows a report: where it stands, then every change, up to its terminal state.
  ///
  /// Has no deadline unless the options state one. Stop iterating, or cancel the task, to stop
  /// following. When the connection is lost the sequence throws `UNAVAILABLE`; `waitUntilEnded`
  /// follows on by itself.
  public func watch(
    _ request: WatchReportRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseSequence<ReportProgress> {
    try await channel.stream(ReportControlMethods.watch, request, options: options)
  }
}
