internal import GRDB
package import ReportCore

extension SQLiteStore {
  package func reports(_ query: ListQuery) async throws -> ListPage<Report> {
    let list = try ListSQL(query, of: .report)
    let shortcut = DomainCount(query.predicate)
    return try await read { db in
      if query.isCountOnly {
        let total = try shortcut?.count(db) ?? db.count(list)
        return ListPage(entities: [], totalCount: total)
      }
      let (sql, values) = try list.page(ReportRow.columns)
      let found = try db.all(sql, values, isKept: false, ReportRow.read)
      var reports: [Report] = []
      reports.reserveCapacity(found.count)
      for (number, report) in found {
        var report = report
        report.artifacts = try db.artifacts(of: report, number)
        reports.append(report)
      }
      let total =
        try list.total(ifPageHas: reports.count) ?? shortcut?.count(db) ?? db.count(list)
      return ListPage(entities: reports, totalCount: total)
    }
  }

  package func storages(_ query: ListQuery) async throws -> ListPage<Storage> {
    let list = try ListSQL(query, of: .storage)
    return try await read { db in
      if query.isCountOnly {
        return ListPage(entities: [], totalCount: try db.count(list))
      }
      let (sql, values) = try list.page(StorageRow.columns)
      let storages = try db.all(sql, values, isKept: false, StorageRow.read)
      let total = try list.total(ifPageHas: storages.count) ?? db.count(list)
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
  fileprivate func count(_ list: ListSQL) throws -> Int {
    let (sql, values) = list.count
    return try all(sql, values, isKept: false) { Int($0.integer(0)) }.first ?? 0
  }
}
