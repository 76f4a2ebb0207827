private import Foundation
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

extension Session {
  /// Fetches files of a report.
  ///
  /// - Parameters:
  ///   - format: nil: the first that the report has; into a folder, all that it has.
  ///   - output: as `--output` has it; nil: the working directory, under the name that the server
  ///     suggests.
  func download(_ reportID: String, format: String?, to output: String?) async throws {
    let inspection = try await finished(reportID)
    let artifacts = try pick(format, of: inspection)
    switch output.map(DownloadTarget.init) {
    case .standardOutput: try await pour(reportID, artifacts[0])
    case .file(let path): try await save(reportID, artifacts[0], to: path)
    case .folder(let folder): try await save(inspection, artifacts, inFolder: folder)
    case nil: try await save(inspection, [artifacts[0]], inFolder: nil)
    }
  }

  private func finished(_ reportID: String) async throws(CommandFailure) -> ReportInspection {
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

  private func artifactDownload(
    _ reportID: String, _ artifact: ArtifactInfo
  ) async throws -> ArtifactDownload {
    do throws(RPCError) {
      let info = try await client.report.getDownloadURL(
        GetDownloadURLRequest(domainID: domainID, reportID: reportID), format: artifact.format,
        options: callOptions())
      return try ArtifactDownload(
        url: info.downloadURL,
        expected: ArtifactDownload.Content(bytes: artifact.bytes, sha256: artifact.sha256),
        network: NetworkSettings(environment: ProcessInfo.processInfo.environment))
    } catch {
      throw failure(error)
    }
  }

  private func save(
    _ reportID: String, _ artifact: ArtifactInfo, to path: String
  ) async throws {
    let download = try await artifactDownload(reportID, artifact)
    let summary = try await showing { (bar) throws(RPCError) in
      try await download.save(to: path) { bar.show($0.bytes, of: $0.totalBytes) }
    }
    tell(path, artifact, summary)
  }

  /// - Parameter folder: nil: the working directory.
  private func save(
    _ inspection: ReportInspection, _ artifacts: [ArtifactInfo], inFolder folder: String?
  ) async throws {
    let reportID = inspection.report?.reportID ?? ""
    for artifact in artifacts {
      let download = try await artifactDownload(reportID, artifact)
      let name: @Sendable (ArtifactDownload.Summary) -> String = { summary in
        DownloadTarget.fileName(
          summary.suggestedName, reportID: reportID, reportName: inspection.name,
          format: artifact.format)
      }
      let saved = try await showing { (bar) throws(RPCError) in
        try await download.save(inFolder: folder ?? ".", name: name) {
          bar.show($0.bytes, of: $0.totalBytes)
        }
      }
      tell(
        folder.map { DownloadTarget.join($0, saved.name) } ?? saved.name, artifact, saved.summary)
    }
  }

  /// Saves with a bar, and cleans up before a signal ends the process.
  private func showing<Saved: Sendable>(
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

  private func tell(
    _ path: String, _ artifact: ArtifactInfo, _ summary: ArtifactDownload.Summary
  ) {
    StandardError.writeLine(
      "\(path): \(Amount.count(artifact.rows)) rows, \(Amount.count(summary.bytes)) bytes, "
        + "SHA-256 \(summary.sha256)")
  }

  /// Writes a file to standard output. What was written cannot be taken back.
  private func pour(_ reportID: String, _ artifact: ArtifactInfo) async throws {
    let download = try await artifactDownload(reportID, artifact)
    var failed: (any Error)?
    do throws(RPCError) {
      _ = try await download.read(restart: { () throws(RPCError) in
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
