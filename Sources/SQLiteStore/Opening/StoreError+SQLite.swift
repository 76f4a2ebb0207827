internal import GRDB
internal import ReportCore

extension StoreError {
  static let closed = StoreError(.closed, "The store is closed.")

  /// Why a query ended before its answer, as its caller shall see it.
  static func exhausted(_ end: QueryBudget.End, _ limits: StoreLimits) -> StoreError {
    switch end {
    case .time, .interrupted:
      StoreError(
        .exhausted, limit: "query_seconds",
        "The query took longer than \(limits.querySeconds) seconds (limits.query_seconds). Narrow it: "
          + "name a state, a template or a span of created_at, and search in fewer fields.")
    case .steps:
      StoreError(
        .exhausted, limit: "query_steps",
        "The query's patterns and searches take more than \(limits.queryStepsMax) steps "
          + "(limits.query_steps). Narrow it by other conditions, or use fewer and simpler patterns."
      )
    }
  }

  /// What an error of SQLite or of this store means to the store's caller.
  ///
  /// - Parameter path: of the database, for the person who looks after the server.
  init(_ error: any Error, at path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self.init(error, at: path)
    default: self.init(.unavailable, "The database \(path) failed: \(error).", cause: error)
    }
  }

  private init(_ error: DatabaseError, at path: String) {
    let said = error.message ?? "code \(error.extendedResultCode.rawValue)"
    func make(_ code: Code, _ what: String, _ advice: String) -> StoreError {
      StoreError(code, "The database \(path) \(what): \(said). \(advice)", cause: error)
    }
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self = make(
        .corrupt, "is not an SQLite database", "Name another file, or move this one away.")
    case .SQLITE_CORRUPT:
      self = make(.corrupt, "is damaged", "Stop the server and restore a backup of the file.")
    case .SQLITE_FULL:
      self = make(.full, "cannot grow", "Make room on its disk.")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self = make(
        .unavailable, "is locked by another process",
        "Try again, or stop the other process if it keeps the lock.")
    case .SQLITE_READONLY:
      self = make(
        .unavailable, "cannot be written", "Check the owner and mode of the file and its folder.")
    case .SQLITE_CANTOPEN:
      self = make(
        .unavailable, "cannot be opened", "Check that its folder exists and may be written.")
    case .SQLITE_PERM, .SQLITE_AUTH:
      self = make(.unavailable, "may not be used", "Check the owner and mode of the file.")
    case .SQLITE_IOERR:
      self = make(.unavailable, "cannot be read or written", "Check its disk.")
    case .SQLITE_TOOBIG:
      // Told to the caller, whom the path is no concern of.
      self = StoreError(.unsupported, "A value is too long for the database.", cause: error)
    default: self = make(.unavailable, "failed", "The server's log may tell more.")
    }
  }
}
