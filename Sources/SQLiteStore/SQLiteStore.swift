internal import GRDB
private import GRDBSQLite
package import ReportCore

/// Reports in one SQLite database.
///
/// One connection writes, and puts the writes of concurrent callers into one commit; others read
/// beside it, each from the state of the last commit. A write returns when it is on disk
/// (write-ahead log, `synchronous = FULL`). Several processes may use one file.
package final class SQLiteStore: Sendable {
  /// How long a write waits for another process.
  static let lockWaitSeconds = 5.0
  /// Reads at the same time.
  static let readersMax = 4

  private let database: any DatabaseWriter
  private let writes: GroupCommit
  private let calls = CallGate()
  let kept = KeptStatements()
  /// Measures the leases. Every process of the machine has the same.
  let clock: any EngineClock
  /// Of the file, or a name for people if there is none.
  private let path: String

  /// Opens a database file, and makes it if it is not there.
  ///
  /// - Parameter clock: measures the leases.
  /// - Throws: `StoreError`: `.unavailable` if the path cannot be used, `.corrupt` if the file is
  ///   no SQLite database, `.unsupported` if it is another program's or a newer version's.
  package convenience init(path: String, clock: any EngineClock = SystemClock()) throws {
    do {
      self.init(try Self.patiently { try Self.open(path) }, path: path, clock: clock)
    } catch {
      throw StoreError(error, at: path)
    }
  }

  private static func open(_ path: String) throws -> DatabasePool {
    try DatabaseFile.check(path)
    let pool = try DatabasePool(path: path, configuration: configuration)
    // GRDB sets NORMAL, which may lose the last commits with the power.
    try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // Less often than every 4 MB: each time the pages written at random are synced once more.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
    }
    try prepare(pool)
    return pool
  }

  /// Tries again while others are at the file. SQLite waits for a lock by itself, but not where two
  /// that wait could wait for each other, as when several open a new file and each would have its
  /// journal be a write-ahead log.
  private static func patiently<Result>(_ body: () throws -> Result) throws -> Result {
    let end = ContinuousClock.now.advanced(by: .seconds(lockWaitSeconds))
    while true {
      do {
        return try body()
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end
      {
        sqlite3_sleep(20)
      }
    }
  }

  private static func prepare(_ database: any DatabaseWriter) throws {
    try database.writeWithoutTransaction { db in
      try Migration.run(db)
      try db.seedStorages()
    }
  }

  /// A store in memory, for tests: gone when it is closed.
  package convenience init(clock: any EngineClock = SystemClock()) throws {
    do {
      let database = try DatabaseQueue(configuration: Self.configuration)
      try Self.prepare(database)
      self.init(database, path: "in memory", clock: clock)
    } catch {
      throw StoreError(error, at: "in memory")
    }
  }

  private init(_ database: any DatabaseWriter, path: String, clock: any EngineClock) {
    self.database = database
    self.path = path
    self.clock = clock
    writes = GroupCommit(database)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "reportwire.store"
    configuration.busyMode = .timeout(lockWaitSeconds)
    configuration.maximumReaderCount = readersMax
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try db.execute(sql: "PRAGMA cache_size = -8000")
      try QueryFunctions.register(db)
    }
    return configuration
  }

  package func close() async throws {
    guard await calls.close() else { return }
    do {
      kept.removeAll()
      // GRDB's go with their connections.
      try database.close()
    } catch {
      throw StoreError(error, at: path)
    }
  }

  /// Reads in one transaction, beside any writer.
  ///
  /// - Throws: what `body` throws as a `StoreError`; `CancellationError` if the task was cancelled.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await reading { database, interrupt in
      try await database.read { db in try db.stopped(by: interrupt) { try body(db) } }
    }
  }

  /// Runs one statement, or several that need not see one moment: cheaper than a transaction.
  func readLoosely<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await reading { database, interrupt in
      try await database.unsafeRead { db in try db.stopped(by: interrupt) { try body(db) } }
    }
  }

  private func reading<Result: Sendable>(
    _ read: @Sendable (any DatabaseWriter, Interrupt) async throws -> Result
  ) async throws -> Result {
    let interrupt = Interrupt()
    do {
      return try await withTaskCancellationHandler {
        try await calls.pass { try await read(database, interrupt) }
      } onCancel: {
        interrupt.pull()
      }
    } catch {
      // However the query was stopped: by GRDB, or in the middle of a step.
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      throw StoreError(error, at: path)
    }
  }

  /// Writes in one transaction, which is on disk when this returns.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    do {
      return try await calls.pass { try await writes.write(body) }
    } catch {
      throw StoreError(error, at: path)
    }
  }
}
