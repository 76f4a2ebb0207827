private import Foundation
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

/// A command's conversation with the server.
struct Session: Sendable {
  let client: ReportwireClient
  let options: ConnectionOptions
  private let token: String?

  var domainID: String { options.domainID }

  /// Connects when the first call is made; closes when the body is done.
  static func with<Result>(
    _ options: ConnectionOptions, _ body: (Session) async throws -> Result
  ) async throws -> Result {
    let token = try options.tokenToSend()
    let client: ReportwireClient
    do throws(RPCError) {
      var configuration = try ReportwireClient.Configuration(options.serverAddress)
      configuration.tls = options.clientTLS
      client = ReportwireClient(configuration)
    } catch {
      throw CommandFailure(.usage, error.message)
    }
    do {
      let result = try await body(Session(client: client, options: options, token: token))
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  /// Calls a method, with the command's timeout and user.
  func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, metadata: Metadata = Metadata()
  ) async throws(CommandFailure) -> Output {
    do throws(RPCError) {
      return try await client.call(method, request, options: callOptions(metadata))
    } catch {
      throw failure(error)
    }
  }

  /// Calls any method: one answer, or as many as its stream has.
  func answers(
    _ method: MethodDescriptor, _ request: [UInt8], metadata: Metadata,
    _ take: ([UInt8]) throws -> Void
  ) async throws {
    do {
      guard method.isServerStreaming else {
        return try take(
          try await client.call(method, request: request, options: callOptions(metadata)))
      }
      let options = CallOptions(metadata: withCaller(metadata))
      for try await answer in try await client.stream(method, request: request, options: options) {
        try take(answer)
      }
    } catch let error as RPCError {
      throw failure(error, isInDomain: false)
    }
  }

  private func callOptions(_ metadata: Metadata = Metadata()) -> CallOptions {
    CallOptions(timeout: .seconds(options.timeoutSeconds), metadata: withCaller(metadata))
  }

  /// Metadata that also says who asks.
  private func withCaller(_ metadata: Metadata) -> Metadata {
    var metadata = metadata
    if let user = options.userName, metadata[Metadata.userID] == nil {
      metadata[Metadata.userID] = user
    }
    if let token, metadata[Metadata.token] == nil { metadata[Metadata.token] = token }
    return metadata
  }

  /// What, where, and what to do.
  ///
  /// - Parameter isInDomain: whether the call was surely made for the command's domain.
  func failure(_ error: RPCError, isInDomain: Bool = true) -> CommandFailure {
    var message = "\(error) (server \(options.serverAddress)"
    if error.code == .notFound, isInDomain { message += ", domain \(domainID)" }
    message += ")"
    switch error.code {
    case .notFound where error.message.contains("(template_id = "):
      message += "; 'reportwire templates' lists those that there are"
    case .notFound where isInDomain && error.message.contains("(report_id = "):
      message += "; 'reportwire list' lists those that there are, --domain names another domain"
    case .unavailable where RetryRules.isOfConnection(error):
      message += "; 'reportwire serve' starts one, --address names another"
      if options.clientTLS == nil {
        message += ", --tls if it speaks TLS"
      } else if options.clientTLS?.certificateFile == nil {
        message += ", --cert and --key if it asks for a certificate"
      }
    case .unauthenticated:
      message += "; 'reportwire login' keeps a token, --token gives one"
    case .deadlineExceeded:
      message += "; --timeout allows more than \(options.timeoutSeconds) seconds"
    default: break
    }
    return CommandFailure(.callFailed, message)
  }
}

// MARK: - Reports

extension Session {
  func report(_ reportID: String) async throws(CommandFailure) -> ReportInfo {
    try await call(
      ReportMethods.get, GetReportRequest(domainID: domainID, reportID: reportID))
  }

  func inspection(_ reportID: String) async throws(CommandFailure) -> ReportInspection {
    try await call(
      ReportControlMethods.inspect,
      InspectReportRequest(domainID: domainID, reportID: reportID))
  }

  /// A template by id or name.
  func template(_ idOrName: String) async throws(CommandFailure) -> TemplateInfo {
    try await call(
      TemplateMethods.get, GetTemplateRequest(domainID: domainID, templateID: idOrName))
  }

