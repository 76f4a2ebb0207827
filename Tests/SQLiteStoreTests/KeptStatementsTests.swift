import GRDB
import GRDBSQLite
import Testing

@testable import SQLiteStore

/// Callers choose the shapes of lists, and so what is prepared for them.
@Suite struct KeptStatementsTests {
  private let database: DatabaseQueue
  private let kept = KeptStatements()

  init() throws {
    database = try DatabaseQueue()
  }

  @Test func aStatementIsPreparedOnceOnAConnection() throws {
    let other = try DatabaseQueue()
    let first = try handle("SELECT 1")
    #expect(try handle("SELECT 1") == first)
    #expect(try other.read { try kept.statement("SELECT 1", on: $0).sqliteStatement } != first)
    kept.removeAll()
    try other.close()
    try database.close()
  }

  @Test func noMoreArePreparedThanAreKeptAndThoseUsedLastStay() throws {
    let popular = try handle("SELECT 'popular'")
    _ = try handle("SELECT 'rare'")
    for number in 1...KeptStatements.countMax * 3 {
      _ = try handle("SELECT \(number)")
      #expect(try handle("SELECT 'popular'") == popular)
    }
    let prepared = preparedSQL()
    #expect(prepared.count == KeptStatements.countMax)
    #expect(!prepared.contains("SELECT 'rare'"))
    #expect(prepared.contains("SELECT \(KeptStatements.countMax * 3)"))
    kept.removeAll()
    #expect(preparedSQL() == [])
    try database.close()
  }

  @Test(arguments: [(KeptStatements.bytesMax, true), (KeptStatements.bytesMax + 1, false)])
  func aLongStatementIsNotKept(_ bytes: Int, _ isKept: Bool) throws {
    let sql = "SELECT" + String(repeating: " ", count: bytes - 7) + "1"
    #expect(sql.utf8.count == bytes)
    _ = try handle(sql)
    #expect(preparedSQL().isEmpty != isKept)
  }

  private func handle(_ sql: String) throws -> OpaquePointer {
    try database.read { try kept.statement(sql, on: $0).sqliteStatement }
  }

  /// What SQLite itself has prepared on the connection.
  private func preparedSQL() -> [String] {
    database.unsafeRead { db in
      var all: [String] = []
      var next = sqlite3_next_stmt(db.sqliteConnection, nil)
      while let statement = next {
        let sql = String(cString: sqlite3_sql(statement))
        // GRDB keeps those of its own.
        if sql.hasPrefix("SELECT") { all.append(sql) }
        next = sqlite3_next_stmt(db.sqliteConnection, statement)
      }
      return all
    }
  }
}
