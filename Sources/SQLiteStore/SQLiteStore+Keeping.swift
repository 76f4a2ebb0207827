internal import GRDB
package import ReportCore

/// What is kept, and for how long.
extension SQLiteStore {
  package func setPinned(
    _ isPinned: Bool, _ reportID: String, in domainID: String, at now: Instant,
    audit: AuditEvent?
  ) async throws -> Report? {
    try await write(.of(domainID)) { [outbox] db in
      let found = try db.report(
        "WHERE r.report_id = ? AND r.domain_id = ?", [.text(reportID), .text(domainID)])
      guard let found else { return nil }
      if let audit { try db.insert(audit, outbox, templateID: found.report.templateID) }
      let decision = ReportLifecycle.pin(found.report, isPinned, at: now)
      guard case .change(let changed, let line) = decision else { return found.report }
      try db.run(
        "UPDATE reports SET is_pinned = ? WHERE number = ?",
        [.integer(isPinned), .integer(found.number)])
      if let line { try db.insert(line, of: found.number) }
      return changed
    }
  }

  package func delete(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent?
  ) async throws -> [DeleteOutcome] {
    guard !keys.isEmpty else { return [] }
    // Those of retention are of many domains, and in no hurry.
    let turn = sparingPinned ? "" : keys[0].domainID.text
    return try await write(.of(turn)) { [outbox] db in
      let outcomes = try keys.map { key -> DeleteOutcome in
        let found = try db.report(
          "WHERE r.report_id = ? AND r.domain_id = ?",
          [.text(key.reportID.text), .text(key.domainID.text)])
        guard let found else { return .notFound }
        guard found.report.state != .inProgress else { return .running }
        guard !sparingPinned || !found.report.isPinned else { return .pinned }
        // Its timeline, artifacts and idempotency keys go with it.
        try db.run("DELETE FROM reports WHERE number = ?", [.integer(found.number)])
        return .deleted(found.report)
      }
      let removed = outcomes.lazy.compactMap(\.removed).first
      if let audit, let removed {
        try db.insert(audit, outbox, templateID: removed.templateID)
      }
      return outcomes
    }
  }

  /// Reports that ended before the moment of their template (?1: a JSON object), else of their domain
  /// (?2), else of all (?3), and before the latest of those moments (?4).
  static let outlived = """
    SELECT r.report_id, r.domain_id FROM reports r
    WHERE r.ended_at IS NOT NULL AND r.is_pinned = 0 AND r.ended_at < ?4
    AND r.ended_at < coalesce(
      (SELECT t.value FROM json_each(?1) t WHERE t.key = r.template_id),
      (SELECT d.value FROM json_each(?2) d WHERE d.key = r.domain_id), ?3)
    ORDER BY r.ended_at LIMIT ?5
    """

  package func expired(
    by retention: Retention, at now: Instant, countMax: Int
  ) async throws -> [ReportKey] {
    func end(_ days: Int) -> Int64 { Retention.end(ofDays: days, at: now).nanosecondsSinceEpoch }
    func ends(_ days: [ExactText: Int]) -> SQLValue {
      let members = days.map { "\(CanonicalJSON.string($0.key.text)):\(end($0.value))" }
      return .text("{\(members.joined(separator: ","))}")
    }
    let all = Array(retention.templateDays.values) + Array(retention.domainDays.values)
    guard let fewest = (all + (retention.days.map { [$0] } ?? [])).min() else { return [] }
    let values: [SQLValue] = [
      ends(retention.templateDays), ends(retention.domainDays),
      .integer(retention.days.map(end)), .integer(end(fewest)), .integer(countMax),
    ]
    return try await read(.query, for: "") { db in
      try db.all(Self.outlived, values) { ReportKey(reportID: $0.text(0), domainID: $0.text(1)) }
    }
  }

  package func artifactsInUse(
    _ artifacts: [ArtifactReference]
  ) async throws -> Set<ArtifactReference> {
    try await read(.lookup, for: "") { db in
      var used: Set<ArtifactReference> = []
      for artifact in artifacts {
        let isUsed = try db.first(
          """
          SELECT 1 FROM reports r WHERE r.report_id = ?1 AND (r.state = 'IN_PROGRESS'
            OR EXISTS (SELECT 1 FROM artifacts a WHERE a.report = r.number AND a.path = ?2))
          """, [.text(artifact.reportID), .text(artifact.path)]
        ) { _ in true }
        if isUsed == true { used.insert(artifact) }
      }
      return used
    }
  }
}
