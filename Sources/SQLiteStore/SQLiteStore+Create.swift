internal import GRDB
package import ReportCore

extension SQLiteStore: ReportStore {
  package func create(
    _ report: Report, idempotency: IdempotencyKey?
  ) async throws -> CreateOutcome {
    try await write { db in
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
      let number = try db.insert(report)
      try db.insert(ReportLifecycle.creation(of: report), of: number)
      if let idempotency { try db.insert(idempotency, of: report, number) }
      return .created(report)
    }
  }

  package func outcome(
    of key: IdempotencyKey, in domainID: String, at now: Instant
  ) async throws -> CreateOutcome? {
    try await read { try $0.outcome(of: key, in: domainID, at: now) }
  }

  package func report(_ reportID: String, in domainID: String) async throws -> Report? {
    // A report's artifacts come with the commit that finished it, and stay.
    try await readLoosely { db in
      try db.report(
        "WHERE r.report_id = ? AND r.domain_id = ?", [.text(reportID), .text(domainID)])?.report
    }
  }

  package func timeline(of reportID: String) async throws -> [ReportEvent] {
    try await read { db in
      try db.all(
        """
        SELECT e.at, e.kind, e.state, e.attempt, e.worker, e.message
        FROM report_events e JOIN reports r ON r.number = e.report
        WHERE r.report_id = ? ORDER BY e.position
        """, [.text(reportID)]
      ) { row in
        guard let kind = ReportEvent.Kind(rawValue: row.text(1)) else {
          throw ReportRow.corrupt(reportID, "kind of event", row.text(1))
        }
        return ReportEvent(
          at: Instant(nanosecondsSinceEpoch: row.integer(0)), kind: kind,
          state: try ReportRow.state(row.text(2), of: reportID), attempt: Int(row.integer(3)),
          worker: row.text(4), message: row.text(5))
      }
    }
  }

  package func isArtifactInUse(_ path: String, reportID: String) async throws -> Bool {
    try await read { db in
      try db.first(
        """
        SELECT 1 FROM reports r WHERE r.report_id = ?1 AND (r.state = 'IN_PROGRESS'
          OR EXISTS (SELECT 1 FROM artifacts a WHERE a.report = r.number AND a.path = ?2))
        """, [.text(reportID), .text(path)]
      ) { _ in true } ?? false
    }
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

  fileprivate func outcome(
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
    }
  }

  fileprivate func insert(_ key: IdempotencyKey, of report: Report, _ number: Int64) throws {
    switch key.kind {
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
