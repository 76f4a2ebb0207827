internal import GRDB
internal import ReportCore
internal import Texts

/// How a report lies in the table.
enum ReportRow {
  /// In the order in which `read` reads them.
  static let columns = columns { _ in true }

  /// The same with something empty in place of each text that nobody asked for: what SQLite does not
  /// read costs nothing, however long it is.
  static func columns(_ reads: (ExactText) -> Bool) -> String {
    func column(_ name: String, _ field: ExactText, else empty: String = "''") -> String {
      reads(field) ? "r.\(name)" : empty
    }
    let error = reads("error") ? "r.failure_code, r.failure_message" : "NULL, NULL"
    return """
      r.number, r.report_id, r.domain_id, r.template_id, \(column("name", "name")), \
      \(column("template_options", "template_options", else: "'{}'")), r.formats, r.storage_id, \
      \(column("schedule_id", "schedule_id")), \(column("created_by", "created_by")), \
      r.created_at, r.state, r.started_at, r.ended_at, r.attempts, r.progress_rows, \
      r.progress_bytes, r.last_fencing_token, r.lease_owner, r.lease_expires_at, \
      r.is_cancel_requested, \(error), r.progress_texts_replaced, r.lease_boot, \
      r.lease_nanoseconds, r.is_pinned, r.traceparent
      """
  }

  /// A report without its artifacts, and its number in the table.
  static func read(_ row: SQLRow) throws -> (number: Int64, report: Report) {
    let reportID = row.text(1)
    let state = try state(row.text(11), of: reportID)
    var report = Report(
      reportID: reportID, domainID: row.text(2), templateID: row.text(3), name: row.text(4),
      templateOptions: try row.withUTF8(5, OptionReader.object),
      formats: row.text(6).split(separator: ",").map { ReportFormat(rawValue: String($0)) },
      storageID: row.text(7), scheduleID: row.text(8), createdBy: row.text(9),
      createdAt: Instant(nanosecondsSinceEpoch: row.integer(10)), state: state,
      startedAt: row.optionalInstant(12), endedAt: row.optionalInstant(13),
      attempts: Int(row.integer(14)),
      progress: Progress(
        rows: row.integer(15), bytes: row.integer(16), textsReplaced: row.integer(23)),
      isCancelRequested: row.integer(20) != 0)
    report.lastFencingToken = row.integer(17)
    report.isPinned = row.integer(26) != 0
    report.trace = TraceParent(row.text(27))
    if let owner = row.optionalText(18), let expiresAt = row.optionalInteger(19) {
      report.lease = Lease(
        owner: owner, fencingToken: report.lastFencingToken,
        expiresAt: LeaseTime(
          bootID: row.text(24), instant: MonotonicInstant(nanoseconds: expiresAt)),
        duration: .nanoseconds(row.integer(25)))
    }
    if let name = row.optionalText(21) {
      guard let code = ReportFailure.Code(rawValue: name) else {
        throw corrupt(reportID, "failure code", name)
      }
      report.failure = ReportFailureInfo(code: code, message: row.text(22))
    }
    return (row.integer(0), report)
  }

  static func state(_ name: String, of reportID: String) throws -> ReportState {
    guard let state = ReportState(rawValue: name) else { throw corrupt(reportID, "state", name) }
    return state
  }

  static func corrupt(_ reportID: String, _ what: String, _ name: String) -> StoreError {
    StoreError(.corrupt, "Report \(reportID) has a \(what) this version does not know: \(name).")
  }

  /// The formats as they are stored: by name, with commas between.
  static func formats(_ report: Report) -> String {
    report.formats.map(\.rawValue).joined(separator: ",")
  }

  /// The columns of when a lease ends, in their order.
  static func leaseEnd(_ report: Report) -> [SQLValue] {
    [
      .integer(report.lease?.expiresAt.instant.nanoseconds),
      .text(report.lease?.expiresAt.bootID), .integer(report.lease?.duration.wholeNanoseconds),
    ]
  }

  static func options(_ report: Report) throws -> String {
    guard let text = CanonicalJSON.text(.object(report.templateOptions)) else {
      throw StoreError(
        .unsupported,
        "template_options of report \(report.reportID) holds a number that is not finite.")
    }
    return text
  }
}

extension SQLRow {
  func optionalInstant(_ column: Int32) -> Instant? {
    optionalInteger(column).map(Instant.init(nanosecondsSinceEpoch:))
  }
}
