private import CSQLiteSource
private import Crypto
private import GRDBSQLite
internal import ReportCore
private import Texts

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// A connection that can only read, and that leaves no file beside the database. Used from one
/// thread.
final class SourceConnection {
  /// Bytes of the pattern of a LIKE or GLOB, whose one step takes time that grows with the product of
  /// pattern and text.
  private static let patternBytesMax: Int32 = 256
  /// Steps of SQLite's machine between two looks at the interrupt: below a millisecond.
  private static let stepsBetweenLooks: Int32 = 10_000

  let handle: OpaquePointer
  let sourceName: String
  let interrupt: Interrupt
  private let patience: LockPatience
  /// Kept where SQLite takes no lock of its own.
  private var lock: SourceLock?
  /// Tables of the database itself that are called as if they were pragmas: UTF-8 in lower case.
  private var ownPragmaTables: Set<[UInt8]> = []
  /// Whether what is opened from now on is opened for sorting.
  private var isReading = false
  let budget: SourceBudget
  /// What the transaction reads; nil: nobody asked.
  private(set) var state: SourceState?
  /// What this thread was bound by before.
  private let earlierBudget: sqlite_budget

  /// - Throws: SOURCE_UNAVAILABLE if the file is not there or no database (it is never made), or
  ///   cannot be read without making files.
  ///
  /// - Parameter tellsState: whether somebody wants `state`.
  init(
    _ source: SQLiteSource, interrupt: Interrupt, budget: SourceBudget = SourceBudget(),
    tellsState: Bool = false
  ) throws(ReportFailure) {
    patience = LockPatience(interrupt, source.lockWait)
    self.budget = budget
    earlierBudget = sqlite_budget_begin(Int64(budget.memoryBytesMax))
    do throws(ReportFailure) {
      let lock = try SourceLock(source, patience: patience)
      handle =
        switch lock.way {
        case .amongOthers: try Self.open(lock.path, SQLITE_OPEN_READONLY, of: source)
        case .undisturbed:
          try Self.open(lock.undisturbedURI, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, of: source)
        }
      self.lock = lock
    } catch {
      sqlite_budget_end(earlierBudget)
      throw error
    }
    sourceName = source.name
    self.interrupt = interrupt
    installHandlers()
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, Self.patternBytesMax)
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: budget.rowBytesMax))
    // What stands in double quotes is a name. SQLite would take a misspelt one for a text, the same
    // in every row.
    _disableDoubleQuotedStringLiterals(handle)
    try run("PRAGMA query_only = ON")
    // What a database brings along may only compute, however its views are called.
    try run("PRAGMA trusted_schema = OFF")
    // One transaction, over in `deinit`. Reading the schema tells whether it is a database at all.
    try run("BEGIN")
    try readOwnPragmaTables()
    // From here on the transaction holds a lock.
    if lock?.way == .amongOthers { lock = nil }
    if tellsState { state = try readState() }
    SourceFunctions.install(on: handle)
    SearchFunctions.install(on: handle)
    isReading = true
    sqlite3_set_authorizer(
      handle, StatementGuard.authorizer, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    // Waits for statements that are still there, which there are none of.
    sqlite3_close_v2(handle)
    lock = nil
    sqlite_budget_end(earlierBudget)
  }

  static func open(
    _ path: String, _ flags: Int32, of source: SQLiteSource
  ) throws(ReportFailure) -> OpaquePointer {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else { throw .unreadable(source.name, said: "out of memory") }
    guard code == SQLITE_OK else {
      defer { sqlite3_close_v2(opened) }
      throw ReportFailure(source.name, SQLiteFault(code, on: opened))
    }
    sqlite3_extended_result_codes(opened, 1)
    return opened
  }

  /// What another thread may use while the connection is open.
  struct InterruptHandle: @unchecked Sendable {
    fileprivate let handle: OpaquePointer

    func interrupt() {
      sqlite3_interrupt(handle)
    }
  }

  var interruptHandle: InterruptHandle { InterruptHandle(handle: handle) }

  /// The failure that SQLite's last result code stands for.
  func failure(_ code: Int32) -> ReportFailure {
    if interrupt.isPulled { return .interrupted }
    // What was read may be half of the old and half of the new.
    if lock?.isDisturbed == true { return .disturbed(sourceName) }
    if code & 0xFF == SQLITE_NOMEM, sqlite_budget_is_refused() != 0 {
      return .beyondMemory(budget)
    }
    let fault = SQLiteFault(code, on: handle)
    if isReading, fault.isOfTemporaryFiles { return .noRoomToSort(fault) }
    // The database itself is open already.
    if !isReading, code & 0xFF == SQLITE_CANTOPEN { return .unreadableLog(sourceName, fault) }
    return ReportFailure(sourceName, fault)
  }

  /// To be asked when everything is read.
  ///
  /// - Throws: SOURCE_UNAVAILABLE if somebody wrote meanwhile where no lock keeps writers out.
  func checkUndisturbed() throws(ReportFailure) {
    if lock?.isDisturbed == true { throw .disturbed(sourceName) }
  }

  /// Whether a table that has a pragma's name is the database's own.
  func ownsTable(_ name: String) -> Bool { ownPragmaTables.contains(Array(name.utf8)) }

  /// The rows of a query of our own, as text.
  func shortRows(_ sql: some Sequence<UInt8>) throws(ReportFailure) -> [[String]] {
    var rows: [[String]] = []
    // C takes the text as it is: it need not be UTF-8.
    let text = sql.map { CChar(bitPattern: $0) } + [0]
    let code = withUnsafeMutablePointer(to: &rows) { rows in
      sqlite3_exec(
        handle, text,
        { rows, count, values, _ in
          let row = (0..<Int(count)).map { values?[$0].map { String(cString: $0) } ?? "" }
          rows?.assumingMemoryBound(to: [[String]].self).pointee.append(row)
          return 0
        }, rows, nil)
    }
    guard code == SQLITE_OK else { throw failure(code) }
    return rows
  }

  private func run(_ sql: String) throws(ReportFailure) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private func readOwnPragmaTables() throws(ReportFailure) {
    let sql = "SELECT lower(name) FROM sqlite_schema WHERE name LIKE 'pragma\\_%' ESCAPE '\\'"
    for row in try shortRows(sql.utf8) { ownPragmaTables.formUnion(row.map { Array($0.utf8) }) }
  }

  /// What tells this state of the database from others. SQLite's `data_version` is none of it: it
  /// counts from the connection's own beginning.
  private func readState() throws(ReportFailure) -> SourceState {
    var marks = SourceFile.marks(of: handle)
    marks["schema_sha256"] = schemaDigest().map { .string($0) }
    if let version = try shortRows("PRAGMA schema_version".utf8).first?.first.flatMap(Double.init) {
      marks["schema_version"] = .number(version)
    }
    return SourceState(kind: "sqlite", marks: marks)
  }

  /// The SHA-256 of all that the schema defines, row by row: it may be large.
  ///
  /// - Returns: nil if a definition is beyond the query's budget, which the query itself may well keep to;
  ///   what else is wrong the query will find.
  private func schemaDigest() -> String? {
    var digest = SHA256()
    let code = withUnsafeMutablePointer(to: &digest) { digest in
      sqlite3_exec(
        handle, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
        { digest, count, values, _ in
          let digest = digest?.assumingMemoryBound(to: SHA256.self)
          for index in 0..<Int(count) {
            // Each with its end, so that no two schemas read alike.
            let text = values?[index]
            let bytes = UnsafeRawBufferPointer(start: text, count: text.map { strlen($0) + 1 } ?? 0)
            digest?.pointee.update(bufferPointer: bytes)
            if text == nil { digest?.pointee.update(data: [1, 0]) }
          }
          return 0
        }, digest, nil)
    }
    return code == SQLITE_OK ? Hex.text(of: digest.finalize()) : nil
  }

  private func installHandlers() {
    // The connection outlives its handlers, so they need not hold it.
    let context = Unmanaged.passUnretained(self).toOpaque()
    // `sqlite3_interrupt` stops only what runs at that moment; this sees it later as well.
    sqlite3_progress_handler(
      handle, Self.stepsBetweenLooks,
      { context in
        guard let context else { return 0 }
        let connection = Unmanaged<SourceConnection>.fromOpaque(context).takeUnretainedValue()
        return connection.interrupt.isPulled ? 1 : 0
      }, context)
    sqlite3_busy_handler(
      handle,
      { context, count in
        guard let context else { return 0 }
        let connection = Unmanaged<SourceConnection>.fromOpaque(context).takeUnretainedValue()
        return connection.patience.waitForLock(count) ? 1 : 0
      }, context)
  }
}
