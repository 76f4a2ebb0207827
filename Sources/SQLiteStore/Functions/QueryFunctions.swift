internal import GRDB
private import GRDBSQLite
internal import ReportCore

/// The functions that predicates call in SQL. NULL in, NULL out. They are bound to the connection
/// and may not be used in a schema, so a database made elsewhere cannot call them.
enum QueryFunctions {
  static func register(_ db: Database) throws {
    try register(db, "reportwire_contains", 2) { context, _, arguments in
      QueryFunctions.search(context, arguments, prepare: TextSearch.init) { search, text in
        search.isFound(inUTF8: text)
      }
    }
    try register(db, "reportwire_matches", 2) { context, _, arguments in
      QueryFunctions.search(context, arguments) { pattern in
        try? LinearRegex(pattern)
      } _: { regex, text in
        regex.hasMatch(in: String(decoding: text, as: UTF8.self))
      }
    }
    try register(db, "reportwire_string", 1) { context, _, arguments in
      QueryFunctions.give(QueryFunctions.string(arguments?[0]), to: context)
    }
    try register(db, "reportwire_instant", 1) { context, _, arguments in
      let moment = QueryFunctions.string(arguments?[0]).flatMap(ISO8601.instant)
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
    _ db: Database, _ name: String, _ argumentCount: Int32, _ function: Function
  ) throws {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    let code = sqlite3_create_function_v2(
      db.sqliteConnection, name, argumentCount, flags, nil, function, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "no function \(name)")
    }
  }

  /// Looks through the first argument for the second, which is prepared once per query: SQLite
  /// keeps it beside an argument that stays the same from row to row.
  private static func search<Prepared>(
    _ context: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?,
    prepare: (String) -> Prepared?, _ isFound: (Prepared, UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    guard let arguments, sqlite3_value_type(arguments[0]) == SQLITE_TEXT else {
      return sqlite3_result_null(context)
    }
    let kept: Kept<Prepared>
    if let pointer = sqlite3_get_auxdata(context, 1) {
      kept = Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    } else {
      guard let prepared = withBytes(arguments[1], { prepare(String(decoding: $0, as: UTF8.self)) })
      else {
        return sqlite3_result_error(context, "the pattern cannot be used", -1)
      }
      kept = Kept(prepared)
      // SQLite may let go of it at once; `kept` holds it as well.
      sqlite3_set_auxdata(context, 1, Unmanaged<AnyObject>.passRetained(kept).toOpaque()) {
        if let pointer = $0 { Unmanaged<AnyObject>.fromOpaque(pointer).release() }
      }
    }
    sqlite3_result_int(context, withBytes(arguments[0]) { isFound(kept.prepared, $0) } ? 1 : 0)
  }

  /// The text of an argument that is the JSON of a string.
  private static func string(_ value: OpaquePointer?) -> String? {
    guard sqlite3_value_type(value) == SQLITE_TEXT else { return nil }
    return withBytes(value) { try? OptionReader.string($0) }
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

  private static func withBytes<Result>(
    _ value: OpaquePointer?, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let start = sqlite3_value_text(value)
    let count = Int(sqlite3_value_bytes(value))
    return body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}

private final class Kept<Prepared> {
  let prepared: Prepared

  init(_ prepared: Prepared) {
    self.prepared = prepared
  }
}
