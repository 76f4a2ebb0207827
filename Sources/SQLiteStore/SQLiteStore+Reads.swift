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

  package func manifest(of key: ReportKey) async throws -> [UInt8]? {
    let (reportID, domainID) = (key.reportID.text, key.domainID.text)
    return try await read(.lookup, for: domainID) { db in
      try db.first(
        """
        SELECT m.content FROM manifests m JOIN reports r ON r.number = m.report
        WHERE r.report_id = ? AND r.domain_id = ?
        """, [.text(reportID), .text(domainID)]
      ) { Array($0.text(0).utf8) }
    }
  }

  package func hasManifest(of key: ReportKey) async throws -> Bool {
    let (reportID, domainID) = (key.reportID.text, key.domainID.text)
    return try await read(.lookup, for: domainID) { db in
      try db.first(
        """
        SELECT 1 FROM manifests m JOIN reports r ON r.number = m.report
        WHERE r.report_id = ? AND r.domain_id = ?
        """, [.text(reportID), .text(domainID)]
      ) { _ in true } ?? false
    }
  }

  /// From the file to the report, whatever the planner thinks: a digest is of few files.
  static let reportsOfFile = """
    SELECT r.number FROM artifacts a CROSS JOIN reports r ON r.number = a.report
    WHERE a.sha256 = ? AND r.domain_id = ?
    GROUP BY r.number ORDER BY r.created_at DESC, r.number DESC LIMIT ?
    """

  package func reports(
    withFileOf sha256: String, in domainID: String, countMax: Int
  ) async throws -> [Report] {
    try await read(.query, for: domainID) { db in
      let numbers = try db.all(
        Self.reportsOfFile, [.text(sha256), .text(domainID), .integer(countMax)]
      ) { $0.integer(0) }
      return try numbers.compactMap { number in
        try db.report("WHERE r.number = ?", [.integer(number)])?.report
      }
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

  /// The last finished reports of a domain (?1) and template (?2), and whether each has these options
  /// (?3); so many of them (?4).
  static let recentRuns = """
    SELECT progress_rows, template_options = ?3 FROM reports
    WHERE state = 'FINISHED' AND domain_id = ?1 AND template_id = ?2
    ORDER BY ended_at DESC, number DESC LIMIT ?4
    """

  package func recentRuns(like report: Report, countMax: Int) async throws -> [RecentRun] {
    let values: [SQLValue] = [
      .text(report.domainID), .text(report.templateID), .text(try ReportRow.options(report)),
      .integer(countMax),
    ]
    return try await readLoosely(.lookup, for: report.domainID) { db in
      try db.all(Self.recentRuns, values) { row in
        RecentRun(rows: row.integer(0), hasSameOptions: row.integer(1) != 0)
      }
    }
  }

  /// So many domains with waiting reports (?1), those served longest ago first, and when the oldest of
  /// each was created.
  static let waitingDomains = """
    SELECT t.domain_id, t.created, (
      SELECT min(r.created_at) FROM reports r
      WHERE r.state = 'CREATED' AND r.domain_id = t.domain_id)
    FROM domain_turns t WHERE t.created > 0
    ORDER BY t.in_progress, t.last_turn, t.number LIMIT ?1
    """
  /// Domains that are looked at to find out what waits.
  private static let waitingDomainsMax = 1000

  package func waiting(domainsMax: Int) async throws -> WaitingReports {
    try await read(.lookup, for: "") { db in
      let values: [SQLValue] = [.integer(max(domainsMax, Self.waitingDomainsMax))]
      let looked = try db.all(Self.waitingDomains, values) { row in
        WaitingReports.Domain(
          domainID: row.text(0), reports: Int(row.integer(1)),
          oldest: Instant(nanosecondsSinceEpoch: row.integer(2)))
      }
      let all = try db.first("SELECT sum(created) FROM domain_turns WHERE created > 0") {
        Int($0.integer(0))
      }
      return WaitingReports(looked, of: all ?? 0, domainsMax: domainsMax)
    }
  }

  package func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    try await read(.lookup, for: domainID) { db in try db.storage(storageID, in: domainID) }
  }

  // MARK: Lists

  package func visitReports(
    _ query: ListQuery, _ visitor: some ListVisitor<ReportView>
  ) async throws -> ListSize {
    let list = try ListSQL(query, of: .report)
    let shortcut = DomainCount(query.predicate)
    let row = "SELECT \(ReportRow.columns(query.reads)) FROM reports r WHERE r.number = ?"
    return try await read(.query, for: query.domainID ?? "") { [kept, watches] db in
      let statement = try kept.statement(row, on: db)
      // They can be many, and large.
      let storagesKeptMax = 16
      var storages: [ExactText: Storage] = [:]
      return try db.visit(
        list, kept, watches.watch(of: db),
        total: { try shortcut?.count(db) ?? db.count(list, kept) },
        key: { SQLValue.integer($0.integer(0)) }, visitor
      ) { key in
        guard let found = try db.first(statement, [key], ReportRow.read) else { return nil }
        var report = found.report
        if report.state == .finished, query.reads("storage_path") {
          report.artifacts = try db.artifacts(of: found.number)
        }
        guard query.reads("storage_info") else { return ReportView(report: report, storage: nil) }
        let storageID = report.storageID.exact
        if storages[storageID] == nil {
          if storages.count == storagesKeptMax { storages = [:] }
          storages[storageID] = try db.storage(report.storageID, in: report.domainID)
        }
        return ReportView(report: report, storage: storages[storageID])
      }
    }
  }

  package func visitStorages(
    _ query: ListQuery, _ visitor: some ListVisitor<Storage>
  ) async throws -> ListSize {
    let list = try ListSQL(query, of: .storage)
    let row = "SELECT \(StorageRow.columns(query.reads)) FROM storages s WHERE s.storage_id = ?"
    return try await read(.query, for: query.domainID ?? "") { [kept, watches] db in
      let statement = try kept.statement(row, on: db)
      return try db.visit(
        list, kept, watches.watch(of: db), total: { try db.count(list, kept) },
        key: { SQLValue.text($0.text(0)) }, visitor
      ) { id in try db.first(statement, [id], StorageRow.read) }
    }
  }
}

