internal import GRDB
package import ReportCore

/// Each change reads the row, lets `ReportLifecycle` decide and writes what it says, in one
/// immediate transaction: nobody comes in between.
extension SQLiteStore {
  /// Of the domains with less than so many running reports the one whose turn it is, and its oldest
  /// report that waits.
  static let nextInTurn = """
    WHERE r.state = 'CREATED' AND r.domain_id = (
      SELECT domain_id FROM domain_turns WHERE created > 0 AND in_progress < ?
      ORDER BY in_progress, last_turn, number LIMIT 1)
    ORDER BY r.created_at, r.number LIMIT 1
    """

  /// When a lease ends, as `Lease.isOver` has it: by now (?1) if it is of another boot (?2) or too
  /// late to be true.
  private static let end = """
    CASE WHEN lease_boot IS NOT ?2 OR lease_expires_at - lease_nanoseconds > ?1 THEN ?1 \
    ELSE lease_expires_at END
    """

  /// So many (?3) running reports whose lease is over.
  static let expired = """
    SELECT number FROM reports WHERE lease_expires_at IS NOT NULL AND \(end) <= ?1
    ORDER BY lease_expires_at LIMIT ?3
    """

  /// So many (?2) running reports of all workers but one (?1).
  static let ofOthers = """
    SELECT number FROM reports WHERE lease_expires_at IS NOT NULL AND lease_owner IS NOT ?1
    ORDER BY lease_expires_at LIMIT ?2
    """

  static let earliestEnd =
    "SELECT min(\(end)) FROM reports WHERE lease_expires_at IS NOT NULL"

  package func claimNext(
    worker: String, at now: Instant, leaseFor: Duration, runningPerDomainMax: Int
  ) async throws -> Report? {
    try await write(.urgent) { [clock] db in
      let found = try db.report(Self.nextInTurn, [.integer(runningPerDomainMax)])
      guard let found else { return nil }
      let event = ReportLifecycle.Event.claim(
        worker: worker, leaseFor: leaseFor, from: clock.leaseTime)
      guard let claimed = try db.apply(event, to: found.report, found.number, at: now).changed
      else { return nil }
      try db.run(
        """
        UPDATE domain_turns SET last_turn = (SELECT max(last_turn) FROM domain_turns) + 1
        WHERE domain_id = ?
        """, [.text(claimed.domainID)])
      return claimed
    }
  }

  package func heartbeat(
    _ reportID: String, fencingToken: Int64, progress: Progress, at now: Instant,
    leaseFor: Duration
  ) async throws -> HeartbeatOutcome {
    try await write(.urgent) { [clock] db in
      let event = ReportLifecycle.Event.heartbeat(
        fencingToken: fencingToken, progress: progress, leaseFor: leaseFor, from: clock.leaseTime)
      return switch try db.apply(event, to: reportID, at: now) {
      case .changed(let report): report.isCancelRequested ? .cancelRequested : .held
      case .unchanged(let report): report.isCancelRequested ? .cancelRequested : .held
      case .lost: .lost
      }
    }
  }

  package func finish(
    _ reportID: String, fencingToken: Int64, with ending: ReportEnding, at now: Instant,
    manifest: [UInt8]?
  ) async throws -> FinishOutcome {
    try await write(.urgent) { db in
      let event = ReportLifecycle.Event.finish(fencingToken: fencingToken, ending)
      guard let found = try db.report("WHERE r.report_id = ?", [.text(reportID)]) else {
        return .lost
      }
      switch try db.apply(event, to: found.report, found.number, at: now) {
      case .changed(let report):
        if let manifest { try db.insert(manifest: manifest, of: found.number) }
        return .finished(report)
      case .unchanged(let report): return .finished(report)
      case .lost: return .lost
      }
    }
  }

  package func requestCancel(
    _ reportID: String, in domainID: String, at now: Instant, audit: AuditEvent?
  ) async throws -> Report? {
    try await write(.of(domainID)) { [outbox] db in
      let found = try db.report(
        "WHERE r.report_id = ? AND r.domain_id = ?", [.text(reportID), .text(domainID)])
      guard let found else { return nil }
      if let audit { try db.insert(audit, outbox, templateID: found.report.templateID) }
      switch try db.apply(.requestCancel, to: found.report, found.number, at: now) {
      case .changed(let report), .unchanged(let report): return report
      case .lost: return found.report
      }
    }
  }

