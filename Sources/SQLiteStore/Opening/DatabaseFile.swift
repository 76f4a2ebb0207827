private import Foundation
internal import GRDB
internal import ReportCore

/// The file of a store before it is used: whose it is, and of which version.
enum DatabaseFile {
  /// Looks into a file without changing it. Opening it for use would turn somebody else's database
  /// into another journal mode at the first look.
  ///
  /// - Throws: `StoreError` if it is a folder, another program's database or a newer version's.
  static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw StoreError(
        .unavailable, "The database \(path) is a folder. Name a file, in it if you like.")
    }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(SQLiteStore.lockWaitSeconds)
    let database: DatabaseQueue
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      // Not there yet, or not to be opened at all, which opening it for use will tell.
      return
    }
    defer { try? database.close() }
    try database.unsafeRead { db in
      let tables = try db.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) }
      let application = try db.first("PRAGMA application_id") { $0.integer(0) }
      let version = try db.first("PRAGMA user_version") { Int($0.integer(0)) } ?? 0
      guard tables != 0 else { return }
      guard application == Migration.applicationID else {
        throw StoreError(
          .unsupported,
          "The database \(path) belongs to another program. Name another file for the store.")
      }
      guard version <= Migration.newest else {
        throw StoreError(
          .unsupported,
          "The database \(path) was written by a newer version of Reportwire (schema \(version); "
            + "this one knows up to \(Migration.newest)). Start the newer version, or name "
            + "another file.")
      }
    }
  }
}
