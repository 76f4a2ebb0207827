private import GRDBSQLite
internal import ReportCore

/// Functions that searches ask for beside SQLite's own. Any template may use them.
///
/// - `reportwire_words(pattern, value, ...)`: 1 if one of the values has the words of a `WordPattern`.
/// - `reportwire_like(pattern, value, ...)`: 1 if one of the values as a whole meets a
///   `WildcardPattern`.
///
/// Both answer 0 where none does, also for NULL. What a pattern is made of is read once for all rows.
enum SearchFunctions {
  /// - Parameter handle: a connection on which no statement is open.
  static func install(on handle: OpaquePointer) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    sqlite3_create_function_v2(handle, "reportwire_words", -1, flags, nil, words, nil, nil, nil)
    sqlite3_create_function_v2(handle, "reportwire_like", -1, flags, nil, like, nil, nil, nil)
  }

  private typealias Arguments = UnsafeMutablePointer<OpaquePointer?>
  private typealias Function = @convention(c) (OpaquePointer?, Int32, Arguments?) -> Void
  private typealias Bytes = UnsafeBufferPointer<UInt8>

  private final class Pattern {
    let matches: (Bytes) -> Bool

    init(_ matches: @escaping (Bytes) -> Bool) {
      self.matches = matches
    }
  }

  private static let words: Function = { context, count, arguments in
    answer(context, count, arguments) { text in
      WordPattern(text: text).map { pattern in Pattern { pattern.matches($0) } }
    }
  }

  private static let like: Function = { context, count, arguments in
    answer(context, count, arguments) { text in
      let pattern = WildcardPattern(text: text)
      return Pattern { pattern.matches($0) }
    }
  }

  private static func answer(
    _ context: OpaquePointer?, _ count: Int32, _ arguments: Arguments?,
    _ make: (Bytes) -> Pattern?
  ) {
    guard let arguments, count > 1 else {
      return sqlite3_result_error(context, "it takes a pattern and values", -1)
    }
    guard let pattern = pattern(context, arguments[0], make) else {
      return sqlite3_result_error(context, "the pattern is none", -1)
    }
    for index in 1..<Int(count) {
      if let text = text(arguments[index]), pattern.matches(text) {
        return sqlite3_result_int(context, 1)
      }
    }
    sqlite3_result_int(context, 0)
  }

  /// The pattern, which SQLite keeps from one row to the next.
  private static func pattern(
    _ context: OpaquePointer?, _ value: OpaquePointer?, _ make: (Bytes) -> Pattern?
  ) -> Pattern? {
    if let kept = sqlite3_get_auxdata(context, 0) {
      return Unmanaged<Pattern>.fromOpaque(kept).takeUnretainedValue()
    }
    guard let text = text(value), let made = make(text) else { return nil }
    sqlite3_set_auxdata(context, 0, Unmanaged.passRetained(made).toOpaque()) { kept in
      if let kept { Unmanaged<Pattern>.fromOpaque(kept).release() }
    }
    return made
  }

  /// The text of a value; nil for NULL and for a blob.
  private static func text(_ value: OpaquePointer?) -> Bytes? {
    sqlite3_value_type(value) == SQLITE_BLOB ? nil : SourceFunctions.text(value)
  }
}
