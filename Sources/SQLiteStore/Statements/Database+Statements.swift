internal import GRDB
private import GRDBSQLite

/// Statements bound and read by SQLite's own calls: texts are decoded where they lie, which GRDB's rows
/// do by way of a copy, and what a query looks for is bound whole, also behind a NUL.
extension Database {
  /// Runs a statement that gives no rows. It is kept prepared.
  func run(_ sql: String, _ values: [SQLValue] = []) throws {
    try rows(cachedStatement(sql: sql), values) { _ in }
  }

  /// What `read` makes of the first row; nil if there is none. The statement is kept prepared.
  func first<Result>(
    _ sql: String, _ values: [SQLValue] = [], _ read: (SQLRow) throws -> Result
  ) throws -> Result? {
    var result: Result?
    try rows(cachedStatement(sql: sql), values) { row in
      if result == nil { result = try read(row) }
    }
    return result
  }

  /// What `read` makes of each row.
  ///
  /// - Parameter isKept: whether the statement is kept prepared; for SQL that is the same each time.
  func all<Result>(
    _ sql: String, _ values: [SQLValue] = [], isKept: Bool = true,
    _ read: (SQLRow) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    let statement = isKept ? try cachedStatement(sql: sql) : try makeStatement(sql: sql)
    try rows(statement, values) { results.append(try read($0)) }
    return results
  }

  /// The same for SQL whose shape a caller chooses.
  func all<Result>(
    _ sql: String, _ values: [SQLValue], of kept: KeptStatements,
    _ read: (SQLRow) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    try rows(kept.statement(sql, on: self), values) { results.append(try read($0)) }
    return results
  }

  /// What `read` makes of the first row of a statement that somebody keeps.
  func first<Result>(
    _ statement: Statement, _ values: [SQLValue], _ read: (SQLRow) throws -> Result
  ) throws -> Result? {
    var result: Result?
    try rows(statement, values) { row in
      if result == nil { result = try read(row) }
    }
    return result
  }

  private func rows(
    _ statement: Statement, _ values: [SQLValue], _ body: (SQLRow) throws -> Void
  ) throws {
    let handle = statement.sqliteStatement
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    for (index, value) in values.enumerated() {
      try check(value.bind(to: handle, at: Int32(index + 1)))
    }
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: try body(SQLRow(statement: handle))
      case SQLITE_DONE: return
      case let code: try check(code)
      }
    }
  }

  private func check(_ code: Int32) throws {
    guard code != SQLITE_OK else { return }
    throw DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
      message: String(cString: sqlite3_errmsg(sqliteConnection)))
  }
}

/// A value bound to a statement.
enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
  static func integer(_ value: Bool) -> SQLValue { .integer(value ? 1 as Int64 : 0) }

  static func integer(_ value: Int64?) -> SQLValue {
    if let value { .integer(value) } else { .null }
  }

  static func text(_ value: String?) -> SQLValue {
    if let value { .text(value) } else { .null }
  }
}

extension SQLValue {
  /// - Returns: SQLite's result code.
  fileprivate func bind(to handle: OpaquePointer, at index: Int32) -> Int32 {
    switch self {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let value): return sqlite3_bind_int64(handle, index, value)
    case .real(let value): return sqlite3_bind_double(handle, index, value)
    case .text(var value):
      return value.withUTF8 { bytes in
        // An empty string may have no address, which SQLite would take for NULL.
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
          return sqlite3_bind_text(handle, index, "", 0, copies)
        }
        return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
          sqlite3_bind_text64(
            handle, index, start, UInt64(bytes.count), copies, UInt8(SQLITE_UTF8))
        }
      }
    }
  }
}

/// SQLITE_TRANSIENT: SQLite makes its own copy of the text.
private var copies: sqlite3_destructor_type {
  unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// The row that a statement stands on. Good until the statement moves on.
struct SQLRow {
  let statement: OpaquePointer

  private func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 {
    sqlite3_column_int64(statement, column)
  }

  func optionalInteger(_ column: Int32) -> Int64? {
    isNull(column) ? nil : integer(column)
  }

  func text(_ column: Int32) -> String {
    withUTF8(column) { String(decoding: $0, as: UTF8.self) }
  }

  func optionalText(_ column: Int32) -> String? {
    isNull(column) ? nil : text(column)
  }

  func withUTF8<Result, Failure: Error>(
    _ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // In this order: the call for the text may change its length.
    let start = sqlite3_column_text(statement, column)
    let count = Int(sqlite3_column_bytes(statement, column))
    return try body(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
