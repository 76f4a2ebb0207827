internal import GRDB
private import GRDBSQLite
internal import ReportCore

extension Database {
  /// Steps of SQLite's machine between two looks at the interrupt: below a millisecond.
  private static let stepsPerLook: Int32 = 10_000

  /// Runs a body whose statements stop with SQLITE_INTERRUPT once the interrupt is pulled.
  ///
  /// GRDB interrupts the connection of a cancelled task, but `sqlite3_interrupt` stops only what runs
  /// at that moment; this sees it too when the statement starts afterwards.
  func stopped<Result>(by interrupt: Interrupt, _ body: () throws -> Result) rethrows -> Result {
    sqlite3_progress_handler(
      sqliteConnection, Self.stepsPerLook,
      { context in
        guard let context else { return 0 }
        return Unmanaged<Interrupt>.fromOpaque(context).takeUnretainedValue().isPulled ? 1 : 0
      }, Unmanaged.passUnretained(interrupt).toOpaque())
    defer { sqlite3_progress_handler(sqliteConnection, 0, nil, nil) }
    return try withExtendedLifetime(interrupt) { try body() }
  }
}
