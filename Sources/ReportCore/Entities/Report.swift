/// A report: what was asked for, where it stands and what came out.
package struct Report: Hashable, Sendable {
  /// `report-` and 12 lower-case hexadecimal digits.
  package var reportID: String
  /// The tenant it belongs to.
  package var domainID: String
  package var templateID: String
  package var name: String
  /// `template_options` as the caller gave them.
  package var templateOptions: OptionObject
  /// The files to make, in the order asked for; never empty.
  package var formats: [ReportFormat]
  package var storageID: String
  /// Empty unless a schedule created it.
  package var scheduleID: String
  package var createdBy: String
  package var createdAt: Instant

  package var state: ReportState
  /// When the present attempt was claimed first; nil before.
  package var startedAt: Instant?
  /// When it reached a terminal state; nil before.
  package var endedAt: Instant?
  /// Claims so far, without those handed back.
  package var attempts: Int
  /// The token of the last claim; 0 before the first. Never falls, also when an attempt does not
  /// count.
  package var lastFencingToken: Int64
  package var progress: Progress
  /// Set while it runs.
  package var lease: Lease?
  /// A user asked for its end; its worker learns that with the next heartbeat.
  package var isCancelRequested: Bool
  /// A user wants it kept, however old it gets.
  package var isPinned: Bool
  /// Set in FAILURE, TIMEOUT and CANCELED.
  package var failure: ReportFailureInfo?
  /// Set in FINISHED, in the order of `formats`.
  package var artifacts: [Artifact]

  package init(
    reportID: String, domainID: String, templateID: String, name: String,
    templateOptions: OptionObject, formats: [ReportFormat], storageID: String,
    scheduleID: String = "", createdBy: String, createdAt: Instant,
    state: ReportState = .created, startedAt: Instant? = nil, endedAt: Instant? = nil,
    attempts: Int = 0, progress: Progress = .none, lease: Lease? = nil,
    isCancelRequested: Bool = false, failure: ReportFailureInfo? = nil,
    artifacts: [Artifact] = [], lastFencingToken: Int64 = 0, isPinned: Bool = false
  ) {
    self.reportID = reportID
    self.domainID = domainID
    self.templateID = templateID
    self.name = name
    self.templateOptions = templateOptions
    self.formats = formats
    self.storageID = storageID
    self.scheduleID = scheduleID
    self.createdBy = createdBy
    self.createdAt = createdAt
    self.state = state
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.attempts = attempts
    self.lastFencingToken = lastFencingToken
    self.progress = progress
    self.lease = lease
    self.isCancelRequested = isCancelRequested
    self.failure = failure
    self.artifacts = artifacts
    self.isPinned = isPinned
  }

  /// Where its files are: the folder that its artifacts share; empty before it is finished.
  package var storagePath: String {
    guard let path = artifacts.first?.path, let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[..<slash])
  }
}

extension Report {
  package var key: ReportKey { ReportKey(reportID: reportID, domainID: domainID) }

  /// Checks that every store can keep the texts that came from outside.
  ///
  /// - Throws: `.invalid`, naming the field that holds NUL, which PostgreSQL cannot.
  package func checkTexts() throws(StoreError) {
    for (field, text) in [
      ("report_id", reportID), ("domain_id", domainID), ("template_id", templateID),
      ("name", name), ("storage_id", storageID), ("schedule_id", scheduleID),
      ("created_by", createdBy),
    ] where text.utf8.contains(0) {
      throw StoreError(.invalid, "\(field) holds the character NUL. Leave it out.")
    }
    guard !OptionValue.object(templateOptions).holdsNUL else {
      throw StoreError(.invalid, "template_options hold the character NUL. Leave it out.")
    }
  }

  /// What a person saves its files as, without an extension: the template's name and the day of the
  /// create in UTC, such as `monthly-cost_20261125`.
  ///
  /// - Parameter templateName: nil if the template has gone: then the report's own name serves.
  package func fileName(templateName: String?) -> String {
    let day = ISO8601.text(createdAt).prefix(10).filter { $0 != "-" }
    return "\(templateName ?? name)_\(day)"
  }
}

/// The part of a failure that is stored and shown.
package struct ReportFailureInfo: Hashable, Sendable {
  package var code: ReportFailure.Code
  package var message: String

  package init(code: ReportFailure.Code, message: String) {
    self.code = code
    self.message = message
  }

  package init(_ failure: ReportFailure) {
    code = failure.code
    message = failure.message
  }
}
