private import GRDBSQLite
internal import ReportCore
internal import Texts

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// A shared lock on a database file, and how the file can be read without leaving a trace.
///
/// A read-only connection to a database in WAL mode is not free of writing: where `-wal` and `-shm`
/// are missing, SQLite makes them. They belong to this server's user then, and the application that
/// owns the database cannot open them any more. So this looks first, under a lock that keeps what
/// it saw true: while it is held nobody can remove the two files or change the journal mode.
///
/// All of it goes through SQLite's own file object. A descriptor of our own would, when it is
/// closed, take away every lock that this process has on the file (POSIX), also those of other runs.
final class SourceLock {
  enum Way {
    /// As one reader among others: whatever it needs is there already.
    case amongOthers
    /// Nobody has it open for writing, and all that is in it is in the one file. That it stays so is
    /// looked at afterwards.
    case undisturbed
  }

  /// What `stat` says of a file.
  private struct Look: Equatable {
    var size: Int64
    var inode: UInt64
    var seconds: Int
    var nanoseconds: Int

    init?(_ path: UnsafePointer<CChar>?) {
      var status = stat()
      guard let path, stat(path, &status) == 0 else { return nil }
      size = Int64(status.st_size)
      inode = UInt64(status.st_ino)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      seconds = time.tv_sec
      nanoseconds = time.tv_nsec
    }

    /// Whether a change right now might leave the same time: clocks of file systems are coarse.
    var isOfThisMoment: Bool {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      let age = (now.tv_sec - seconds) * 1_000_000_000 + now.tv_nsec - nanoseconds
      return age >= 0 && age < SourceLock.coarsenessNanoseconds
    }
  }

  private static let coarsenessNanoseconds = 20_000_000
  private static let headerBytes = 100

  /// The path as SQLite is to be given it.
  let path: String
  private let handle: OpaquePointer
  private let first: Look?
  let way: Way

  /// Takes the lock.
  ///
  /// - Throws: SOURCE_UNAVAILABLE if the file cannot be opened, is locked for longer than one is
  ///   patient, or cannot be read without making files beside it.
  init(_ source: SQLiteSource, patience: LockPatience) throws(ReportFailure) {
    // A relative path is made to look like one: `:memory:` and `file:` mean something else.
    path = source.path.hasPrefix("/") ? source.path : "./" + source.path
    handle = try SourceConnection.open(path, SQLITE_OPEN_READONLY, of: source)
    var opened: UnsafeMutablePointer<sqlite3_file>?
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &opened)
    guard let file = opened, let methods = file.pointee.pMethods?.pointee else {
      sqlite3_close_v2(handle)
      throw .unreadable(source.name, said: "it is no file")
    }
    do throws(ReportFailure) {
      var tries: Int32 = 0
      var code = methods.xLock(file, SQLITE_LOCK_SHARED)
      while code & 0xFF == SQLITE_BUSY, patience.waitForLock(tries) {
        tries += 1
        code = methods.xLock(file, SQLITE_LOCK_SHARED)
      }
      guard code == SQLITE_OK else {
        throw patience.interrupt.isPulled
          ? .interrupted : ReportFailure(source.name, SQLiteFault(code, on: handle))
      }
      var header = [UInt8](repeating: 0, count: Self.headerBytes)
      // A short file is filled up with zeros, which is what an empty database looks like.
      _ = methods.xRead(file, &header, Int32(Self.headerBytes), 0)
      let name = sqlite3_db_filename(handle, "main")
      var look = Look(name)
      way = try Self.way(header, look, name, source)
      if way == .undisturbed, look?.isOfThisMoment == true {
        sqlite3_sleep(Int32(Self.coarsenessNanoseconds / 1_000_000))
        look = Look(name)
      }
      first = look
    } catch {
      sqlite3_close_v2(handle)
      throw error
    }
  }

  deinit {
    sqlite3_close_v2(handle)
  }

  /// The file as a URI that tells SQLite to look for no other and to take no lock.
  var undisturbedURI: String {
    let path = sqlite3_db_filename(handle, "main")
    // Bytes, for a folder above it may have a name that is no UTF-8.
    let bytes = UnsafeRawBufferPointer(start: path, count: path.map { strlen($0) } ?? 0)
    let uri =
      "file:"
      + PercentCoding.encoded(bytes) {
        $0.isAlphanumeric || "/-_.".utf8.contains($0)
      }
    return uri + "?immutable=1"
  }

  /// Whether somebody wrote into the file since the lock was taken. What stands in a new `-wal` does
  /// not count: it is not read. Nor does a file that was put in its place: the old one is read on.
  var isDisturbed: Bool {
    let now = Look(sqlite3_db_filename(handle, "main"))
    return way == .undisturbed && now?.inode == first?.inode && now != first
  }

  private static func way(
    _ header: [UInt8], _ file: Look?, _ name: UnsafePointer<CChar>?, _ source: SQLiteSource
  ) throws(ReportFailure) -> Way {
    let log = Look(sqlite3_filename_wal(name))
    let hasIndex = name.map { Look(String(cString: $0) + "-shm") != nil } ?? false
    // SQLite removes what lies beside an empty database.
    guard let file, file.size > 0 else { return .undisturbed }
    guard header[19] == 2 || log != nil else { return .amongOthers }
    guard let log, log.size > 0 || hasIndex else { return .undisturbed }
    guard hasIndex else { throw .logWithoutIndex(source.name) }
    return .amongOthers
  }
}

/// How long one waits for a lock that another program holds.
struct LockPatience {
  private static let pauseMilliseconds: Int32 = 20

  let interrupt: Interrupt
  let milliseconds: Int32

  init(_ interrupt: Interrupt, _ wait: Duration) {
    self.interrupt = interrupt
    milliseconds = Int32(min(wait / .milliseconds(1), 1e9))
  }

  /// Waits a little, unless the time is over or nobody wants the lock any more.
  ///
  /// - Parameter count: how often it was called before, for the same lock.
  /// - Returns: whether to try again.
  func waitForLock(_ count: Int32) -> Bool {
    guard !interrupt.isPulled, count < milliseconds / Self.pauseMilliseconds else { return false }
    sqlite3_sleep(Self.pauseMilliseconds)
    return true
  }
}
