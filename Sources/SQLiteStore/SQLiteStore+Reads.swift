internal import GRDB
package import ReportCore

extension SQLiteStore {
  package func report(_ reportID: String, in domainID: String) async throws -> Report? {
    // A report's artifacts come with the commit that finished it, and stay.
    try await readLoosely(.lookup, for: domainID) { db in
      try db.report(
        "WHERE r.report_id = ? AND r.domain_id = ?", [.text(reportID), .text(domainID)])?.report
    }
  }

  package func timeline(of key: ReportKey) async throws -> [ReportEvent] {
    let (reportID, domainID) = (key.reportID.text, key.domainID.text)
    return try await read(.lookup, for: domainID) { db in
      try db.all(
        """
        SELECT e.at, e.kind, e.state, e.attempt, e.worker, e.message
        FROM report_events e JOIN reports r ON r.number = e.report
        WHERE r.report_id = ? AND r.domain_id = ? ORDER BY e.position
        """, [.text(reportID), .text(domainID)]
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

  package func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    try await read(.lookup, for: domainID) { db in
      try db.first(
        """
        SELECT \(StorageRow.columns) FROM storages s
        WHERE s.storage_id = ? AND s.domain_id IN ('', ?)
        """, [.text(storageID), .text(domainID)], StorageRow.read)
    }
  }

  // MARK: Lists

  package func reports(_ query: ListQuery) async throws -> ListPage<Report> {
    let list = try ListSQL(query, of: .report)
    let shortcut = DomainCount(query.predicate)
    let row = "SELECT \(ReportRow.columns(query.reads)) FROM reports r WHERE r.number = ?"
    return try await read(.query, for: query.domainID ?? "") { [kept] db in
      let statement = try kept.statement(row, on: db)
      return try db.page(
        of: list, kept, total: { try shortcut?.count(db) ?? db.count(list, kept) },
        key: { SQLValue.integer($0.integer(0)) }
      ) { key in
        let found = try db.first(statement, [key]) { row in
          (kept: try ReportRow.read(row), bytes: row.textBytes(ReportRow.textColumns))
        }
        guard let found else { return nil }
        var (report, bytes) = (found.kept.report, found.bytes)
        if report.state == .finished, query.reads("storage_path") {
          report.artifacts = try db.artifacts(of: found.kept.number)
          bytes = report.artifacts.reduce(bytes) { $0 + $1.path.utf8.count }
        }
        return (report, bytes)
      }
    }
  }

  package func storages(_ query: ListQuery) async throws -> ListPage<Storage> {
    let list = try ListSQL(query, of: .storage)
    let row = "SELECT \(StorageRow.columns(query.reads)) FROM storages s WHERE s.storage_id = ?"
    return try await read(.query, for: query.domainID ?? "") { [kept] db in
      let statement = try kept.statement(row, on: db)
      return try db.page(
        of: list, kept, total: { try db.count(list, kept) }, key: { SQLValue.text($0.text(0)) }
      ) { id in
        try db.first(statement, [id]) {
          (try StorageRow.read($0), $0.textBytes(StorageRow.textColumns))
        }
      }
    }
  }
}

extension Database {
  /// A list's page: first the keys in their order, then entity by entity until there are bytes enough.
  /// Sorted with all that they hold, a few thousand rows may need gigabytes.
  ///
  /// - Parameters:
  ///   - total: counts all, if the page does not tell.
  ///   - read: one entity, and the bytes of its texts.
  fileprivate func page<Entity: Hashable & Sendable>(
    of list: ListSQL, _ kept: KeptStatements, total: () throws -> Int,
    key: (SQLRow) -> SQLValue, _ read: (SQLValue) throws -> (Entity, Int)?
  ) throws -> ListPage<Entity> {
    guard !list.query.isCountOnly else { return ListPage(entities: [], totalCount: try total()) }
    let (sql, values) = try list.page
    let keys = try all(sql, values, of: kept, key)
    var entities: [Entity] = []
    entities.reserveCapacity(keys.count)
    var bytesLeft = list.query.bytesMax ?? .max
    var isCut = false
    for key in keys {
      guard let (entity, bytes) = try read(key) else { continue }
      if bytes > bytesLeft, !entities.isEmpty {
        isCut = true
        break
      }
      bytesLeft -= min(bytes, bytesLeft)
      entities.append(entity)
    }
    return ListPage(
      entities: entities, totalCount: try list.total(ifPageHas: keys.count) ?? total(),
      isCut: isCut)
  }

  fileprivate func count(_ list: ListSQL, _ kept: KeptStatements) throws -> Int {
    let (sql, values) = list.count
    return try first(kept.statement(sql, on: self), values) { Int($0.integer(0)) } ?? 0
  }
}
