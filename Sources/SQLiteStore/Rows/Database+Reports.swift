internal import GRDB
internal import ReportCore
internal import Texts

extension Database {
  /// The report that a query finds first, whole; and its number in the table.
  func report(
    _ condition: String, _ values: [SQLValue]
  ) throws -> (number: Int64, report: Report)? {
    let sql = "SELECT \(ReportRow.columns) FROM reports r \(condition)"
    guard var found = try first(sql, values, ReportRow.read) else { return nil }
    if found.report.state == .finished {
      found.report.artifacts = try artifacts(of: found.number)
    }
    return found
  }

  /// The artifacts of a report in the order of its formats.
  func artifacts(of number: Int64) throws -> [Artifact] {
    try all(
      """
      SELECT format, path, bytes, rows, sha256, media_type FROM artifacts
      WHERE report = ? ORDER BY position
      """, [.integer(number)]
    ) { row in
      Artifact(
        format: ReportFormat(rawValue: row.text(0)), path: row.text(1), bytes: row.integer(2),
        rows: row.integer(3), sha256: row.text(4), mediaType: row.text(5))
    }
  }

  /// Keeps the manifest of a report that is finished in the same transaction.
  func insert(manifest: [UInt8], of number: Int64) throws {
    try run(
      "INSERT INTO manifests (report, content) VALUES (?, ?)",
      [.integer(number), .text(String(decoding: manifest, as: UTF8.self))])
  }

  /// Keeps a new report.
  ///
  /// - Parameter options: the text of its options, see `ReportRow.options`.
  /// - Returns: its number in the table.
  func insert(_ report: Report, options: String) throws -> Int64 {
    try run(
      """
      INSERT INTO reports (
        report_id, domain_id, template_id, name, template_options, formats, storage_id,
        storage_path, schedule_id, created_by, created_at, traceparent, state, started_at, ended_at, attempts,
        progress_rows, progress_bytes, progress_texts_replaced, last_fencing_token, lease_owner,
        lease_expires_at, lease_boot, lease_nanoseconds, is_cancel_requested, is_pinned,
        failure_code, failure_message)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(report.reportID), .text(report.domainID), .text(report.templateID),
        .text(report.name), .text(options),
        .text(ReportRow.formats(report)), .text(report.storageID), .text(report.storagePath),
        .text(report.scheduleID), .text(report.createdBy),
        .integer(report.createdAt.nanosecondsSinceEpoch), .text(report.trace?.text ?? ""),
      ] + moving(report))
    let number = lastInsertedRowID
    try insert(report.artifacts, of: number)
    return number
  }

  /// Writes what may change about a report.
  func update(_ report: Report, _ number: Int64) throws {
    try run(
      """
      UPDATE reports SET storage_path = ?, state = ?, started_at = ?, ended_at = ?, attempts = ?,
        progress_rows = ?, progress_bytes = ?, progress_texts_replaced = ?,
        last_fencing_token = ?, lease_owner = ?, lease_expires_at = ?, lease_boot = ?,
        lease_nanoseconds = ?, is_cancel_requested = ?, is_pinned = ?,
        failure_code = ?, failure_message = ?
      WHERE number = ?
      """, [.text(report.storagePath)] + moving(report) + [.integer(number)])
    try insert(report.artifacts, of: number)
  }

  /// Adds a line to a report's timeline.
  func insert(_ event: ReportEvent, of number: Int64) throws {
    try run(
      """
      INSERT INTO report_events (report, position, at, kind, state, attempt, worker, message)
      VALUES (
        ?1, (SELECT coalesce(max(position), 0) + 1 FROM report_events WHERE report = ?1),
        ?2, ?3, ?4, ?5, ?6, ?7)
      """,
      [
        .integer(number), .integer(event.at.nanosecondsSinceEpoch), .text(event.kind.rawValue),
        .text(event.state.rawValue), .integer(event.attempt), .text(event.worker),
        .text(event.message),
      ])
  }

  private func insert(_ artifacts: [Artifact], of number: Int64) throws {
    for (position, artifact) in artifacts.enumerated() {
      try run(
        """
        INSERT INTO artifacts (report, position, format, path, bytes, rows, sha256, media_type)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .integer(number), .integer(position), .text(artifact.format.rawValue),
          .text(artifact.path), .integer(artifact.bytes), .integer(artifact.rows),
          .text(artifact.sha256), .text(artifact.mediaType),
        ])
    }
  }

  /// From `state` on, in the order of the columns.
  private func moving(_ report: Report) -> [SQLValue] {
    [
      .text(report.state.rawValue), .integer(report.startedAt?.nanosecondsSinceEpoch),
      .integer(report.endedAt?.nanosecondsSinceEpoch), .integer(report.attempts),
      .integer(report.progress.rows), .integer(report.progress.bytes),
      .integer(report.progress.textsReplaced),
      .integer(report.lastFencingToken), .text(report.lease?.owner),
    ] + ReportRow.leaseEnd(report) + [
      .integer(report.isCancelRequested), .integer(report.isPinned),
      .text(report.failure?.code.rawValue), .text(report.failure?.message),
    ]
  }
}
