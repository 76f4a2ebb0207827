internal import GRDB
private import Synchronization

/// The list statements that stay prepared, on each connection those used last. Preparing one costs
/// more than reading a page with it, and most lists have one of a few shapes; but callers choose the
/// shapes, so there is a bound. GRDB's own cache has none, and lets go of nothing.
final class KeptStatements: Sendable {
  /// Of one connection.
  static let countMax = 100
  /// UTF-8 bytes of a statement.
  static let bytesMax = 4000

  /// Used, and let go of, while its connection does nothing else.
  private struct Kept: @unchecked Sendable {
    let statement: Statement
    var lastUse = 0
  }

  private struct State {
    /// By the address of the connection.
    var connections: [Int: [String: Kept]] = [:]
    var uses = 0
  }

  private let state = Mutex(State())

  /// A statement on a connection, for as long as the connection is the caller's.
  func statement(_ sql: String, on db: Database) throws -> Statement {
    guard sql.utf8.count <= Self.bytesMax else { return try db.makeStatement(sql: sql) }
    let connection = Int(bitPattern: db.sqliteConnection)
    let known = state.withLock { state in
      state.uses += 1
      state.connections[connection]?[sql]?.lastUse = state.uses
      return state.connections[connection]?[sql]
    }
    if let known { return known.statement }
    let made = Kept(statement: try db.makeStatement(sql: sql))
    // What was used longest ago is finalized here, with nobody waiting for the lock.
    let evicted = state.withLock { state in
      var statements = state.connections[connection] ?? [:]
      var evicted: Kept?
      if statements.count >= Self.countMax,
        let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
      {
        evicted = statements.removeValue(forKey: oldest)
      }
      statements[sql] = made
      statements[sql]?.lastUse = state.uses
      state.connections[connection] = statements
      return evicted
    }
    return withExtendedLifetime(evicted) { made.statement }
  }

  /// Lets go of all: they would keep their connections from closing. Nobody may use one any more.
  func removeAll() {
    let all = state.withLock { state in
      defer { state.connections = [:] }
      return state.connections
    }
    withExtendedLifetime(all) {}
  }
}
