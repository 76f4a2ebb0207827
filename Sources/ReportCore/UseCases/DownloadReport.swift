internal import Texts

/// Hands over the files of a finished report: first a link, then the file behind it.
package struct DownloadReport: Sendable {
  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  // MARK: The link

  /// A signed URL of one file.
  ///
  /// A report that has not ended is waited for, as long as the limits say: SpaceONE's console asks
  /// for the URL at once after its create.
  ///
  /// - Parameters:
  ///   - format: nil or empty: the first one that was made.
  ///   - timeLeft: until the caller goes; nil: it stays.
  /// - Throws: `notFound`, `notFinished` naming the state, `invalid` for a format that was not made,
  ///   `unavailable` if the server stops meanwhile.
  package func link(
    to reportID: String, format: String?, timeLeft: Duration?, for caller: ReportCaller
  ) async throws(UseCaseError) -> String {
    if let format { try ports.limits.check("format", format) }
    let asked = try await ports.report(reportID, of: caller)
    let report = try await ended(asked, timeLeft, for: caller)
    guard report.state == .finished else {
      throw UseCaseError(
        .notFinished, key: "report_id", value: report.reportID,
        message: "Report is not finished. (report_id = \(report.reportID), "
          + "state = \(report.state.rawValue))")
    }
    let artifact =
      format?.isExactly(ReportFormat.manifest.rawValue) == true
      ? try await manifest(of: report) : try artifact(of: report, format)
    do {
      return try await ports.downloadURL(report, artifact, fileName(of: artifact, of: report))
    } catch {
      throw UseCaseError(error)
    }
  }

  private func fileName(of artifact: Artifact, of report: Report) -> String {
    FileName.safe(
      report.fileName(ports.catalog.template(report.templateID)),
      fileExtension: artifact.fileExtension)
  }

  /// The report when it has ended, or as it is when the caller cannot be kept waiting any longer.
  private func ended(
    _ report: Report, _ timeLeft: Duration?, for caller: ReportCaller
  ) async throws(UseCaseError) -> Report {
    let patience = patience(timeLeft)
    guard !report.state.isTerminal, patience > .zero else { return report }
    let (newest, isTimeOver) = await withTaskGroup(of: Report?.self) { [ports] group in
      group.addTask {
        var newest = report
        for await update in ports.engine.updates(of: report) { newest = update }
        return newest
      }
      group.addTask {
        try? await ports.sleep(patience)
        return nil
      }
      // Whoever is first ends the other, and what was seen last comes from the first task.
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return (first, false) }
      return (await group.next().flatMap { $0 } ?? report, true)
    }
    if Task.isCancelled { throw UseCaseError(CancellationError()) }
    guard newest.state.isTerminal || isTimeOver else {
      throw await ports.endedEarly(newest, of: caller)
    }
    return newest
  }

  /// How long a caller may wait, so that the answer still reaches it.
  private func patience(_ timeLeft: Duration?) -> Duration {
    let most = ports.limits.downloadURLWait
    guard let timeLeft else { return most }
    return min(most, timeLeft - min(timeLeft / 4, .milliseconds(500)))
  }

  private func artifact(
    of report: Report, _ format: String?
  ) throws(UseCaseError) -> Artifact {
    let made = report.artifacts
    guard let format, !format.isEmpty else {
      guard let first = made.first else {
        throw UseCaseError(
          StoreError(.corrupt, "\(report.reportID) is FINISHED without an artifact"))
      }
      return first
    }
    guard let artifact = made.first(where: { $0.format.rawValue.isExactly(format) }) else {
      let names = made.map(\.format.rawValue).joined(separator: ", ")
      throw .invalid("format", "the report was not made as \(format.quoted); it has \(names)")
    }
    return artifact
  }

  // MARK: The manifest

  /// What a link to a manifest is made of, for which it need not be read.
  ///
  /// - Throws: `invalid` for a report that has none.
  private func manifest(
    of report: Report
  ) async throws(UseCaseError) -> Artifact {
    guard try await ports.perform({ try await $0.hasManifest(of: report.key) }) else {
      throw .invalid(
        "format",
        "the report has no manifest: it was finished before this server made any")
    }
    return Self.manifest(of: report, bytes: 0, sha256: "")
  }

  /// The manifest as if it were a file of the report; nil if there is none.
  private func keptManifest(
    of report: Report
  ) async throws(UseCaseError) -> (artifact: Artifact, content: [UInt8])? {
    guard let content = try await ports.perform({ try await $0.manifest(of: report.key) }) else {
      return nil
    }
    let sha256 = ports.digest(content)
    return (Self.manifest(of: report, bytes: Int64(content.count), sha256: sha256), content)
  }

  private static func manifest(of report: Report, bytes: Int64, sha256: String) -> Artifact {
    Artifact(
      format: .manifest, path: "manifest-1.\(Manifest.fileExtension)", bytes: bytes,
      rows: report.progress.rows, sha256: sha256, mediaType: Manifest.mediaType)
  }

  // MARK: The file

  /// A file to hand out, with a name for the person who saves it.
  package struct File: Hashable, Sendable {
    package var artifact: Artifact
    /// Where the file is.
    package var storageID: String
    /// What it is saved as, good on every system; see `FileName`.
    package var name: String
    /// The file itself, where the store of reports has it; nil: it is in its storage.
    package var content: [UInt8]?
  }

  /// The file behind a link.
  ///
  /// - Returns: nil if the domain has no such report, or the report no such file any more.
  package func file(
    of reportID: String, format: ReportFormat, for caller: ReportCaller
  ) async throws(UseCaseError) -> File? {
    try ports.limits.check("format", format.rawValue)
    try ports.limits.check("report_id", reportID)
    let report = try await ports.perform { try await $0.report(reportID, in: caller.domainID) }
    guard let report, report.state == .finished else { return nil }
    if format == .manifest {
      guard let (artifact, content) = try await keptManifest(of: report) else { return nil }
      return File(
        artifact: artifact, storageID: report.storageID, name: fileName(of: artifact, of: report),
        content: content)
    }
    guard
      let artifact = report.artifacts.first(where: { $0.format == format })
    else { return nil }
    return File(
      artifact: artifact, storageID: report.storageID, name: fileName(of: artifact, of: report))
  }
}