  /// Follows a report to its end, also over restarts of the server.
  ///
  /// - Parameter show: called with each change; an error ends the wait.
  /// - Returns: the last change.
  func wait(
    for reportID: String, show: (ReportProgress) throws -> Void
  ) async throws -> ReportProgress {
    var failed: (any Error)?
    do throws(RPCError) {
      return try await client.reportControl.waitUntilEnded(
        WatchReportRequest(domainID: domainID, reportID: reportID),
        options: CallOptions(metadata: withCaller(Metadata()))
      ) { progress in
        do {
          try show(progress)
        } catch {
          failed = failed ?? error
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    } catch {
      throw failed ?? failure(error)
    }
  }

  /// Waits with a progress display on standard error.
  ///
  /// - Throws: `reportNotFinished` if the report ends in another state.
  func waitShowingProgress(for reportID: String) async throws {
    var printer = ProgressPrinter(
      reportID: reportID, terminalWidth: StandardError.isTerminal ? StandardError.width : nil)
    var remaining = RemainingTime()
    let start = ContinuousClock.now
    let last: ReportProgress
    do {
      last = try await wait(for: reportID) { progress in
        let left = remaining.estimate(progress, at: start.duration(to: .now))
        printer.show(.init(progress, remaining: left))
      }
    } catch {
      printer.interrupt()
      throw error
    }
    if let failure = ReportText.failure(reportID, last.state, last.error) { throw failure }
  }
}

extension ProgressPrinter.Snapshot {
  init(_ progress: ReportProgress, remaining: Duration?) {
    self.init(
      state: ReportText.state(progress.state), isTerminal: progress.state.isTerminal,
      rows: progress.rows, bytes: progress.bytes, expectedRows: progress.expectedRows,
      remaining: remaining)
  }
}

extension Session {
  /// Fetches files of a report.
  ///
  /// - Parameters:
  ///   - format: nil: the first that the report has; into a folder, all that it has.
  ///   - output: as `--output` has it; nil: the working directory, under the name that the server
  ///     suggests.
  func download(_ reportID: String, format: String?, to output: String?) async throws {
    let inspection = try await finished(reportID)
    let isManifest = format?.isByteEqual(to: Self.manifestFormat) == true
    let artifacts = isManifest ? [.manifest] : try pick(format, of: inspection)
    switch output.map(DownloadTarget.init) {
    case .standardOutput: try await artifactDownload(reportID, artifacts[0]).pour()
    case .file(let path): try await save(reportID, artifacts[0], to: path)
    case .folder(let folder): try await save(inspection, artifacts, inFolder: folder)
    case nil: try await save(inspection, [artifacts[0]], inFolder: nil)
    }
  }

  /// A report that is finished.
  ///
  /// - Throws: `reportNotFinished` for one that ended in another state; one that has not ended.
  func finished(_ reportID: String) async throws(CommandFailure) -> ReportInspection {
    let inspection = try await inspection(reportID)
    let state = inspection.report?.state ?? .created
    guard state.isTerminal else {
      throw CommandFailure(
        .callFailed,
        "report \(reportID) is still \(ReportText.state(state)); 'reportwire watch \(reportID)' "
          + "waits for its end")
    }
    if let failure = ReportText.failure(reportID, state, inspection.report?.error) {
      throw failure
    }
    return inspection
  }

  /// The files of a format, or all; at least one.
  private func pick(
    _ format: String?, of inspection: ReportInspection
  ) throws(CommandFailure) -> [ArtifactInfo] {
    let all = inspection.artifacts
    let artifacts =
      format.map { format in
        all.filter { $0.format.isByteEqual(to: format) }
      } ?? all
    if !artifacts.isEmpty { return artifacts }
    throw CommandFailure(
      .callFailed,
      "the report has no \(format.map { "\($0) " } ?? "")file"
        + (all.isEmpty ? "" : "; it has " + all.map(\.format).joined(separator: ", ")))
  }

  /// A link to a file of a report.
  func downloadURL(
    of reportID: String, format: String
  ) async throws(CommandFailure) -> String {
    do throws(RPCError) {
      return try await client.report.getDownloadURL(
        GetDownloadURLRequest(domainID: domainID, reportID: reportID), format: format,
        options: callOptions()
      ).downloadURL
    } catch {
      throw failure(error)
    }
  }

  /// How files are fetched.
  var network: NetworkSettings {
    var network = NetworkSettings(environment: ProcessInfo.processInfo.environment)
    // Whoever vouches for the server's calls does so for its files.
    network.authoritiesFile = options.clientTLS?.authoritiesFile ?? network.authoritiesFile
    return network
  }

  private func artifactDownload(
    _ reportID: String, _ artifact: ArtifactInfo
  ) async throws -> ArtifactDownload {
    let url = try await downloadURL(of: reportID, format: artifact.format)
    do throws(RPCError) {
      // Of a manifest only the server that has it knows.
      let expected =
        artifact.sha256.isEmpty
        ? nil : ArtifactDownload.Content(bytes: artifact.bytes, sha256: artifact.sha256)
      return try ArtifactDownload(url: url, expected: expected, network: network)
    } catch {
      throw failure(error)
    }
  }

  private func save(
    _ reportID: String, _ artifact: ArtifactInfo, to path: String
  ) async throws {
    let download = try await artifactDownload(reportID, artifact)
    tell(path, artifact, try await download.saveShowing(to: path))
  }

  /// - Parameter folder: nil: the working directory.
  private func save(
    _ inspection: ReportInspection, _ artifacts: [ArtifactInfo], inFolder folder: String?
  ) async throws {
    let reportID = inspection.report?.reportID ?? ""
    for artifact in artifacts {
      let download = try await artifactDownload(reportID, artifact)
      let saved = try await download.saveShowing(
        inFolder: folder ?? ".", reportID: reportID, reportName: inspection.name,
        format: artifact.format)
      tell(
        folder.map { DownloadTarget.join($0, saved.name) } ?? saved.name, artifact, saved.summary)
    }
  }

  private func tell(
    _ path: String, _ artifact: ArtifactInfo, _ summary: ArtifactDownload.Summary
  ) {
    let rows = artifact.sha256.isEmpty ? "" : "\(Amount.count(artifact.rows)) rows, "
    StandardError.writeLine(
      "\(path): \(rows)\(Amount.count(summary.bytes)) bytes, "
        + "SHA-256 \(summary.sha256)")
  }
}

extension ArtifactDownload {
  /// Saves the file, with a bar.
  func saveShowing(to path: String) async throws -> Summary {
    try await Self.showing { (bar) throws(RPCError) in
      try await save(to: path) { bar.show($0.bytes, of: $0.totalBytes) }
    }
  }

  /// The same in a folder, under the name that the server suggests if it tells a person something.
  func saveShowing(
    inFolder folder: String, reportID: String, reportName: String, format: String
  ) async throws -> (summary: Summary, name: String) {
    let name: @Sendable (Summary) -> String = { summary in
      DownloadTarget.fileName(
        summary.suggestedName, reportID: reportID, reportName: reportName, format: format)
    }
    return try await Self.showing { (bar) throws(RPCError) in
      try await save(inFolder: folder, name: name) { bar.show($0.bytes, of: $0.totalBytes) }
    }
  }

  /// Saves with a bar, and cleans up before a signal ends the process.
  private static func showing<Saved: Sendable>(
    _ save: @escaping @Sendable (DownloadBar) async throws(RPCError) -> Saved
  ) async throws -> Saved {
    let bar = DownloadBar()
    defer { bar.end() }
    let result = await Interruption.cleaningUp { () async -> Result<_, RPCError> in
      do throws(RPCError) {
        return .success(try await save(bar))
      } catch {
        return .failure(error)
      }
    }
    do {
      return try result.get()
    } catch {
      throw CommandFailure(.callFailed, error.description)
    }
  }

  /// Writes the file to standard output. What was written cannot be taken back.
  func pour() async throws {
    var failed: (any Error)?
    do throws(RPCError) {
      _ = try await read(restart: { () throws(RPCError) in
        throw RPCError(.aborted, message: "The file changed while it was read; try again.")
      }) { (bytes) throws(RPCError) in
        do {
          try StandardOutput.write(Array(bytes))
        } catch {
          failed = error
          throw RPCError.callerGone
        }
      }
    } catch {
      throw failed ?? CommandFailure(.callFailed, error.description)
    }
  }
}

extension ArtifactInfo {
  /// The manifest as if it were a file of the report, which `inspect` does not count it among.
  fileprivate static var manifest: ArtifactInfo {
    var info = ArtifactInfo()
    info.format = Session.manifestFormat
    return info
  }
}
