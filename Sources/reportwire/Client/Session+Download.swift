internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

extension Session {
  /// Fetches one file of a report.
  ///
  /// - Parameters:
  ///   - format: nil: the first that the report has.
  ///   - output: `-` is standard output; nil: the report's name in the working directory.
  func download(_ reportID: String, format: String?, to output: String?) async throws {
    let inspection = try await finished(reportID)
    let artifact = try pick(format, of: inspection)
    if output == "-" { return try await pour(reportID, artifact) }
    try await save(
      reportID, artifact,
      to: output ?? DownloadTarget.fileName(inspection.name, format: artifact.format))
  }

  /// Fetches every file of a report into a folder.
  func downloadAll(_ reportID: String, toFolder folder: String) async throws {
    let inspection = try await finished(reportID)
    for artifact in inspection.artifacts {
      let name = DownloadTarget.fileName(inspection.name, format: artifact.format)
      try await save(reportID, artifact, to: DownloadTarget.join(folder, name))
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

  private func pick(
    _ format: String?, of inspection: ReportInspection
  ) throws(CommandFailure) -> ArtifactInfo {
    let artifacts = inspection.artifacts
    if let artifact = format.map({ format in artifacts.first { $0.format == format } })
      ?? artifacts.first
    {
      return artifact
    }
    throw CommandFailure(
      .callFailed,
      "the report has no \(format ?? "") file; it has "
        + artifacts.map(\.format).joined(separator: ", "))
  }

  private func artifactDownload(
    _ reportID: String, _ artifact: ArtifactInfo
  ) async throws -> ArtifactDownload {
    do throws(RPCError) {
      let info = try await client.report.getDownloadURL(
        GetDownloadURLRequest(domainID: domainID, reportID: reportID), format: artifact.format,
        options: callOptions())
      return try ArtifactDownload(url: info.downloadURL)
    } catch {
      throw failure(error)
    }
  }

  private func save(
    _ reportID: String, _ artifact: ArtifactInfo, to path: String
  ) async throws {
    let download = try await artifactDownload(reportID, artifact)
    let bar = DownloadBar(path: path)
    do throws(RPCError) {
      let summary = try await download.save(to: path) { bar.show($0.bytes, of: $0.totalBytes) }
      bar.end()
      StandardError.writeLine(
        "\(path.withoutControls): \(Amount.count(artifact.rows)) rows, "
          + "\(Amount.count(summary.bytes)) bytes, SHA-256 \(summary.sha256)")
    } catch {
      bar.end()
      throw CommandFailure(.callFailed, error.description)
    }
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
