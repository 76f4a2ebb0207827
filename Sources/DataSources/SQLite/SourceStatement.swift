private import GRDBSQLite
internal import ReportCore

/// The one statement of a query. Used from one thread.
final class SourceStatement {
  private let connection: SourceConnection
  private let handle: OpaquePointer
  private let text: SourceText
  private let budget: SourceBudget
  // Not watched for overlapping access, which would take calls into the runtime with each value.
  /// The row that it stands on, from 1.
  @exclusivity(unchecked) private(set) var rowNumber: Int64 = 0
  /// Bytes of the values that were read of it.
  @exclusivity(unchecked) private(set) var rowBytes = 0
  /// Texts that were changed since somebody asked.
  private var replacedTexts: Int64 = 0

  /// Compiles a statement.
  ///
  /// - Throws: QUERY_ERROR unless it is exactly one that reads.
  init(
    _ sql: String, text: SourceText, on connection: SourceConnection
  ) throws(ReportFailure) {
    guard var bytes = text.encode(sql) else { throw .unspeakable("The statement", text) }
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
    bytes.append(0)
    let code = bytes.withUnsafeBytes { bytes in
      let start = bytes.assumingMemoryBound(to: CChar.self).baseAddress
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(connection.handle, start, -1, &compiled, &tail)
      if let start, let tail { end = tail - start }
      return code
    }
    bytes.removeLast()
    guard code == SQLITE_OK, let compiled else { throw connection.failure(code) }
    self.connection = connection
    self.text = text
    budget = connection.budget
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

  func columns() throws(ReportFailure) -> [SourceColumn] {
    var columns: [SourceColumn] = []
    for index in 0..<sqlite3_column_count(handle) {
      let bytes = Self.bytes(sqlite3_column_name(handle, index))
      guard let name = text.decode(bytes) ?? replacement(of: bytes) else {
        throw ReportFailure(
          .queryError,
          "The name of column \(index + 1) is not UTF-8. Give it another with AS. "
            + InvalidText.advice)
      }
      columns.append(SourceColumn(name: name))
    }
    return columns
  }

  /// Without the colon, in order of appearance.
  func parameterNames() throws(ReportFailure) -> [String] {
    var names: [String] = []
    let count = sqlite3_bind_parameter_count(handle)
    guard count > 0 else { return names }
    for index in 1...count {
      let bytes = Self.bytes(sqlite3_bind_parameter_name(handle, index))
      let name = bytes.isEmpty ? "?" : text.decode(bytes) ?? ""
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
      let code: Int32
      if case .text(let value) = cell, text.isSingleByte {
        guard let bytes = text.encode(value) else {
          throw .unspeakable("The value of :\(name)", text)
        }
        code = bytes.withUnsafeBufferPointer { bind($0, at: Int32(offset + 1)) }
      } else {
        code = bind(cell, at: Int32(offset + 1))
      }
      guard code == SQLITE_OK else { throw connection.failure(code) }
    }
  }

  /// - Returns: whether there is a row.
  func step() throws(ReportFailure) -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW {
      rowNumber += 1
      return true
    }
    if code & 0xFF == SQLITE_TOOBIG {
      throw .valueTooLarge(row: rowNumber + 1, connection.budget)
    }
    guard code == SQLITE_DONE else { throw connection.failure(code) }
    // Pulled after the last look: what came so far is whole, but nobody wants it any more.
    guard !connection.interrupt.isPulled else { throw .interrupted }
    return false
  }

  /// Reads the row that the statement stands on, which is good until the next step.
  ///
  /// - Throws: BYTE_LIMIT for a value that is too large, or makes the row so.
  func read(into row: SourceRow) throws(ReportFailure) {
    rowBytes = 0
    let values = row.begin()
    for index in values.indices {
      let column = Int32(truncatingIfNeeded: index)
      // Looked up once: each call on the statement looks for the column again, and there are two
      // or three for a value. A connection without a mutex has no other thread that changes it.
      let value = sqlite3_column_value(handle, column)
      switch sqlite3_value_type(value) {
      case SQLITE_INTEGER: values[index] = .integer(sqlite3_value_int64(value))
      case SQLITE_FLOAT: values[index] = .double(sqlite3_value_double(value))
      case SQLITE_TEXT:
        let bytes = try bytes(value)
        // What is UTF-8 already is handed over where it stands.
        if bytes.count <= budget.cellBytesMax, text.isPlain(bytes) {
          try take(bytes.count, column)
          values[index] = .text(bytes)
        } else {
          row.set(.text(try decoded(bytes, column)), at: index)
        }
      case SQLITE_BLOB: values[index] = .blob(try blob(value, column))
      default: values[index] = .null
      }
    }
  }

  var hasReplacedTexts: Bool { replacedTexts > 0 }

  /// How many texts were changed since the last time this was asked.
  func takeReplacedTexts() -> Int64 {
    defer { replacedTexts = 0 }
    return replacedTexts
  }

  /// Of a text, good until the next step.
  @inline(__always)
  private func bytes(
    _ value: OpaquePointer?
  ) throws(ReportFailure) -> UnsafeBufferPointer<UInt8> {
    if text.isSingleByte, sqlite3_value_encoding(value) != SQLITE_UTF8 {
      throw ReportFailure(
        .queryError,
        "The data source \(connection.sourceName) is in UTF-16, not in "
          + "\(text.invalidText.rawValue): leave invalid_text out.")
    }
    guard let start = sqlite3_value_text(value) else {
      throw connection.failure(SQLITE_NOMEM)
    }
    return UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
  }

