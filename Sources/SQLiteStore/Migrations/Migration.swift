internal import GRDB

/// One step of the schema. A step that was released is never edited: a change is a new step.
struct Migration {
  /// From 1, without gaps. The database keeps the number of the last one it took.
  let number: Int
  let sql: String

  static let all = [first, textsReplaced, recentCalls, leaseClock, keeping]
  static var newest: Int { all.last?.number ?? 0 }

  /// Marks a database as Reportwire's (PRAGMA application_id): "RPTW".
  static let applicationID: Int64 = 0x5250_5457

  /// Takes the steps that a database lacks, all or none.
  static func run(_ db: Database) throws {
    try db.inTransaction(.immediate) {
      // Asked inside the transaction: another process may be opening the same file.
      let version = try db.first("PRAGMA user_version") { Int($0.integer(0)) } ?? 0
      guard version < newest else { return .commit }
      for migration in all where migration.number > version {
        try db.execute(sql: migration.sql)
      }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
  }
}
