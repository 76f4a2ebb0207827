private import GRDBSQLite
internal import ReportCore

/// What a template's statement may do.
enum StatementGuard {
  /// The words it may begin with.
  static let firstWords = ["SELECT", "WITH", "VALUES", "EXPLAIN"]

  /// What the same indexes ask, and what describes tables (`FROM pragma_table_info('t')`). Others
  /// may take effect while they are compiled, also behind EXPLAIN.
  static let readingPragmas: Set<String> = [
    "data_version", "page_size", "table_info", "table_xinfo", "table_list", "index_list",
    "index_info", "index_xinfo", "foreign_key_list",
  ]

  /// What loads code, gives out addresses, or writes (`optimize` of a full-text index).
  private static let refusedFunctions: Set<String> = [
    "load_extension", "fts3_tokenizer", "optimize",
  ]

  /// Asked by SQLite for each thing that a statement would do. Writes pass here, since the indexes
  /// for full text and rectangles compile their own beforehand; `sqlite3_stmt_readonly` refuses a
  /// template's, and the file is open for reading only.
  static let authorizer:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?, UnsafePointer<CChar>?
    ) -> Int32 = { context, action, first, second, _, _ in
      switch action {
      case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
        return SQLITE_OK
      case SQLITE_READ:
        // A pragma's own action is asked about only when it runs, which is too late for a check.
        let name = first.map { String(cString: $0).lowercased() } ?? ""
        guard name.hasPrefix("pragma_"), !readingPragmas.contains(String(name.dropFirst(7))),
          let context
        else { return SQLITE_OK }
        let connection = Unmanaged<SourceConnection>.fromOpaque(context).takeUnretainedValue()
        return connection.ownsTable(name) ? SQLITE_OK : SQLITE_DENY
      case SQLITE_FUNCTION:
        let name = second.map { String(cString: $0).lowercased() } ?? ""
        return refusedFunctions.contains(name) ? SQLITE_DENY : SQLITE_OK
      case SQLITE_PRAGMA:
        let name = first.map { String(cString: $0).lowercased() } ?? ""
        return readingPragmas.contains(name) ? SQLITE_OK : SQLITE_DENY
      default:
        return SQLITE_DENY
      }
    }

  /// Refuses what compiles and can never run: a MATCH that no index answers is left to a function
  /// that does nothing but fail. The statement has passed all other checks; it is not run.
  ///
  /// - Throws: QUERY_ERROR.
  static func checkProgram(
    of sql: [UInt8], on connection: SourceConnection
  ) throws(ReportFailure) {
    guard firstWord(sql) != "EXPLAIN" else { return }
    for row in try connection.shortRows(Array("EXPLAIN ".utf8) + sql)
    where row.count > 5 && row[1].hasPrefix("Function") && row[5] == "match(2)" {
      throw ReportFailure(
        .queryError,
        "MATCH stands where no full-text index can answer it. It takes a full-text table, and must "
          + "not be one side of an OR, nor the ON of a LEFT JOIN of that table.")
    }
  }

  /// The first word in capitals; empty if the statement begins with none.
  static func firstWord(_ sql: [UInt8]) -> String {
    let start = skipBlanks(sql, from: 0)
    let word = sql[start...].prefix { $0 < 0x80 && Character(Unicode.Scalar($0)).isLetter }
    return String(decoding: word, as: UTF8.self).uppercased()
  }

  /// Whether there is nothing but spaces, comments and semicolons from an offset on.
  static func isBlank(_ sql: [UInt8], from offset: Int) -> Bool {
    var index = skipBlanks(sql, from: offset)
    while index < sql.count, sql[index] == UInt8(ascii: ";") {
      index = skipBlanks(sql, from: index + 1)
    }
    return index == sql.count
  }

  /// The offset of what follows spaces and comments.
  private static func skipBlanks(_ sql: [UInt8], from offset: Int) -> Int {
    var index = offset
    while index < sql.count {
      let rest = sql[index...]
      if [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(sql[index]) {
        index += 1
      } else if rest.starts(with: "--".utf8) {
        index = rest.firstIndex(of: 0x0A) ?? sql.count
      } else if rest.starts(with: "/*".utf8) {
        index += 2
        // Like SQLite, which takes a comment without an end as ending with the text.
        while index < sql.count, !sql[index...].starts(with: "*/".utf8) { index += 1 }
        index = min(index + 2, sql.count)
      } else {
        return index
      }
    }
    return index
  }
}
