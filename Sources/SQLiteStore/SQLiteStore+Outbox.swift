internal import GRDB
package import ReportCore

/// Lines of the audit that wait for another system.
extension SQLiteStore {
  package func holdOutbox(
    by owner: String, leaseFor: Duration, takingOver: Bool
  ) async throws -> Bool {
    try await write(.urgent) { [clock] db in
      let now = clock.leaseTime
      let holder = try db.outboxLease()
      let isFree = holder.owner.isEmpty || holder.owner.isExactly(owner) || holder.isOver(at: now)
      guard isFree || takingOver else { return false }
      try db.setOutboxLease(
        Lease(
          owner: owner, fencingToken: 0, expiresAt: now.advanced(by: leaseFor),
          duration: leaseFor))
      return true
    }
  }

  package func releaseOutbox(by owner: String) async throws {
    try await write(.urgent) { db in
      try db.run(
        "UPDATE audit_outbox_state SET owner = '' WHERE owner = ?", [.text(owner)])
    }
  }

  static let waitingMessages =
    "SELECT number, event_id, key, body FROM audit_outbox WHERE number > ? ORDER BY number LIMIT ?"

  package func waitingMessages(
    after number: Int64, countMax: Int
  ) async throws -> [OutboxMessage] {
    try await readLoosely(.lookup, for: "") { db in
      try db.all(Self.waitingMessages, [.integer(number), .integer(countMax)]) { row in
        OutboxMessage(
          number: row.integer(0),
          message: AuditMessage(
            eventID: row.text(1), key: row.text(2).exact, body: row.text(3)))
      }
    }
  }

  package func removeMessages(_ numbers: [Int64]) async throws {
    // Only repetitions depend on it, so it goes behind what callers and runs wait for.
    var rest = numbers[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.removedAtOnceMax)
      rest = rest.dropFirst(some.count)
      try await write(.of("")) { db in
        for number in some {
          try db.run("DELETE FROM audit_outbox WHERE number = ?", [.integer(number)])
        }
      }
    }
  }

  private static let removedAtOnceMax = 200

  static let outboxStatus = """
    SELECT waiting, dropped, (SELECT at FROM audit_outbox ORDER BY number LIMIT 1)
    FROM audit_outbox_state
    """

  package func outboxStatus() async throws -> OutboxStatus {
    let status = try await readLoosely(.lookup, for: "") { db in
      try db.first(Self.outboxStatus) { row in
        OutboxStatus(
          waiting: row.integer(0),
          oldestAt: row.optionalInteger(2).map { Instant(nanosecondsSinceEpoch: $0) },
          dropped: row.integer(1))
      }
    }
    guard let status else { throw StoreError.noOutboxState }
    return status
  }
}

extension StoreError {
  fileprivate static let noOutboxState = StoreError(
    .corrupt, "The state of the audit's outbox is not there.")
}

extension Database {
  /// Puts what an event tells into the outbox, if there is room.
  ///
  /// - Parameter templateID: as `insert` has it.
  func enqueue(
    _ event: AuditEvent, _ rules: OutboxRules, revision: Int64, templateID: String?
  ) throws {
    let state = try first("SELECT waiting, dropped, untold FROM audit_outbox_state") {
      (waiting: $0.integer(0), dropped: $0.integer(1), untold: $0.integer(2))
    }
    guard let state else { throw StoreError.noOutboxState }
    // What tells of a gap needs room too.
    let wanted: Int64 = state.untold > 0 ? 2 : 1
    guard state.waiting + wanted <= rules.messagesMax else {
      return try run(
        "UPDATE audit_outbox_state SET dropped = dropped + 1, untold = untold + 1")
    }
    if state.untold > 0 {
      try put(
        AuditMessage(gapOf: state.untold, total: state.dropped, before: event), at: event.at)
      try run("UPDATE audit_outbox_state SET untold = 0")
    }
    let template = try templateID ?? self.templateID(of: event)
    try put(AuditMessage(event, revision: revision, templateID: template), at: event.at)
  }

  /// Of the report that an event is about, if its domain has it.
  private func templateID(of event: AuditEvent) throws -> String {
    guard !event.resourceID.text.isEmpty else { return "" }
    return try first(
      "SELECT template_id FROM reports WHERE report_id = ? AND domain_id = ?",
      [.text(event.resourceID.text), .text(event.domainID.text)]
    ) { $0.text(0) } ?? ""
  }

  private func put(_ message: AuditMessage, at moment: Instant) throws {
    try run(
      "INSERT INTO audit_outbox (at, key, event_id, body) VALUES (?, ?, ?, ?)",
      [
        .integer(moment.nanosecondsSinceEpoch), .text(message.key.text), .text(message.eventID),
        .text(message.body),
      ])
  }

  /// Who hands on what waits; without an owner if nobody does.
  fileprivate func outboxLease() throws -> Lease {
    let lease = try first(
      "SELECT owner, lease_expires_at, lease_boot, lease_nanoseconds FROM audit_outbox_state"
    ) { row in
      Lease(
        owner: row.text(0), fencingToken: 0,
        expiresAt: LeaseTime(
          bootID: row.text(2), instant: MonotonicInstant(nanoseconds: row.integer(1))),
        duration: .nanoseconds(row.integer(3)))
    }
    guard let lease else { throw StoreError.noOutboxState }
    return lease
  }

  fileprivate func setOutboxLease(_ lease: Lease) throws {
    try run(
      """
      UPDATE audit_outbox_state
      SET owner = ?, lease_expires_at = ?, lease_boot = ?, lease_nanoseconds = ?
      """,
      [
        .text(lease.owner), .integer(lease.expiresAt.instant.nanoseconds),
        .text(lease.expiresAt.bootID), .integer(lease.duration.wholeNanoseconds),
      ])
  }
}
