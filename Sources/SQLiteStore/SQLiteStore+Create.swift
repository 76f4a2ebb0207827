internal import GRDB
package import ReportCore

extension SQLiteStore {
  package func create(
    _ report: Report, idempotency: IdempotencyKey?, audit: AuditEvent?
  ) async throws -> CreateOutcome {
    try report.checkTexts()
    // Here, not on the one thread that writes.
    let options = try ReportRow.options(report)
    let turn = GroupCommit.Turn.of(report.domainID, bytes: options.utf8.count)
    return try await write(turn) { [limits, outbox] db in
      if let idempotency {
        let earlier = try db.outcome(
          of: idempotency, in: report.domainID, at: report.createdAt)
        if let earlier { return earlier }
      }
      let isTaken = try db.first(
        "SELECT 1 FROM reports WHERE report_id = ?", [.text(report.reportID)]
      ) { _ in true }
      guard isTaken == nil else {
        throw StoreError(.corrupt, "The id \(report.reportID) is taken.")
      }
      guard try db.state(ofDomain: report.domainID, else: limits.domainState) == .enabled else {
        return .domainDisabled
      }
      try db.checkRoom(for: report.domainID, limits)
      let number = try db.insert(report, options: options)
      try db.insert(ReportLifecycle.creation(of: report), of: number)
      if let idempotency { try db.insert(idempotency, of: report, number) }
      if let audit { try db.insert(audit, outbox, templateID: report.templateID) }
      return .created(report)
    }
  }

  package func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome? {
    try await read(.lookup, for: domainID) { try $0.outcome(of: key, in: domainID, at: now) }
  }
}

extension Database {
  /// Calls that were made so long before or after a moment are others: after it only if the wall
  /// clock was wrong.
  private static func callWindow(around now: Instant) -> [SQLValue] {
    [-1, 1].map {
      .integer(now.advanced(by: IdempotencyKey.callWindow * $0).nanosecondsSinceEpoch)
    }
  }

  /// Keys of calls that are looked at for removal with each one that is added.
  private static let agedCallsMax = 10

  func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) throws -> CreateOutcome? {
    switch key.kind {
    case .create(let name):
      let earlier = try first(
        "SELECT report, digest FROM idempotency_keys WHERE domain_id = ? AND key = ?",
        [.text(domainID), .text(name)]
      ) { (number: $0.integer(0), digest: $0.text(1)) }
      guard let earlier else { return nil }
      guard earlier.digest == key.digest else { return .conflict }
      guard let found = try report("WHERE r.number = ?", [.integer(earlier.number)]) else {
        throw StoreError(.corrupt, "The report of an idempotency key is not there.")
      }
      return .existing(found.report)
    case .call(let names):
      for name in names {
        let found = try report(
          """
          WHERE r.number = (
            SELECT report FROM recent_calls WHERE domain_id = ? AND name = ? AND digest = ?)
          AND r.created_at BETWEEN ? AND ?
          """,
          [.text(domainID), .text(name), .text(key.digest)] + Self.callWindow(around: now))
        if let found { return .existing(found.report) }
      }
      return nil
    case .run:
      return try report(
        """
        WHERE r.domain_id = ? AND r.join_digest = ? AND r.ended_at IS NULL
        AND r.is_cancel_requested = 0 ORDER BY r.number DESC LIMIT 1
        """, [.text(domainID), .text(key.digest)]
      ).map { .existing($0.report) }
    }
  }

  /// - Throws: `.exhausted` if a domain has as much as it may have.
  fileprivate func checkRoom(for domainID: String, _ limits: StoreLimits) throws {
    let kept = try first(
      """
      SELECT created, created + in_progress + failure + timeout + canceled + finished, kept_bytes
      FROM domain_turns WHERE domain_id = ?
      """, [.text(domainID)]
    ) { KeptAmount(waiting: Int($0.integer(0)), reports: Int($0.integer(1)), bytes: $0.integer(2)) }
    try limits.checkRoom(beside: kept ?? KeptAmount())
  }

  fileprivate func insert(_ key: IdempotencyKey, of report: Report, _ number: Int64) throws {
    switch key.kind {
    case .run:
      try run(
        "UPDATE reports SET join_digest = ? WHERE number = ?",
        [.text(key.digest), .integer(number)])
    case .create(let name):
      try run(
        "INSERT INTO idempotency_keys (domain_id, key, digest, report) VALUES (?, ?, ?, ?)",
        [.text(report.domainID), .text(name), .text(key.digest), .integer(number)])
    case .call(let names):
      for name in names {
        try run(
          "INSERT OR REPLACE INTO recent_calls (domain_id, name, digest, report) VALUES (?, ?, ?, ?)",
          [.text(report.domainID), .text(name), .text(key.digest), .integer(number)])
      }
      try run(
        """
        DELETE FROM recent_calls WHERE number IN (
          SELECT c.number FROM (SELECT number, report FROM recent_calls ORDER BY number LIMIT ?) c
          JOIN reports r ON r.number = c.report WHERE r.created_at NOT BETWEEN ? AND ?)
        """, [.integer(Self.agedCallsMax)] + Self.callWindow(around: report.createdAt))
    }
  }
}
