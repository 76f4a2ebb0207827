public import RPCCore
public import ReportAPI

/// Steers and explains reports (`reportwire.v1.ReportControl`).
///
/// Every method throws the server's status, or `UNAVAILABLE` if the server cannot be reached.
public struct ReportControlClient: Sendable {
  private let channel: any RPCChannel
  private let clock: any ClientClock

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

  /// Shows the first rows that a template gives, and how its source finds them.
  public func preview(
    _ request: PreviewTemplateRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> TemplatePreview {
    try await channel.call(ReportControlMethods.preview, request, options: options)
  }

  /// Tells which reports of the domain have a file with these bytes: the ten newest at most, the newest
  /// first.
  public func find(
    _ request: FindReportsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ReportsInfo {
    try await channel.call(ReportControlMethods.find, request, options: options)
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

extension ReportControlClient {
  /// How often in a row a watch may fail or end without having told anything.
  private static let silentEndsMax = 8

  /// Follows a report until it has ended, also over lost connections and restarts of the server.
  ///
  /// - Parameters:
  ///   - request: the report.
  ///   - options: the timeout is for the whole wait; nil: as long as it takes.
  ///   - progress: called with every change, the last one included; the first one after a lost
  ///     connection may be the same as the one before.
  /// - Returns: the last change, in a terminal state: FINISHED, FAILURE, TIMEOUT or CANCELED.
  /// - Throws: the server's status; `DEADLINE_EXCEEDED`; `UNAVAILABLE` if the server is gone for
  ///   more than about fifteen seconds.
  public func waitUntilEnded(
    _ request: WatchReportRequest, options: CallOptions = CallOptions(),
    progress: (ReportProgress) -> Void = { _ in }
  ) async throws(RPCError) -> ReportProgress {
    let deadline = options.timeout.map { Deadline(clock.now().advanced(by: $0)) }
    var silentEnds = 0
    while true {
      var failure = Self.neverEnded(request)
      var options = options
      options.timeout = deadline?.remaining(at: clock.now())
      do throws(RPCError) {
        for try await change in try await watch(request, options: options) {
          silentEnds = 0
          progress(change)
          if change.state.isTerminal { return change }
        }
      } catch {
        guard error.code == .unavailable else { throw error }
        failure = error
      }
      silentEnds += 1
      if silentEnds == Self.silentEndsMax { throw failure }
      try await pause(after: silentEnds)
    }
  }

  private func pause(after silentEnds: Int) async throws(RPCError) {
    do {
      try await clock.sleep(
        for: Backoff().delay(afterFailures: silentEnds, random: .random(in: 0..<1)))
    } catch {
      throw .callerGone
    }
  }

  private static func neverEnded(_ request: WatchReportRequest) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_WATCH_ENDED",
      message: "The server stopped telling about report \(request.reportID) before it ended. "
        + "Try again, or ask for the report.")
  }
}

extension ReportInfo.State {
  /// Whether a report in this state has ended.
  package var isTerminal: Bool {
    switch self {
    case .finished, .failure, .timeout, .canceled: true
    default: false
    }
  }
}
