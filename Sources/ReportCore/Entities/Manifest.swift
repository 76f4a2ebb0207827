internal import Texts

/// What a finished report was made of and what came out, for whoever wants to know later that nothing
/// is missing.
package struct Manifest: Sendable {
  /// Says what the JSON object is; another number when members change their meaning.
  package static let type = "reportwire.manifest.v1"
  /// How files of it end, after the name that those of its report have.
  package static let fileExtension = "manifest.json"
  package static let mediaType = "application/json"

  /// As it ended.
  package var report: Report
  package var facts: RunFacts
  /// The version of the program that made it.
  package var engineVersion: String

  package init(report: Report, facts: RunFacts, engineVersion: String) {
    self.report = report
    self.facts = facts
    self.engineVersion = engineVersion
  }

  /// One JSON object on one line: members sorted by name, no spaces, moments in UTC, whatever clock,
  /// language or time zone the machine has.
  ///
  /// - Returns: nil if the options hold a number that is not finite, which no create lets in.
  package var payload: [UInt8]? {
    CanonicalJSON.text(.object(members)).map { Array($0.utf8) }
  }

  private var members: OptionObject {
    let template = facts.template
    var members: OptionObject = [
      "type": .string(Self.type),
      "report_id": .string(report.reportID), "domain_id": .string(report.domainID),
      "name": .string(report.name), "attempt": .number(Double(report.attempts)),
      "options": .object(report.templateOptions), "parameters": .object(facts.parameters),
      "rows": .number(Double(report.progress.rows)),
      "artifacts": .list(artifacts), "warnings": .list(warnings),
      "engine": .object(["name": .string("reportwire"), "version": .string(engineVersion)]),
      "created_at": .string(ISO8601.text(report.createdAt)),
    ]
    var source: OptionObject = ["name": .string(template.source)]
    if let state = facts.source {
      source["kind"] = .string(state.kind)
      source["state"] = .object(state.marks)
    }
    members["source"] = .object(source)
    var origin: OptionObject = [
      "template_id": .string(template.templateID), "name": .string(template.name),
    ]
    origin["sha256"] = template.textSHA256.map { .string($0) }
    origin["logo_sha256"] = template.logo.map { .string($0.sha256) }
    members["template"] = .object(origin)
    members["started_at"] = report.startedAt.map { .string(ISO8601.text($0)) }
    members["ended_at"] = report.endedAt.map { .string(ISO8601.text($0)) }
    return members
  }

  private var artifacts: [OptionValue] {
    let name = report.fileName(facts.template)
    let locked = FilePasswords.formats(lockedBy: report.templateOptions)
    return report.artifacts.map { artifact in
      var members: OptionObject = [
        "format": .string(artifact.format.rawValue),
        "file_name": .string(FileName.safe(name, fileExtension: artifact.fileExtension)),
        "bytes": .number(Double(artifact.bytes)), "rows": .number(Double(artifact.rows)),
        "sha256": .string(artifact.sha256), "media_type": .string(artifact.mediaType),
      ]
      // Its bytes are others every time, whatever it was made of.
      if locked.contains(artifact.format) { members["encrypted"] = .bool(true) }
      return .object(members)
    }
  }

  /// What a reader of the files should know and cannot see in them.
  private var warnings: [OptionValue] {
    func warning(_ code: String, _ count: Int64) -> OptionObject {
      ["code": .string(code), "count": .number(Double(count))]
    }
    let replaced = report.progress.textsReplaced
    var warnings = replaced == 0 ? [] : [warning("TEXTS_REPLACED", replaced)]
    for artifact in report.artifacts where artifact.rows < report.progress.rows {
      var leftOut = warning("ROWS_LEFT_OUT", report.progress.rows - artifact.rows)
      leftOut["format"] = .string(artifact.format.rawValue)
      warnings.append(leftOut)
    }
    return warnings.map { .object($0) }
  }
}

/// What a run was made of.
package struct RunFacts: Hashable, Sendable {
  /// As it was for this run.
  package var template: Template
  /// As they were bound, defaults included.
  package var parameters: OptionObject
  /// nil: the source does not tell.
  package var source: SourceState?

  package init(
    template: Template, parameters: OptionObject = [:], source: SourceState? = nil
  ) {
    self.template = template
    self.parameters = parameters
    self.source = source
  }
}

/// Makes the manifests of an engine's reports.
package struct ManifestMaker: Sendable {
  let signer: any ManifestSigner
  let engineVersion: String

  package init(signer: any ManifestSigner, engineVersion: String) {
    self.signer = signer
    self.engineVersion = engineVersion
  }

  /// The signed manifest of a report that ends now, as it is kept.
  ///
  /// - Throws: INTERNAL.
  func manifest(
    of report: Report, _ facts: RunFacts, _ files: [Artifact], _ progress: Progress, at end: Instant
  ) throws(ReportFailure) -> [UInt8] {
    var report = report
    report.artifacts = files
    report.progress = progress
    report.endedAt = end
    let manifest = Manifest(report: report, facts: facts, engineVersion: engineVersion)
    guard let payload = manifest.payload else {
      throw ReportFailure(.internal, "The options of the report cannot be written as JSON.")
    }
    return SignedManifest(payload: payload, signature: try signer.sign(payload)).bytes
  }
}
