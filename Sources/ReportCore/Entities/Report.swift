package import Texts

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
  /// Where the call that created it stood in a trace; nil: in none.
  package var trace: TraceParent?

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
    artifacts: [Artifact] = [], lastFencingToken: Int64 = 0, isPinned: Bool = false,
    trace: TraceParent? = nil
  ) {
    self.trace = trace
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

/// Where a report stands (spaceone.api.report.v1.ReportInfo.State, by name).
package enum ReportState: String, Hashable, Sendable, CaseIterable {
  case created = "CREATED"
  case inProgress = "IN_PROGRESS"
  case failure = "FAILURE"
  case timeout = "TIMEOUT"
  case canceled = "CANCELED"
  case finished = "FINISHED"

  /// Whether nothing changes any more.
  package var isTerminal: Bool {
    switch self {
    case .created, .inProgress: false
    case .failure, .timeout, .canceled, .finished: true
    }
  }
}

/// How far a running report is.
package struct Progress: Hashable, Sendable {
  /// Rows read from the source.
  package var rows: Int64
  /// Bytes written, over all formats.
  package var bytes: Int64
  /// Texts of the source that were not UTF-8 and were changed, as `InvalidText.replace` allows.
  package var textsReplaced: Int64

  package static let none = Progress(rows: 0, bytes: 0)

  package init(rows: Int64, bytes: Int64, textsReplaced: Int64 = 0) {
    self.rows = rows
    self.bytes = bytes
    self.textsReplaced = textsReplaced
  }
}

/// A worker's right to run one report for a while. Measured by the clock of the store that gave it.
package struct Lease: Hashable, Sendable {
  /// The worker that holds it.
  package var owner: String
  /// Grows by one with every claim of the report; a write with an older token is refused.
  package var fencingToken: Int64
  /// When the right ends unless a heartbeat moves it.
  package var expiresAt: LeaseTime
  /// How long it was given for, when it was given last.
  package var duration: Duration

  package init(
    owner: String, fencingToken: Int64, expiresAt: LeaseTime, duration: Duration
  ) {
    self.owner = owner
    self.fencingToken = fencingToken
    self.expiresAt = expiresAt
    self.duration = duration
  }

  /// Whether its time is over: also if another boot of the machine gave it, or if it ends later than
  /// any lease could that was given by now. Then the clock was another when it was written, as after
  /// a snapshot was restored, and it must hold nothing up.
  package func isOver(at time: LeaseTime) -> Bool {
    expiresAt.bootID != time.bootID || expiresAt.instant <= time.instant
      || expiresAt.instant > time.instant.advanced(by: duration)
  }
}

/// What the clock says that a store measures leases by.
package struct LeaseTime: Hashable, Sendable {
  /// Within one boot moments can be compared.
  package var bootID: String
  package var instant: MonotonicInstant

  package init(bootID: String, instant: MonotonicInstant) {
    self.bootID = bootID
    self.instant = instant
  }

  package func advanced(by duration: Duration) -> LeaseTime {
    LeaseTime(bootID: bootID, instant: instant.advanced(by: duration))
  }
}

/// A finished file of a report.
package struct Artifact: Hashable, Sendable {
  package var format: ReportFormat
  /// Where the artifact store keeps it: relative, `/` between parts, never leading out.
  package var path: String
  package var bytes: Int64
  /// Rows of data, the header not counted.
  package var rows: Int64
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  package var sha256: String
  package var mediaType: String

  package init(
    format: ReportFormat, path: String, bytes: Int64, rows: Int64, sha256: String,
    mediaType: String
  ) {
    self.format = format
    self.path = path
    self.bytes = bytes
    self.rows = rows
    self.sha256 = sha256
    self.mediaType = mediaType
  }
}
