internal import ManifestSigning
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI

/// A report that is made again, to see whether the same comes out.
struct Repetition {
  let session: Session
  let first: ReportInspection

  /// - Throws: unless the report is finished.
  init(of reportID: String, _ session: Session) async throws {
    self.session = session
    first = try await session.finished(reportID)
  }

  /// The create that asks for the same: template, options and formats.
  func request(name: String?) -> CreateReportRequest {
    let report = first.report ?? ReportInfo()
    var options = report.templateOptions ?? Struct()
    // The template may make others by now.
    if options["formats"] == nil {
      options["formats"] = Value(
        .list(ListValue(first.artifacts.map { Value(.string($0.format)) })))
    }
    // Documents say when they were made: the same as the first ones, unless something is said already.
    if let moment = report.createdAt?.rfc3339 {
      for format in ["xlsx", "pdf"]
      where first.artifacts.contains(where: { $0.format.isByteEqual(to: format) })
        && options.object("format_options").object(format)["created_at"] == nil
      {
        options.set("created_at", of: format, to: .string(moment))
      }
    }
    return CreateReportRequest(
      domainID: session.domainID, templateID: report.templateID, name: name ?? first.name,
      templateOptions: options, storageID: report.storageInfo?.storageID ?? "")
  }

  /// Says of each format whether its bytes are the same.
  ///
  /// - Throws: `differs` with what speaks for it, if one is not.
  func compare(with reportID: String) async throws {
    let second = try await session.finished(reportID)
    let locked = ZipPassword.locked(by: first.report?.templateOptions ?? Struct())
    var isSame = true
    for file in first.artifacts {
      let other = second.artifacts.first { $0.format.isByteEqual(to: file.format) }
      if let other, locked.contains(where: { $0.isByteEqual(to: file.format) }) {
        // Nobody here can look inside.
        isSame = isSame && other.rows == file.rows
        try StandardOutput.writeLine(
          "\(file.format): encrypted, so its bytes are others every time; "
            + "\(Amount.count(other.rows)) rows, were \(Amount.count(file.rows))")
        continue
      }
      let isEqual = other?.sha256.isByteEqual(to: file.sha256) == true && other?.bytes == file.bytes
      isSame = isSame && isEqual
      let finding =
        isEqual
        ? "the same \(Amount.count(file.bytes)) bytes"
        : other.map {
          "not the same: \(Amount.count($0.bytes)) bytes, SHA-256 \($0.sha256); "
            + "were \(Amount.count(file.bytes)), \(file.sha256)"
        } ?? "not made"
      try StandardOutput.writeLine("\(file.format): \(finding)")
    }
    guard !isSame else { return }
    for reason in try await reasons(reportID) { try StandardOutput.writeLine("  \(reason)") }
    throw CommandFailure(
      .differs, "report \(reportID) is not the same as \(first.report?.reportID ?? "")")
  }

  /// What the manifests say of the difference.
  private func reasons(_ reportID: String) async throws -> [String] {
    do throws(ManifestFault) {
      let new = try CheckedManifest(unchecked: try await manifest(reportID))
      let old = try CheckedManifest(unchecked: try await manifest(first.report?.reportID ?? ""))
      let lines = new.differences(from: old)
      return lines.isEmpty ? ["what they were made of is the same"] : lines
    } catch {
      return ["what they were made of is not known: \(error.message)"]
    }
  }

  private func manifest(_ reportID: String) async throws(ManifestFault) -> [UInt8] {
    do {
      return try await session.manifest(of: reportID)
    } catch let failure as CommandFailure {
      throw ManifestFault(.malformed, failure.message)
    } catch {
      throw ManifestFault(.malformed, "\(error)")
    }
  }
}
