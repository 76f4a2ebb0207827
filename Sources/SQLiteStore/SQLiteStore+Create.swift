internal import GRDB
package import ReportCore

extension SQLiteStore: ReportStore {
  package func create(
    _ report: Report, idempotency: IdempotencyKey?
  ) async throws -> CreateOutcome {
    try await write { db in
      if let idempotency {
        let earlier = try db.first(
          "SELECT report, digest FROM idempotency_keys WHERE domain_id = ? AND key = ?",
          [.text(report.domainID), .text(idempotency.key)]
        ) { (number: $0.integer(0), digest: $0.text(1)) }
        if let earlier {
          guard earlier.digest == idempotency.digest else { return .conflict }
          guard let found = try db.report("WHERE r.number = ?", [.integer(earlier.number)]) else {
            throw StoreError(.corrupt, "The report of an idempotency key is not there.")
          }
          return .existing(found.report)
        }
      }
      let isTaken = try db.first(
        "SELECT 1 FROM reports WHERE report_id = ?", [.text(report.reportID)]
      ) { _ in true }
      guard isTaken == nil else {
        throw StoreError(.corrupt, "The id \(report.reportID) is taken.")
      }
      let number = try db.insert(report)
      try db.insert(ReportLifecycle.creation(of: report), of: number)
      if let idempotency {
        try db.run(
          "INSERT INTO idempotency_keys (domain_id, key, digest, report) VALUES (?, ?, ?, ?)",
          [
            .text(report.domainID), .text(idempotency.key), .text(idempotency.digest),
            .integer(number),
          ])
      }
      return .created(report)
    }
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