// MARK: - Domains

extension SQLiteStore {
  package func domainState(_ domainID: String) async throws -> DomainState {
    let state = limits.domainState
    return try await readLoosely(.lookup, for: domainID) { db in
      try db.state(ofDomain: domainID, else: state)
    }
  }

  package func setDomainState(_ state: DomainState, of domainID: String) async throws {
    try await write(.of(domainID)) { db in
      try db.run(
        """
        INSERT INTO domain_states (domain_id, state) VALUES (?, ?)
        ON CONFLICT (domain_id) DO UPDATE SET state = excluded.state
        """, [.text(domainID), .text(state.rawValue)])
    }
  }

  package func visitDomains(
    _ query: ListQuery, among scope: DomainScope, _ visitor: some ListVisitor<Domain>
  ) async throws -> ListSize {
    let state = limits.domainState
    let list = try ListSQL(query, of: .domain(scope, else: state))
    // One that lists many does it for the server, not for one of them.
    let asker = if case .only(let domainID) = scope { domainID } else { "" }
    return try await read(.query, for: asker) { [kept, watches] db in
      try db.visit(
        list, kept, watches.watch(of: db), total: { try db.count(list, kept) }, key: { $0.text(0) },
        visitor
      ) { id in Domain(domainID: id, state: try db.state(ofDomain: id, else: state)) }
    }
  }
}

extension Database {
  /// - Parameter state: of a domain of which nobody has said it.
  func state(ofDomain domainID: String, else state: DomainState) throws -> DomainState {
    let said = try first(
      "SELECT state FROM domain_states WHERE domain_id = ?", [.text(domainID)]
    ) { $0.text(0) }
    guard let said else { return state }
    guard let state = DomainState(rawValue: said) else {
      throw StoreError(.corrupt, "The domain \(domainID) has the state \(said), which is none.")
    }
    return state
  }

  /// Shows a list's page: first the keys are read in their order, then entity by entity. Sorted with all
  /// that they hold, a few thousand rows may need gigabytes.
  ///
  /// - Parameters:
  ///   - watch: says when that has to end.
  ///   - total: counts all, if the page does not tell.
  ///   - read: one entity.
  fileprivate func visit<Key, Visitor: ListVisitor>(
    _ list: ListSQL, _ kept: KeptStatements, _ watch: QueryWatch, total: () throws -> Int,
    key: (SQLRow) -> Key, _ visitor: Visitor, _ read: (Key) throws -> Visitor.Entity?
  ) throws -> ListSize {
    var keys: [Key] = []
    var totalCount: Int?
    if !list.query.isCountOnly {
      let (sql, values) = try list.page
      keys = try all(sql, values, of: kept, key)
      totalCount = list.total(ifPageHas: keys.count)
    }
    let size = ListSize(pageCount: keys.count, totalCount: try totalCount ?? total())
    guard visitor.begin(size) else { return size }
    for key in keys {
      // To read an entity takes few steps of SQLite's, and to show a large one much time.
      if let end = watch.budget.look() { throw end }
      guard let entity = try read(key) else { continue }
      guard visitor.visit(entity) else { break }
    }
    return size
  }

  fileprivate func count(_ list: ListSQL, _ kept: KeptStatements) throws -> Int {
    let (sql, values) = list.count
    return try first(kept.statement(sql, on: self), values) { Int($0.integer(0)) } ?? 0
  }

  fileprivate func storage(_ storageID: String, in domainID: String) throws -> Storage? {
    try first(
      """
      SELECT \(StorageRow.columns) FROM storages s
      WHERE s.storage_id = ? AND s.domain_id IN ('', ?)
      """, [.text(storageID), .text(domainID)], StorageRow.read)
  }
}
