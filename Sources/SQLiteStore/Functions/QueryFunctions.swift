internal import GRDB
private import GRDBSQLite
internal import ReportCore
private import Synchronization

/// The functions that predicates call in SQL. NULL in, NULL out. They are bound to the connection
/// and may not be used in a schema, so a database made elsewhere cannot call them.
enum QueryFunctions {
  /// - Parameter watch: of this connection; what the functions do is taken off its budget.
  static func register(_ db: Database, watch: QueryWatch) throws {
    try register(db, watch, "reportwire_contains", 2) { context, _, arguments in
      QueryFunctions.search(context, arguments) {
        needle, budget throws(QueryBudget.End) -> TextSearch? in
        try budget.spend(needle.utf8.count)
        return TextSearch(needle)
      } _: { search, text, budget throws(QueryBudget.End) -> Bool in
        try search.isFound(inUTF8: text, spending: budget)
      }
    }
    try register(db, watch, "reportwire_matches", 2) { context, _, arguments in
      QueryFunctions.search(context, arguments) {
        pattern, budget throws(QueryBudget.End) -> LinearRegex? in
        let regex = try? LinearRegex(pattern)
        try budget.spend(regex?.compilationSteps ?? 0)
        return regex
      } _: { regex, text, budget throws(QueryBudget.End) -> Bool in
        try budget.spend(text.count)
        return try regex.hasMatch(in: String(decoding: text, as: UTF8.self), spending: budget)
      }
    }
    try register(db, watch, "reportwire_string", 1) { context, _, arguments in
      QueryFunctions.give(QueryFunctions.string(context, arguments?[0]), to: context)
    }
    try register(db, watch, "reportwire_instant", 1) { context, _, arguments in
      let moment = QueryFunctions.string(context, arguments?[0]).flatMap(ISO8601.instant)
      QueryFunctions.give(moment.map(QueryFunctions.orderedText), to: context)
    }
  }

  /// What `reportwire_instant` makes of a moment, and what it is compared with: an integer has no
  /// room for every nanosecond from year 0001 to 9999, a text of one width has, and sorts alike.
  static func orderedText(_ instant: Instant) -> String {
    ISO8601.text(instant, fractionDigits: 9)
  }

  private typealias Function =
    @convention(c) (
      OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
    ) -> Void

  private static func register(
    _ db: Database, _ watch: QueryWatch, _ name: String, _ argumentCount: Int32,
    _ function: Function
  ) throws {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    // Let go of when the connection closes, or at once if there is no function.
    let held = Unmanaged<AnyObject>.passRetained(watch).toOpaque()
    let code = sqlite3_create_function_v2(
      db.sqliteConnection, name, argumentCount, flags, held, function, nil, nil
    ) { pointer in
      if let pointer { Unmanaged<AnyObject>.fromOpaque(pointer).release() }
    }
    guard code == SQLITE_OK else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "no function \(name)")
    }
  }

  /// What the work of a function is taken off.
  private static func budget(_ context: OpaquePointer?) -> QueryBudget {
    guard let pointer = sqlite3_user_data(context),
      let watch = Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue() as? QueryWatch
    else { preconditionFailure("a function was registered without a watch") }
    return watch.budget
  }

  /// Looks through the first argument for the second, which is prepared once per query: SQLite
  /// keeps it beside an argument that stays the same from row to row.
  private static func search<Prepared>(
    _ context: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?,
    prepare: (String, QueryBudget) throws(QueryBudget.End) -> Prepared?,
    _ isFound: (Prepared, UnsafeBufferPointer<UInt8>, QueryBudget) throws(QueryBudget.End) -> Bool
  ) {
    guard let arguments, sqlite3_value_type(arguments[0]) == SQLITE_TEXT else {
      return sqlite3_result_null(context)
    }
    let budget = budget(context)
    do throws(QueryBudget.End) {
      let kept: Kept<Prepared>
      if let pointer = sqlite3_get_auxdata(context, 1) {
        kept = Unmanaged.fromOpaque(pointer).takeUnretainedValue()
      } else {
        let text = withBytes(arguments[1]) { String(decoding: $0, as: UTF8.self) }
        guard let prepared = try prepare(text, budget) else {
          return sqlite3_result_error(context, "the pattern cannot be used", -1)
        }
        kept = Kept(prepared)
        // SQLite may let go of it at once; `kept` holds it as well.
        sqlite3_set_auxdata(context, 1, Unmanaged<AnyObject>.passRetained(kept).toOpaque()) {
          if let pointer = $0 { Unmanaged<AnyObject>.fromOpaque(pointer).release() }
        }
      }
      let result = try withBytes(arguments[0]) { bytes throws(QueryBudget.End) in
        try isFound(kept.prepared, bytes, budget)
      }
      sqlite3_result_int(context, result ? 1 : 0)
    } catch {
      // Which end it was is asked from the budget by whoever ran the query.
      sqlite3_result_error_code(context, SQLITE_INTERRUPT)
    }
  }

  /// The text of an argument that is the JSON of a string; nil also if the query has to end.
  private static func string(_ context: OpaquePointer?, _ value: OpaquePointer?) -> String? {
    guard sqlite3_value_type(value) == SQLITE_TEXT else { return nil }
    return withBytes(value) { bytes in
      guard (try? budget(context).spend(bytes.count)) != nil else { return nil }
      return try? OptionReader.string(bytes)
    }
  }

  private static func give(_ text: String?, to context: OpaquePointer?) {
    guard var text else { return sqlite3_result_null(context) }
    text.withUTF8 { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else {
        return sqlite3_result_text(context, "", 0, nil)
      }
      start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
        sqlite3_result_text64(
          context, start, UInt64(bytes.count),
          unsafeBitCast(-1, to: sqlite3_destructor_type.self), UInt8(SQLITE_UTF8))
      }
    }
  }

  private static func withBytes<Result, Failure: Error>(
    _ value: OpaquePointer?, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = sqlite3_value_text(value)
    let count = Int(sqlite3_value_bytes(value))
    return try body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}

private final class Kept<Prepared> {
  let prepared: Prepared

  init(_ prepared: Prepared) {
    self.prepared = prepared
  }
}

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
