internal import GRDB
private import GRDBSQLite
package import ReportCore

/// Reports in one SQLite database.
///
/// One connection writes, and puts the writes of concurrent callers into one commit; others read
/// beside it, each from the state of the last commit. A write returns when it is on disk
/// (write-ahead log, `synchronous = FULL`). Several processes may use one file.
package final class SQLiteStore: ReportStore {
  /// How long a write waits for another process.
  static let lockWaitSeconds = 5.0
  /// Looks at single reports at the same time, beside the queries: nobody's query may hold them up.
  private static let lookupsMax = 2

  /// What a read is for, which says where it waits for its turn.
  enum Read {
    /// A few rows by their keys.
    case lookup
    /// As many rows as its caller likes.
    case query
  }

  package let limits: StoreLimits
  /// Which lines of the audit wait for another system; nil: none.
  package let outbox: OutboxRules?
  private let database: any DatabaseWriter
  private let writes: GroupCommit
  private let calls = CallGate()
  private let lookups: FairGate
  private let queries: FairGate
  let watches: QueryWatches
  let kept = KeptStatements()
  /// Measures the leases. Every process of the machine has the same.
  let clock: any EngineClock
  /// Of the file, or a name for people if there is none.
  private let path: String

  /// Opens a database file, and makes it if it is not there.
  ///
  /// - Parameters:
  ///   - outbox: which lines of the audit wait for another system; nil: none.
  ///   - clock: measures the leases, and how long queries take.
  /// - Throws: `StoreError`: `.unavailable` if the path cannot be used, `.corrupt` if the file is
  ///   no SQLite database, `.unsupported` if it is another program's or a newer version's.
  package convenience init(
    path: String, limits: StoreLimits = StoreLimits(), outbox: OutboxRules? = nil,
    clock: any EngineClock = SystemClock()
  ) throws {
    let watches = QueryWatches()
    do {
      let database = try Self.patiently { try Self.open(path, limits, watches) }
      self.init(database, path: path, limits, outbox, watches, clock)
    } catch {
      throw StoreError(error, at: path)
    }
  }

  private static func open(
    _ path: String, _ limits: StoreLimits, _ watches: QueryWatches
  ) throws -> DatabasePool {
    try DatabaseFile.check(path)
    let pool = try DatabasePool(path: path, configuration: configuration(limits, watches))
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
  package convenience init(
    limits: StoreLimits = StoreLimits(), outbox: OutboxRules? = nil,
    clock: any EngineClock = SystemClock()
  ) throws {
    let watches = QueryWatches()
    do {
      let database = try DatabaseQueue(configuration: Self.configuration(limits, watches))
      try Self.prepare(database)
      self.init(database, path: "in memory", limits, outbox, watches, clock)
    } catch {
      throw StoreError(error, at: "in memory")
    }
  }

  private init(
    _ database: any DatabaseWriter, path: String, _ limits: StoreLimits, _ outbox: OutboxRules?,
    _ watches: QueryWatches, _ clock: any EngineClock
  ) {
    self.database = database
    self.path = path
    self.limits = limits
    self.outbox = outbox
    self.watches = watches
    self.clock = clock
    writes = GroupCommit(
      database, writesPerDomainMax: limits.pendingCreatesPerDomainMax,
      bytesPerDomainMax: limits.pendingBytesPerDomainMax)
    // Short ones need no bound for a domain: whoever waits is next after one of them.
    lookups = FairGate(
      places: Self.lookupsMax, placesPerDomainMax: Self.lookupsMax, clock: clock)
    queries = FairGate(
      places: limits.queriesMax, placesPerDomainMax: max(1, limits.queriesMax / 2), clock: clock)
  }

  private static func configuration(
    _ limits: StoreLimits, _ watches: QueryWatches
  ) -> Configuration {
    var configuration = Configuration()
    configuration.label = "reportwire.store"
    configuration.busyMode = .timeout(lockWaitSeconds)
    configuration.maximumReaderCount = limits.queriesMax + lookupsMax
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try db.execute(sql: "PRAGMA cache_size = -8000")
      try watches.add(db)
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

  /// Reads in one transaction, beside any writer, when it is its domain's turn.
  ///
  /// - Parameter domainID: on whose behalf; empty: the server's own.
  /// - Throws: what `body` throws as a `StoreError`; `.exhausted` if it costs more than it may;
  ///   `CancellationError` if the task was cancelled.
  func read<Result: Sendable>(
    _ kind: Read, for domainID: String, _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await reading(kind, domainID) { database, watched in
      try await database.read { db in try watched(db) { try body(db) } }
    }
  }

  /// Runs one statement, or several that need not see one moment: cheaper than a transaction.
  func readLoosely<Result: Sendable>(
    _ kind: Read, for domainID: String, _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await reading(kind, domainID) { database, watched in
      try await database.unsafeRead { db in try watched(db) { try body(db) } }
    }
  }

  private func reading<Result: Sendable>(
    _ kind: Read, _ domainID: String,
    _ read:
      @Sendable (
        any DatabaseWriter,
        @escaping @Sendable (Database, () throws -> Result) throws -> Result
      ) async throws -> Result
  ) async throws -> Result {
    let interrupt = Interrupt()
    let end = clock.monotonic.advanced(by: .seconds(limits.querySeconds))
    let watched: @Sendable (Database, () throws -> Result) throws -> Result = {
      [watches, clock, limits] db, body in
      let budget = QueryBudget(stepsMax: limits.queryStepsMax) {
        if interrupt.isPulled { return .interrupted }
        return clock.monotonic < end ? nil : .time
      }
      return try watches.watch(of: db).run(budget, on: db, body)
    }
    do {
      return try await withTaskCancellationHandler {
        try await calls.pass {
          try await (kind == .lookup ? lookups : queries).pass(domainID, until: end) {
            try await read(database, watched)
          }
        }
      } onCancel: {
        interrupt.pull()
      }
    } catch {
      // However the query was stopped: by GRDB, or in the middle of a step.
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      if let end = error as? QueryBudget.End { throw StoreError.exhausted(end, limits) }
      throw StoreError(error, at: path)
    }
  }

  /// Writes in one transaction, which is on disk when this returns.
  ///
  /// - Throws: what `body` throws as a `StoreError`; `.exhausted` if too much waits to be written.
  func write<Result: Sendable>(
    _ turn: GroupCommit.Turn, _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    do {
      return try await calls.pass { try await writes.write(turn, body) }
    } catch {
      throw StoreError(error, at: path)
    }
  }
}
