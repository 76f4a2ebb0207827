internal import GRDB
package import ReportCore

extension SQLiteStore {
  package func reports(_ query: ListQuery) async throws -> ListPage<Report> {
    let list = try ListSQL(query, of: .report)
    let shortcut = DomainCount(query.predicate)
    return try await read { [kept] db in
      if query.isCountOnly {
        let total = try shortcut?.count(db) ?? db.count(list, kept)
        return ListPage(entities: [], totalCount: total)
      }
      let (sql, values) = try list.page(ReportRow.columns)
      var finished: [(index: Int, number: Int64)] = []
      var count = 0
      var reports = try db.all(sql, values, of: kept) { row in
        let (number, report) = try ReportRow.read(row)
        if report.state == .finished { finished.append((count, number)) }
        count += 1
        return report
      }
      for (index, number) in finished {
        reports[index].artifacts = try db.artifacts(of: number)
      }
      let total =
        try list.total(ifPageHas: reports.count) ?? shortcut?.count(db) ?? db.count(list, kept)
      return ListPage(entities: reports, totalCount: total)
    }
  }

  package func storages(_ query: ListQuery) async throws -> ListPage<Storage> {
    let list = try ListSQL(query, of: .storage)
    return try await read { [kept] db in
      if query.isCountOnly {
        return ListPage(entities: [], totalCount: try db.count(list, kept))
      }
      let (sql, values) = try list.page(StorageRow.columns)
      let storages = try db.all(sql, values, of: kept, StorageRow.read)
      let total = try list.total(ifPageHas: storages.count) ?? db.count(list, kept)
      return ListPage(entities: storages, totalCount: total)
    }
  }

  package func storage(_ storageID: String, in domainID: String) async throws -> Storage? {
    try await read { db in
      try db.first(
        """
        SELECT \(StorageRow.columns) FROM storages s
        WHERE s.storage_id = ? AND s.domain_id IN ('', ?)
        """, [.text(storageID), .text(domainID)], StorageRow.read)
    }
  }
}

extension Database {
  fileprivate func count(_ list: ListSQL, _ kept: KeptStatements) throws -> Int {
    let (sql, values) = list.count
    return try all(sql, values, of: kept) { Int($0.integer(0)) }.first ?? 0
  }
}
