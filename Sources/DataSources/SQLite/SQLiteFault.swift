private import GRDBSQLite
internal import ReportCore

/// What SQLite says went wrong. For the log: it may name files.
struct SQLiteFault: Error, CustomStringConvertible {
  /// With its extension.
  let code: Int32
  let said: String
  let systemError: Int32

  var description: String {
    "SQLite \(code): \(said)" + (systemError == 0 ? "" : " (system error \(systemError))")
  }

  /// Whether it is about the files that SQLite sorts in: nothing else is written or opened once a
  /// source is being read.
  var isOfTemporaryFiles: Bool {
    switch code {
    case SQLITE_IOERR | 3 << 8, SQLITE_IOERR | 6 << 8, SQLITE_IOERR | 25 << 8: true
    default: code & 0xFF == SQLITE_FULL || code & 0xFF == SQLITE_CANTOPEN
    }
  }
}

extension SQLiteFault {
  init(_ code: Int32, on handle: OpaquePointer) {
    let last = sqlite3_extended_errcode(handle)
    // The connection's own is the longer one if it is of the same error.
    self.code = last & 0xFF == code & 0xFF ? last : code
    said = String(
      cString: last & 0xFF == code & 0xFF ? sqlite3_errmsg(handle) : sqlite3_errstr(code))
    systemError = sqlite3_system_errno(handle)
  }
}

extension ReportFailure {
  static let interrupted = ReportFailure(.canceledByUser, "The query was interrupted.")

  /// What a fault means to those who read a report's error: what to do, and no path.
  init(_ sourceName: String, _ fault: SQLiteFault) {
    let source = "The data source \(sourceName)"
    let said = fault.said
    switch (fault.code & 0xFF, fault.code >> 8) {
    case (SQLITE_BUSY, _), (SQLITE_LOCKED, _):
      self.init(
        .sourceUnavailable, "\(source) is locked by another program (\(said)). Try again later.")
    case (SQLITE_READONLY, 3):
      self.init(
        .sourceUnavailable,
        "\(source) has an unfinished write of a program that broke off (a hot journal), and must "
          + "be mended by one that may write. Start its application, or open it once: "
          + "sqlite3 FILE 'SELECT count(*) FROM sqlite_schema'.")
    case (SQLITE_READONLY, _), (SQLITE_PROTOCOL, _):
      self = .unreadableLog(sourceName, fault)
    case (SQLITE_NOTADB, _):
      self.init(
        .sourceUnavailable,
        "\(source) is no SQLite database (\(said)). Check its path in the server's configuration.")
    case (SQLITE_CORRUPT, _):
      self.init(
        .sourceUnavailable,
        "\(source) is damaged (\(said)). Look at it with PRAGMA integrity_check, and restore it.")
    case (SQLITE_CANTOPEN, _), (SQLITE_IOERR, _), (SQLITE_PERM, _):
      self = .unreadable(sourceName, said: said)
    case (SQLITE_AUTH, _) where said.hasPrefix("access to pragma_"):
      self.init(
        .queryError,
        "The statement reads a pragma that it may not (\(said)). It may read those that describe "
          + "tables and indexes: \(StatementGuard.readingPragmas.sorted().joined(separator: ", "))."
      )
    case (SQLITE_AUTH, _):
      self.init(
        .queryError, "The statement does what it may not (\(said)): it may only read.")
    case (SQLITE_ERROR, _) where said.hasPrefix("unsafe use of "):
      self.init(
        .queryError,
        "A view of the data source \(sourceName) makes \(said): a database that is read for others "
          + "may not use full-text, R-tree and other such tables and functions from within its "
          + "views. Write the view's query into the template, which may use them.")
    default:
      self.init(.queryError, "\(source) says: \(said).")
    }
    cause = fault
  }

  static func unreadable(_ sourceName: String, said: String) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable,
      "The data source \(sourceName) cannot be read: \(said). Check its path in the server's "
        + "configuration, and that the server may read the file.")
  }

  static func unreadableLog(_ sourceName: String, _ fault: SQLiteFault) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable,
      "The data source \(sourceName) is in WAL mode, and the report server cannot use the -wal and "
        + "-shm files beside it (\(fault.said)). Let the server's user read them, or give it a copy "
        + "made with VACUUM INTO.", cause: fault)
  }

  static func logWithoutIndex(_ sourceName: String) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable,
      "The data source \(sourceName) has changes in a -wal file and no -shm file beside it. To read "
        + "them the report server would have to make one, which may lock the application out. Start "
        + "the application, or bring the changes into the database once: "
        + "sqlite3 FILE 'PRAGMA wal_checkpoint(TRUNCATE)'.")
  }

  static func disturbed(_ sourceName: String) -> ReportFailure {
    ReportFailure(
      .sourceUnavailable,
      "The data source \(sourceName) was changed by another program while it was read. Run the "
        + "report again.")
  }

  static func beyondMemory(_ budget: SourceBudget) -> ReportFailure {
    ReportFailure(
      .byteLimit,
      "The query needs more than \(budget.memoryBytesMax) bytes of memory. Let it make fewer or "
        + "smaller values at a time, or raise limits.run_bytes of the server.")
  }

  static func noRoomToSort(_ fault: SQLiteFault) -> ReportFailure {
    ReportFailure(
      .storageError,
      "The report server's temporary folder has no room for what the query sorts or groups. Free "
        + "space there, name a larger folder in the server's variable SQLITE_TMPDIR, or let an "
        + "index give the order.", cause: fault)
  }
}
