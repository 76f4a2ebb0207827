private import GRDBSQLite
internal import ReportCore

/// A connection that can only read. Used from one thread.
final class SourceConnection {
  /// Bytes of one value at most.
  static let valueBytesMax: Int32 = 256 << 20
  /// Steps of SQLite's machine between two looks at the interrupt: below a millisecond.
  private static let stepsBetweenLooks: Int32 = 10_000

  let handle: OpaquePointer
  let sourceName: String
  let interrupt: Interrupt
  private let lockWaitMilliseconds: Int32

  /// - Throws: SOURCE_UNAVAILABLE if the file is not there or no database; it is never made.
  init(_ source: SQLiteSource, interrupt: Interrupt) throws(ReportFailure) {
    var opened: OpaquePointer?
    // A relative path is made to look like one: `:memory:` and `file:` mean something else.
    let path = source.path.hasPrefix("/") ? source.path : "./" + source.path
    let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else { throw .unavailable(source.name, said: "out of memory") }
    handle = opened
    sourceName = source.name
    self.interrupt = interrupt
    lockWaitMilliseconds = Int32(min(source.lockWait / .milliseconds(1), 1e9))
    guard code == SQLITE_OK else { throw failure(code) }
    sqlite3_extended_result_codes(handle, 1)
    installHandlers()
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.valueBytesMax)
    try run("PRAGMA query_only = ON")
    try run("PRAGMA trusted_schema = OFF")
    // One transaction, over in `deinit`. Reading the schema tells whether it is a database at all.
    try run("BEGIN")
    try run("SELECT count(*) FROM sqlite_schema")
    sqlite3_set_authorizer(handle, StatementGuard.authorizer, nil)
  }

  deinit {
    // Waits for statements that are still there, which there are none of.
    sqlite3_close_v2(handle)
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
    let said = String(cString: sqlite3_errmsg(handle))
    if interrupt.isPulled { return .interrupted }
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      return ReportFailure(
        .sourceUnavailable,
        "The data source \(sourceName) is locked by another program (\(said)). Try again later.")
    case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_IOERR, SQLITE_PERM,
      SQLITE_READONLY, SQLITE_PROTOCOL:
      return .unavailable(sourceName, said: said)
    case SQLITE_AUTH:
      return ReportFailure(
        .queryError, "The statement does what it may not (\(said)): it may only read.")
    default:
      return ReportFailure(.queryError, "The data source \(sourceName) says: \(said).")
    }
  }

  private func run(_ sql: String) throws(ReportFailure) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
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
        return connection.waitForLock(count) ? 1 : 0
      }, context)
  }

  /// - Returns: whether to try again.
  private func waitForLock(_ count: Int32) -> Bool {
    let pauseMilliseconds: Int32 = 20
    guard !interrupt.isPulled, count < lockWaitMilliseconds / pauseMilliseconds else {
      return false
    }
    sqlite3_sleep(pauseMilliseconds)
    return true
  }
}

extension ReportFailure {
  static let interrupted = ReportFailure(.canceledByUser, "The query was interrupted.")

  static func unavailable(_ sourceName: String, said: String) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable,
      "The data source \(sourceName) cannot be read: \(said). Check its path in the server's "
        + "configuration, and that the server may read the file.")
  }
}
