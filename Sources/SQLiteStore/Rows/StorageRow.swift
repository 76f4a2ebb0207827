internal import GRDB
internal import ReportCore

/// How a storage lies in the table.
enum StorageRow {
  static let columns = columns { _ in true }

  /// The same with something empty in place of what nobody asked for.
  static func columns(_ reads: (ExactText) -> Bool) -> String {
    func column(_ name: ExactText, else empty: String = "''") -> String {
      reads(name) ? "s.\(name)" : empty
    }
    return """
      s.storage_id, s.domain_id, \(column("name")), \(column("secret_id")), s.storage_type_id, \
      \(column("options", else: "'{}'")), s.created_at
      """
  }

  static func read(_ row: SQLRow) throws -> Storage {
    Storage(
      storageID: row.text(0), domainID: row.text(1), name: row.text(2), secretID: row.text(3),
      storageTypeID: row.text(4), options: try row.withUTF8(5, OptionReader.object),
      createdAt: Instant(nanosecondsSinceEpoch: row.integer(6)))
  }
}

extension Database {
  /// Puts in what every server has: the kinds of storage, as this version knows them, and the
  /// local storage.
  func seedStorages() throws {
    try inTransaction(.immediate) {
      for type in StorageType.all {
        try run(
          """
          INSERT INTO storage_types (storage_type_id, name, storage_type, provider)
          VALUES (?, ?, ?, ?) ON CONFLICT (storage_type_id) DO UPDATE SET name = excluded.name,
            storage_type = excluded.storage_type, provider = excluded.provider
          """,
          [
            .text(type.storageTypeID), .text(type.name), .text(type.storageType),
            .text(type.provider),
          ])
      }
      let local = Storage.local
      try run(
        """
        INSERT OR IGNORE INTO storages (
          storage_id, domain_id, name, secret_id, storage_type_id, options, created_at)
        VALUES (?, ?, ?, ?, ?, '{}', ?)
        """,
        [
          .text(local.storageID), .text(local.domainID), .text(local.name),
          .text(local.secretID), .text(local.storageTypeID),
          .integer(local.createdAt.nanosecondsSinceEpoch),
        ])
      return .commit
    }
  }
}
