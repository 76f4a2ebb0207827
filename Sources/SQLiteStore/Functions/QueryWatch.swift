internal import GRDB
private import GRDBSQLite
internal import ReportCore
private import Synchronization

/// What watches over the queries of one connection: what they may still take, for SQLite's machine and
/// for the functions that it calls. Used while the connection is the caller's.
final class QueryWatch: @unchecked Sendable {
  /// Steps of SQLite's machine between two looks. Most take no time; one that reads the JSON of large
  /// options takes a millisecond.
  private static let machineStepsPerLook: Int32 = 1000

  /// Of the query that runs.
  private(set) var budget = QueryBudget(stepsMax: .max)

  /// Runs a body whose statements fail once the budget is at its end.
  ///
  /// GRDB interrupts the connection of a cancelled task, but `sqlite3_interrupt` stops only what runs
  /// at that moment; this sees it too when the statement starts afterwards.
  ///
  /// - Throws: `QueryBudget.End` whatever it was that the end made fail; what the body throws.
  func run<Result>(
    _ budget: QueryBudget, on db: Database, _ body: () throws -> Result
  ) throws -> Result {
    self.budget = budget
    sqlite3_progress_handler(
      db.sqliteConnection, Self.machineStepsPerLook,
      { context in
        guard let context else { return 0 }
        return Unmanaged<QueryBudget>.fromOpaque(context).takeUnretainedValue().look() != nil
          ? 1 : 0
      }, Unmanaged.passUnretained(budget).toOpaque())
    defer {
      sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil)
      self.budget = QueryBudget(stepsMax: .max)
    }
    do {
      let result = try body()
      // A function that had to stop gave NULL, so the result may not be one.
      if let end = budget.end { throw end }
      return result
    } catch {
      if let end = budget.end { throw end }
      throw error
    }
  }
}

/// The watches of a store's connections, by the address of the connection.
final class QueryWatches: Sendable {
  private let watches = Mutex<[Int: QueryWatch]>([:])

  /// Puts a new connection under a watch. One that had its address before is closed.
  func add(_ db: Database) throws {
    let watch = QueryWatch()
    try QueryFunctions.register(db, watch: watch)
    watches.withLock { $0[Int(bitPattern: db.sqliteConnection)] = watch }
  }

  func watch(of db: Database) -> QueryWatch {
    guard let watch = watches.withLock({ $0[Int(bitPattern: db.sqliteConnection)] }) else {
      preconditionFailure("a connection of the store has no watch")
    }
    return watch
  }
}