  package func handBack(_ reportID: String, fencingToken: Int64, at now: Instant) async throws {
    try await write(.urgent) { db in
      _ = try db.apply(.handBack(fencingToken: fencingToken), to: reportID, at: now)
    }
  }

  package func rescue(
    _ lost: LostWorkers, at now: Instant, attemptsMax: Int, countMax: Int
  ) async throws -> [Report] {
    try await write(.urgent) { [clock] db in
      let time = clock.leaseTime
      let (sql, values, event, live) = Self.selection(lost, time, attemptsMax, countMax)
      var rescued: [Report] = []
      for number in try db.all(sql, values, { $0.integer(0) }) where rescued.count < countMax {
        guard let found = try db.report("WHERE r.number = ?", [.integer(number)]),
          !live.contains(found.report.reportID)
        else { continue }
        let outcome = try db.apply(event, to: found.report, number, at: now)
        if let report = outcome.changed { rescued.append(report) }
      }
      return rescued
    }
  }

  /// Which rows to look at, what happens to them, and which of them to leave.
  private static func selection(
    _ lost: LostWorkers, _ time: LeaseTime, _ attemptsMax: Int, _ countMax: Int
  ) -> (String, [SQLValue], ReportLifecycle.Event, live: Set<String>) {
    switch lost {
    case .silent(let live):
      let values: [SQLValue] = [
        .integer(time.instant.nanoseconds), .text(time.bootID), .integer(countMax + live.count),
      ]
      return (expired, values, .rescue(attemptsMax: attemptsMax, at: time), live)
    case .everyoneBut(let worker):
      let values: [SQLValue] = [.text(worker), .integer(countMax)]
      return (ofOthers, values, .abandon(attemptsMax: attemptsMax), [])
    }
  }

  package func timeToNextLeaseEnd() async throws -> Duration? {
    try await read(.lookup, for: "") { [clock] db in
      let now = clock.leaseTime
      let values: [SQLValue] = [.integer(now.instant.nanoseconds), .text(now.bootID)]
      let end = try db.first(Self.earliestEnd, values) { $0.optionalInteger(0) } ?? nil
      return end.map { end in
        max(.zero, now.instant.duration(to: MonotonicInstant(nanoseconds: end)))
      }
    }
  }
}

/// What became of an event.
private enum Applied {
  case changed(Report)
  case unchanged(Report)
  case lost

  var changed: Report? {
    if case .changed(let report) = self { report } else { nil }
  }
}

extension Database {
  fileprivate func apply(
    _ event: ReportLifecycle.Event, to reportID: String, at now: Instant
  ) throws -> Applied {
    guard let found = try report("WHERE r.report_id = ?", [.text(reportID)]) else { return .lost }
    return try apply(event, to: found.report, found.number, at: now)
  }

  fileprivate func apply(
    _ event: ReportLifecycle.Event, to report: Report, _ number: Int64, at now: Instant
  ) throws -> Applied {
    switch ReportLifecycle.decide(report, on: event, at: now) {
    case .change(let changed, let line):
      if changed.state == report.state {
        try move(changed, number)
      } else {
        try update(changed, number)
      }
      if let line { try insert(line, of: number) }
      return .changed(changed)
    case .unchanged: return .unchanged(report)
    case .lost: return .lost
    }
  }

  /// Writes what may change while the state stays, which touches fewer indexes.
  private func move(_ report: Report, _ number: Int64) throws {
    try run(
      """
      UPDATE reports SET progress_rows = ?, progress_bytes = ?, progress_texts_replaced = ?,
        lease_expires_at = ?, lease_boot = ?, lease_nanoseconds = ?, is_cancel_requested = ?
      WHERE number = ?
      """,
      [
        .integer(report.progress.rows), .integer(report.progress.bytes),
        .integer(report.progress.textsReplaced),
      ] + ReportRow.leaseEnd(report) + [.integer(report.isCancelRequested), .integer(number)])
  }
}
