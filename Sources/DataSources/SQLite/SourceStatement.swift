private import GRDBSQLite
internal import ReportCore

/// The one statement of a query. Used from one thread.
final class SourceStatement {
  private let connection: SourceConnection
  private let handle: OpaquePointer

  /// Compiles a statement.
  ///
  /// - Throws: QUERY_ERROR unless it is exactly one that reads.
  init(_ sql: String, on connection: SourceConnection) throws(ReportFailure) {
    let bytes = Array(sql.utf8)
    guard !bytes.contains(0) else {
      throw ReportFailure(.queryError, "The statement holds a NUL character.")
    }
    guard !StatementGuard.isBlank(bytes, from: 0) else {
      throw ReportFailure(.queryError, "The statement is empty.")
    }
    let word = StatementGuard.firstWord(bytes)
    guard StatementGuard.firstWords.contains(word) else {
      throw ReportFailure(
        .queryError,
        "A statement begins with SELECT, WITH, VALUES or EXPLAIN"
          + (word.isEmpty ? "." : ", not with \(word)."))
    }
    var compiled: OpaquePointer?
    var end = 0
    let code = sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(connection.handle, start, -1, &compiled, &tail)
      end = tail.map { $0 - start } ?? 0
      return code
    }
    guard code == SQLITE_OK, let compiled else { throw connection.failure(code) }
    self.connection = connection
    handle = compiled
    guard StatementGuard.isBlank(bytes, from: end) else {
      throw ReportFailure(.queryError, "There is more than one statement; one is taken.")
    }
    guard sqlite3_stmt_readonly(handle) != 0 else {
      throw ReportFailure(.queryError, "The statement writes; it may only read.")
    }
  }

  deinit {
    sqlite3_finalize(handle)
  }

  func columns() -> [SourceColumn] {
    (0..<sqlite3_column_count(handle)).map { index in
      SourceColumn(name: sqlite3_column_name(handle, index).map { String(cString: $0) } ?? "")
    }
  }

  /// Without the colon, in order of appearance.
  func parameterNames() throws(ReportFailure) -> [String] {
    var names: [String] = []
    let count = sqlite3_bind_parameter_count(handle)
    guard count > 0 else { return names }
    for index in 1...count {
      let name = sqlite3_bind_parameter_name(handle, index).map { String(cString: $0) } ?? "?"
      guard name.hasPrefix(":") else {
        throw ReportFailure(
          .queryError, "The statement has a parameter \(name); parameters are written :name.")
      }
      names.append(String(name.dropFirst()))
    }
    return names
  }

  func bind(_ bindings: [String: Cell]) throws(ReportFailure) {
    for (offset, name) in try parameterNames().enumerated() {
      guard let cell = bindings[name] else {
        throw ReportFailure(.queryError, "The parameter :\(name) has no value.")
      }
      let code = bind(cell, at: Int32(offset + 1))
      guard code == SQLITE_OK else { throw connection.failure(code) }
    }
  }

  /// - Returns: whether there is a row.
  func step() throws(ReportFailure) -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    guard code == SQLITE_DONE else { throw connection.failure(code) }
    // Pulled after the last look: what came so far is whole, but nobody wants it any more.
    guard !connection.interrupt.isPulled else { throw .interrupted }
    return false
  }

  /// Reads the row that the statement stands on.
  func read(into cells: inout [Cell]) throws(ReportFailure) {
    for index in cells.indices {
      let column = Int32(truncatingIfNeeded: index)
      switch sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: cells[index] = .integer(sqlite3_column_int64(handle, column))
      case SQLITE_FLOAT: cells[index] = .double(sqlite3_column_double(handle, column))
      case SQLITE_TEXT: cells[index] = .text(try text(column))
      case SQLITE_BLOB: cells[index] = .blob(try blob(column))
      default: cells[index] = .null
      }
    }
  }

  /// What is not UTF-8 in it is replaced by U+FFFD.
  private func text(_ column: Int32) throws(ReportFailure) -> String {
    guard let start = sqlite3_column_text(handle, column) else {
      throw connection.failure(SQLITE_NOMEM)
    }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  private func blob(_ column: Int32) throws(ReportFailure) -> [UInt8] {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    guard let start else {
      guard count == 0 else { throw connection.failure(SQLITE_NOMEM) }
      return []
    }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  private func bind(_ cell: Cell, at index: Int32) -> Int32 {
    // SQLITE_TRANSIENT: SQLite makes its own copy.
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch cell {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let value): return sqlite3_bind_int64(handle, index, value)
    case .double(let value): return sqlite3_bind_double(handle, index, value)
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
    case .blob(let value):
      return value.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
          return sqlite3_bind_zeroblob(handle, index, 0)
        }
        return sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), copies)
      }
    }
  }
}