  /// The text of bytes that are not what they are to be handed over as.
  private func decoded(
    _ bytes: UnsafeBufferPointer<UInt8>, _ column: Int32
  ) throws(ReportFailure) -> String {
    // The row has a copy of it, and another for who wants a text.
    try take(text.decodedBytes(bytes), column, copies: 2)
    guard let text = text.decode(bytes) ?? replacement(of: bytes) else {
      throw .notUTF8(column: try columns()[Int(column)].name, row: rowNumber)
    }
    return text
  }

  /// Counts a value of the row before anybody copies it.
  @inline(__always)
  private func take(_ count: Int, _ column: Int32, copies: Int = 1) throws(ReportFailure) {
    guard count <= budget.cellBytesMax, copies * count <= budget.rowBytesMax - rowBytes else {
      throw try tooLarge(count, column)
    }
    rowBytes += copies * count
  }

  private func tooLarge(_ count: Int, _ column: Int32) throws(ReportFailure) -> ReportFailure {
    guard count > budget.cellBytesMax else { return .rowTooLarge(rowNumber, budget) }
    return .cellTooLarge(count, column: try columns()[Int(column)].name, row: rowNumber, budget)
  }

  /// The text with U+FFFD for what is not UTF-8, counted; nil if that is not wanted.
  private func replacement(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard text.invalidText == .replace else { return nil }
    replacedTexts += 1
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
    guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
    var count = 0
    while text[count] != 0 { count += 1 }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: count)
  }

  private func blob(
    _ value: OpaquePointer?, _ column: Int32
  ) throws(ReportFailure) -> UnsafeBufferPointer<UInt8> {
    // First, for a blob of zeros is none before it is asked for.
    let count = Int(sqlite3_value_bytes(value))
    try take(count, column)
    let start = sqlite3_value_blob(value)
    guard let start else {
      guard count == 0 else { throw connection.failure(SQLITE_NOMEM) }
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }

  private func bind(_ cell: Cell, at index: Int32) -> Int32 {
    switch cell {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let value): return sqlite3_bind_int64(handle, index, value)
    case .double(let value): return sqlite3_bind_double(handle, index, value)
    case .text(var value): return value.withUTF8 { bind($0, at: index) }
    // What SQLite has no type for is bound as it is written.
    case .decimal(let value): return bind(.text(value.text), at: index)
    case .boolean(let value): return sqlite3_bind_int64(handle, index, value ? 1 : 0)
    case .date(let value):
      return bind(.text(String(ISO8601.text(value.midnight).prefix(10))), at: index)
    case .instant(let value): return bind(.text(ISO8601.text(value)), at: index)
    case .blob(let value):
      return value.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
          return sqlite3_bind_zeroblob(handle, index, 0)
        }
        return sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), Self.copies)
      }
    }
  }

  private func bind(_ text: UnsafeBufferPointer<UInt8>, at index: Int32) -> Int32 {
    // An empty text may have no address, which SQLite would take for NULL.
    guard let start = text.baseAddress, !text.isEmpty else {
      return sqlite3_bind_text(handle, index, "", 0, Self.copies)
    }
    return start.withMemoryRebound(to: CChar.self, capacity: text.count) { start in
      sqlite3_bind_text64(
        handle, index, start, UInt64(text.count), Self.copies, UInt8(SQLITE_UTF8))
    }
  }

  /// SQLITE_TRANSIENT: SQLite makes its own copy.
  private static var copies: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}

extension InvalidText {
  fileprivate static let advice =
    "Or say in the template, or of the source in the configuration, invalid_text: latin1 or "
    + "windows1252, if that is its encoding, or replace, to have U+FFFD for what cannot be read."
}

extension ReportFailure {
  fileprivate static func cellTooLarge(
    _ count: Int, column: String, row: Int64, _ budget: SourceBudget
  ) -> ReportFailure {
    ReportFailure(
      .byteLimit,
      "The value of column \(column.debugDescription) in row \(row) has \(count) bytes; a value may "
        + "have \(budget.cellBytesMax). Leave the column out, cut it in the SQL, or raise "
        + "limits.cell_bytes of template and server.")
  }

  fileprivate static func rowTooLarge(_ row: Int64, _ budget: SourceBudget) -> ReportFailure {
    ReportFailure(
      .byteLimit,
      "The values of row \(row) have more than \(budget.rowBytesMax) bytes together. Leave columns "
        + "out, cut them in the SQL, or raise limits.run_bytes of the server, half of which a row "
        + "may have.")
  }

  /// SQLite did not make the value, and does not say of which column it would have been.
  fileprivate static func valueTooLarge(row: Int64, _ budget: SourceBudget) -> ReportFailure {
    ReportFailure(
      .byteLimit,
      "For row \(row) the query makes a value, or a row to be sorted, of more than "
        + "\(budget.rowBytesMax) bytes. Leave out what is so large, or raise limits.run_bytes of the "
        + "server, half of which a row may have.")
  }

  fileprivate static func notUTF8(column: String, row: Int64) -> ReportFailure {
    ReportFailure(
      .queryError,
      "The text of column \(column.debugDescription) in row \(row) is not UTF-8. Mend it. "
        + InvalidText.advice)
  }

  /// Text of the template or of a caller that the source cannot hold.
  fileprivate static func unspeakable(_ what: String, _ text: SourceText) -> ReportFailure {
    ReportFailure(
      .queryError,
      "\(what) has a character that \(text.invalidText.rawValue), the encoding of the source, lacks."
    )
  }
}
