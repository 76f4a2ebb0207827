internal import GRDB
package import ReportCore

/// What callers did.
extension SQLiteStore {
  package func record(_ event: AuditEvent) async throws {
    try await write(.of(event.domainID.text)) { [outbox] in try $0.insert(event, outbox) }
  }

  package func events(_ query: AuditQuery) async throws -> AuditPage {
    let (sql, values) = AuditSQL.page(query)
    return try await read(.query, for: query.domainID?.text ?? "") { db in
      // One more than wanted tells whether there are more.
      let rows = try db.all(sql, values, isKept: false, AuditSQL.read)
      let page = rows.prefix(query.limit)
      return AuditPage(
        events: page.map(\.event), next: rows.count > page.count ? page.last?.cursor : nil)
    }
  }

  package func removeEvents(before moment: Instant, countMax: Int) async throws -> Int {
    // Of many domains, and in no hurry.
    try await write(.of("")) { db in
      try db.run(
        """
        DELETE FROM audit WHERE number IN (
          SELECT number FROM audit WHERE at < ? ORDER BY at LIMIT ?)
        """, [.integer(moment.nanosecondsSinceEpoch), .integer(countMax)])
      return db.changesCount
    }
  }
}

extension Database {
  /// Keeps an event, or brings one up to date that is there, and puts what it tells into the outbox.
  ///
  /// - Parameters:
  ///   - outbox: which events are put there; nil: none.
  ///   - templateID: of the report that it is about; nil: as the report says that is there.
  func insert(
    _ event: AuditEvent, _ outbox: OutboxRules?, templateID: String? = nil
  ) throws {
    let revision = try first(
      """
      INSERT INTO audit (
        event_id, at, domain_id, subject, caller_domain_id, roles, authentication, peer, door, method,
        resource_id, code, reason, request_id, trace_id, bytes, is_complete, left_out, is_auditable)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (event_id) DO UPDATE SET
        code = excluded.code, reason = excluded.reason, bytes = excluded.bytes,
        is_complete = excluded.is_complete, left_out = excluded.left_out, revision = revision + 1
      RETURNING revision
      """,
      [
        .text(event.id), .integer(event.at.nanosecondsSinceEpoch), .text(event.domainID.text),
        .text(event.subject.text), .text(event.callerDomainID.text), .text(event.roles),
        .text(event.authentication), .text(event.peer.text), .text(event.door),
        .text(event.method.text), .text(event.resourceID.text), .text(event.code),
        .text(event.reason.text), .text(event.requestID.text), .text(event.traceID),
        .integer(event.bytes), .integer(event.isComplete), .integer(event.leftOut),
        .integer(event.isAuditable),
      ]
    ) { $0.integer(0) }
    guard let outbox, let revision, outbox.wants(event, revision: revision) else { return }
    try enqueue(event, outbox, revision: revision, templateID: templateID)
  }
}

enum AuditSQL {
  private static let columns = """
    number, event_id, at, domain_id, subject, caller_domain_id, roles, authentication, peer, door, \
    method, resource_id, code, reason, request_id, trace_id, bytes, is_complete, left_out, \
    is_auditable
    """

  /// The statement of a page: each condition is there only if it is asked for, so that the indexes serve.
  static func page(_ query: AuditQuery) -> (sql: String, values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func add(_ condition: String, _ value: SQLValue?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    func moment(_ instant: Instant?) -> SQLValue? {
      instant.map { .integer($0.nanosecondsSinceEpoch) }
    }
    add("domain_id = ?", query.domainID.map { .text($0.text) })
    // Names no resource, which the index leaves out, when it is not asked for.
    add("resource_id = ? AND resource_id <> ''", query.resourceID.map { .text($0.text) })
    add("subject = ?", query.subject.map { .text($0.text) })
    add("method = ?", query.method.map { .text($0.text) })
    add("at >= ?", moment(query.since))
    add("at < ?", moment(query.until))
    if let cursor = query.cursor {
      conditions.append("(at, number) < (?, ?)")
      values += [.integer(cursor.nanosecondsSinceEpoch), .integer(cursor.number)]
    }
    let selection = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
    values.append(.integer(query.limit + 1))
    return (
      "SELECT \(columns) FROM audit \(selection) ORDER BY at DESC, number DESC LIMIT ?", values
    )
  }

  static func read(_ row: SQLRow) -> (event: AuditEvent, cursor: AuditCursor) {
    let time = row.integer(2)
    var event = AuditEvent(
      id: row.text(1), at: Instant(nanosecondsSinceEpoch: time), method: row.text(10))
    event.domainID = row.text(3).exact
    event.subject = row.text(4).exact
    event.callerDomainID = row.text(5).exact
    event.roles = row.text(6)
    event.authentication = row.text(7)
    event.peer = row.text(8).exact
    event.door = row.text(9)
    event.resourceID = row.text(11).exact
    event.code = row.text(12)
    event.reason = row.text(13).exact
    event.requestID = row.text(14).exact
    event.traceID = row.text(15)
    event.bytes = row.integer(16)
    event.isComplete = row.integer(17) != 0
    event.leftOut = row.integer(18)
    event.isAuditable = row.integer(19) != 0
    return (event, AuditCursor(nanosecondsSinceEpoch: time, number: row.integer(0)))
  }
}
