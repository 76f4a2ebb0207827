internal import GRDBSQLite
internal import ReportCore

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// The file behind a connection, as what tells its states apart.
///
/// All of it without a descriptor of our own, which would take away the locks of other runs when it
/// is closed (see `SourceLock`).
enum SourceFile {
  /// Where the header of a database has its count of changes; big-endian.
  private static let counterOffset: Int64 = 24

  /// Which file it is, and the counts and sizes that grow with what is written. The size of the
  /// write-ahead log is that of this moment, and may be ahead of what the transaction sees.
  static func marks(of handle: OpaquePointer) -> OptionObject {
    var marks: OptionObject = [:]
    let name = sqlite3_db_filename(handle, "main")
    if let file = status(name) {
      // As texts: they may be larger than a number of JSON holds exactly.
      marks["device"] = .string(String(file.st_dev))
      marks["inode"] = .string(String(file.st_ino))
      marks["bytes"] = .number(Double(file.st_size))
      marks["modified_at"] = .string(ISO8601.text(modification(of: file)))
    }
    if let log = status(sqlite3_filename_wal(name)), log.st_size > 0 {
      marks["wal_bytes"] = .number(Double(log.st_size))
      marks["wal_modified_at"] = .string(ISO8601.text(modification(of: log)))
    }
    if let count = changeCounter(handle) { marks["change_counter"] = .number(Double(count)) }
    return marks
  }

  private static func changeCounter(_ handle: OpaquePointer) -> UInt32? {
    var opened: UnsafeMutablePointer<sqlite3_file>?
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &opened)
    guard let file = opened, let methods = file.pointee.pMethods?.pointee else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4)
    guard methods.xRead(file, &bytes, Int32(bytes.count), counterOffset) == SQLITE_OK else {
      return nil
    }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func status(_ path: UnsafePointer<CChar>?) -> stat? {
    var status = stat()
    guard let path, stat(path, &status) == 0 else { return nil }
    return status
  }

  private static func modification(of file: stat) -> Instant {
    #if canImport(Darwin)
      let time = file.st_mtimespec
    #else
      let time = file.st_mtim
    #endif
    return Instant(secondsSinceEpoch: Int64(time.tv_sec), nanosecond: Int32(time.tv_nsec))
  }
}
