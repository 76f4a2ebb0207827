private import CSQLiteSource
private import GRDBSQLite

/// Functions in place of SQLite's own of the same names, with the same results.
///
/// SQLite looks at the interrupt between the steps of its machine, and each of these is one step. Its
/// own take time that grows with the product of the lengths of what they are given: minutes for a
/// search word of 100 kB in a text of 30 MB. These take time that grows with the sum.
enum SourceFunctions {
  /// - Parameter handle: a connection on which no statement is open.
  static func install(on handle: OpaquePointer) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    sqlite3_create_function_v2(handle, "instr", 2, flags, nil, instr, nil, nil, nil)
    sqlite3_create_function_v2(handle, "replace", 3, flags, nil, replace, nil, nil, nil)
    for (name, ends) in [("ltrim", Ends.left), ("rtrim", .right), ("trim", [.left, .right])] {
      let context = UnsafeMutableRawPointer(bitPattern: ends.rawValue)
      sqlite3_create_function_v2(handle, name, 2, flags, context, trim, nil, nil, nil)
    }
  }

  private typealias Function =
    @convention(c) (
      OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
    ) -> Void

  private struct Ends: OptionSet {
    let rawValue: Int

    static let left = Ends(rawValue: 1)
    static let right = Ends(rawValue: 2)
  }

  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// The text of a value as SQLite converts it; nil for NULL, and where there is no memory.
  static func text(_ value: OpaquePointer?) -> Bytes? {
    guard let start = sqlite3_value_text(value) else { return nil }
    return Bytes(start: start, count: Int(sqlite3_value_bytes(value)))
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Where a needle begins, which has at least one byte.
  private static func find(_ needle: Bytes, in haystack: Bytes) -> Int? {
    let place = bytes_find(range(haystack), range(needle))
    return place < 0 ? nil : Int(place)
  }

  private static func range(_ bytes: Bytes) -> byte_range {
    byte_range(start: bytes.baseAddress, count: bytes.count)
  }

  // MARK: - instr

  private static let instr: Function = { context, _, arguments in
    guard let arguments else { return }
    let kinds = (sqlite3_value_type(arguments[0]), sqlite3_value_type(arguments[1]))
    guard kinds.0 != SQLITE_NULL, kinds.1 != SQLITE_NULL else { return }
    guard sqlite3_value_bytes(arguments[1]) > 0 else { return sqlite3_result_int(context, 1) }
    switch (kinds.0 == SQLITE_BLOB, kinds.1 == SQLITE_BLOB) {
    case (true, true):
      let place = find(blob(arguments[1]), in: blob(arguments[0]))
      sqlite3_result_int64(context, place.map { Int64($0) + 1 } ?? 0)
    case (false, false):
      answer(context, text(arguments[1]), in: text(arguments[0]))
    case (true, false), (false, true):
      // Asking for the text of a blob would change it for whoever else reads it.
      let copies = (sqlite3_value_dup(arguments[0]), sqlite3_value_dup(arguments[1]))
      answer(context, text(copies.1), in: text(copies.0))
      sqlite3_value_free(copies.0)
      sqlite3_value_free(copies.1)
    }
  }

  private static func blob(_ value: OpaquePointer?) -> Bytes {
    Bytes(
      start: sqlite3_value_blob(value)?.assumingMemoryBound(to: UInt8.self),
      count: Int(sqlite3_value_bytes(value)))
  }

  private static func answer(_ context: OpaquePointer?, _ needle: Bytes?, in haystack: Bytes?) {
    guard let needle, let haystack else { return sqlite3_result_error_nomem(context) }
    sqlite3_result_int64(context, position(of: needle, in: haystack))
  }

  /// In characters, from 1; 0: nowhere.
  private static func position(of needle: Bytes, in haystack: Bytes) -> Int64 {
    guard let first = needle.first else { return 1 }
    // SQLite looks where characters begin, whether or not the text is UTF-8.
    guard !isContinuation(first) else { return haystack.starts(with: needle) ? 1 : 0 }
    guard let place = find(needle, in: haystack) else { return 0 }
    return 1 + Int64(haystack[..<(place + 1)].dropFirst().count { !isContinuation($0) })
  }

  // MARK: - replace

  private static let replace: Function = { context, _, arguments in
    guard let arguments, let whole = text(arguments[0]), let pattern = text(arguments[1]) else {
      return
    }
    guard pattern.first ?? 0 != 0 else { return sqlite3_result_value(context, arguments[0]) }
    guard let replacement = text(arguments[2]) else { return }
    let places = bytes_count(range(whole), range(pattern))
    let count = Int64(whole.count) + places * Int64(replacement.count - pattern.count)
    let limit = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1)
    guard count <= Int64(limit) else { return sqlite3_result_error_toobig(context) }
    guard let made = sqlite3_malloc64(UInt64(count) + 1) else {
      return sqlite3_result_error_nomem(context)
    }
    bytes_replace(
      range(whole), range(pattern), range(replacement), made.assumingMemoryBound(to: UInt8.self))
    sqlite3_result_text64(
      context, made.assumingMemoryBound(to: CChar.self), UInt64(count), sqlite3_free,
      UInt8(SQLITE_UTF8))
  }

  // MARK: - trim

  private static let trim: Function = { context, _, arguments in
    guard let arguments, let whole = text(arguments[0]), let set = text(arguments[1]) else {
      return
    }
    let ends = Ends(rawValue: Int(bitPattern: sqlite3_user_data(context)))
    let characters = TrimSet(set)
    var rest = whole[...]
    if ends.contains(.left) {
      while let count = characters.first(of: rest) { rest = rest.dropFirst(count) }
    }
    if ends.contains(.right) {
      while let count = characters.last(of: rest) { rest = rest.dropLast(count) }
    }
    let trimmed = Bytes(rebasing: rest)
    // Nothing has no address, which SQLite would take for NULL.
    guard let start = trimmed.baseAddress, !trimmed.isEmpty else {
      return sqlite3_result_text(context, "", 0, nil)
    }
    start.withMemoryRebound(to: CChar.self, capacity: trimmed.count) { start in
      sqlite3_result_text64(
        context, start, UInt64(trimmed.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
        UInt8(SQLITE_UTF8))
    }
  }

  /// The characters that are trimmed, by their bytes: looked up, not gone through. Of several that fit
  /// the first of the set is taken, as SQLite does; in UTF-8 no two fit.
  private struct TrimSet {
    /// The place of a character in the set, by its bytes with their number in front.
    private var places: [UInt64: Int] = [:]
    /// How many bytes the characters have.
    private var widths: [Int] = []
    /// Characters that are too long to be a key, which are none of UTF-8.
    private var longer: [(place: Int, bytes: Slice<Bytes>)] = []

    private static let widthMax = 7

    init(_ text: Bytes) {
      var rest = text[...]
      var place = 0
      // SQLite ends the set at NUL.
      while let first = rest.first, first != 0 {
        let tail = first < 0xC0 ? 0 : rest.dropFirst().prefix { isContinuation($0) }.count
        let character = rest.prefix(1 + tail)
        if character.count > Self.widthMax {
          longer.append((place, character))
        } else if places[Self.key(character)] == nil {
          places[Self.key(character)] = place
          if !widths.contains(character.count) { widths.append(character.count) }
        }
        place += 1
        rest = rest.dropFirst(character.count)
      }
    }

    /// The width of the text's first character if the set has it.
    func first(of text: Slice<Bytes>) -> Int? {
      width { text.count < $0 ? nil : text.prefix($0) }
    }

    /// The width of the text's last character if the set has it.
    func last(of text: Slice<Bytes>) -> Int? {
      width { text.count < $0 ? nil : text.suffix($0) }
    }

    /// - Parameter end: so many bytes from the end that is trimmed; nil if there are fewer.
    private func width(_ end: (Int) -> Slice<Bytes>?) -> Int? {
      var found: (place: Int, width: Int)?
      for width in widths {
        guard let bytes = end(width), let place = places[Self.key(bytes)] else { continue }
        if place < found?.place ?? .max { found = (place, width) }
      }
      for (place, character) in longer {
        guard let bytes = end(character.count), bytes.elementsEqual(character) else { continue }
        if place < found?.place ?? .max { found = (place, character.count) }
      }
      return found?.width
    }

    private static func key(_ character: Slice<Bytes>) -> UInt64 {
      character.reduce(UInt64(character.count)) { $0 << 8 | UInt64($1) }
    }
  }
}
