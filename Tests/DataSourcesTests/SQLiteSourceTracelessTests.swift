import Foundation
import GRDB
import ReportCore
import Testing

@testable import DataSources

/// Reading a database leaves it, its folder and its application alone.
@Suite struct SQLiteSourceTracelessTests {
  private static let rows = SourceQuery(sql: "SELECT a FROM t ORDER BY a", bindings: [:])

  /// A database in WAL mode whose application has closed it.
  private func makeLogged(_ sql: String = "") throws -> SourceFile {
    let file = try SourceFile(
      "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);" + sql)
    try #require(try file.names == ["source.db"])
    return file
  }

  @Test(arguments: ["DELETE", "WAL"])
  func noFileIsMadeAndNoneIsTouched(_ mode: String) throws {
    let file = try SourceFile(
      "PRAGMA journal_mode = \(mode); CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    let bytes = FileManager.default.contents(atPath: file.path)
    let before = try FileManager.default.attributesOfItem(atPath: file.path)
    _ = try file.source.inspect(Self.rows.sql)
    #expect(try file.rows(Self.rows.sql) == [[.integer(1)], [.integer(2)]])
    #expect(try file.names == ["source.db"])
    let after = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(after[.modificationDate] as? Date == before[.modificationDate] as? Date)
    #expect(FileManager.default.contents(atPath: file.path) == bytes)
  }

  @Test func aPathWithEveryKindOfCharacterIsRead() throws {
    let file = try makeLogged()
    let folder = file.folder + "/a b%41?c#d&immutable=0;é😀\u{1}'\""
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try FileManager.default.copyItem(atPath: file.path, toPath: folder + "/x.db")
    let source = SQLiteSource(name: "costs", path: folder + "/x.db")
    let sink = CollectingSink()
    try source.stream(Self.rows, interrupt: Interrupt(), into: sink)
    #expect(sink.rows.count == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.db"])
  }

  @Test func whatAnApplicationHasOpenIsReadAsItIsNow() throws {
    let file = try makeLogged()
    let application = try DatabasePool(path: file.path)
    try application.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
    #expect(try file.rows(Self.rows.sql).count == 3)
    try application.write { try $0.execute(sql: "INSERT INTO t VALUES (4)") }
    #expect(try file.rows(Self.rows.sql).count == 4)
    try application.close()
    #expect(try file.names == ["source.db"])
  }

  @Test func anApplicationMayWriteAndCloseWhileItsDatabaseIsRead() throws {
    let file = try makeLogged()
    var seen: [Cell] = []
    let sink = CallingSink { cells throws(ReportFailure) in
      seen += cells
      do {
        try file.execute("INSERT INTO t VALUES (99)")
      } catch {
        throw ReportFailure(.internal, "the writer was held up: \(error)")
      }
    }
    try file.source.stream(Self.rows, interrupt: Interrupt(), into: sink)
    #expect(seen == [.integer(1), .integer(2)])
    #expect(try file.rows("SELECT count(*) FROM t") == [[.integer(4)]])
  }

  @Test func aDatabaseThatIsWrittenIntoWhileNoLockKeepsWritersOutFailsTheQuery() throws {
    let file = try makeLogged()
    let sink = CallingSink { cells throws(ReportFailure) in
      guard cells == [.integer(1)] else { return }
      do {
        try file.execute("INSERT INTO t VALUES (3); PRAGMA wal_checkpoint(TRUNCATE)")
      } catch {
        throw ReportFailure(.internal, "the writer was held up: \(error)")
      }
    }
    #expect(
      throws: ReportFailure(
        .sourceUnavailable,
        "The data source costs was changed by another program while it was read. Run the report "
          + "again.")
    ) {
      try file.source.stream(Self.rows, interrupt: Interrupt(), into: sink)
    }
  }

  @Test func aFileThatIsReplacedWhileItIsReadIsReadToItsEnd() throws {
    let file = try makeLogged()
    let newer = try makeLogged("INSERT INTO t VALUES (3)")
    var count = 0
    let sink = CallingSink { _ throws(ReportFailure) in
      count += 1
      guard count == 1, rename(newer.path, file.path) != 0 else { return }
      throw ReportFailure(.internal, "not replaced")
    }
    try file.source.stream(Self.rows, interrupt: Interrupt(), into: sink)
    #expect(count == 2)
    #expect(try file.rows(Self.rows.sql).count == 3)
  }

  @Test func aLogWithoutItsIndexIsRefusedWithAdvice() throws {
    let file = try makeLogged()
    let copy = try SourceFile()
    let application = try DatabasePool(path: file.path)
    try application.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
    try FileManager.default.removeItem(atPath: copy.path)
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: file.path + ending, toPath: copy.path + ending)
    }
    try application.close()
    #expect {
      _ = try copy.source.inspect("SELECT 1")
    } throws: { error in
      guard let failure = error as? ReportFailure else { return false }
      return failure.code == .sourceUnavailable
        && failure.message.contains("changes in a -wal file and no -shm file beside it")
        && failure.message.contains("wal_checkpoint(TRUNCATE)")
    }
    #expect(try copy.names == ["source.db", "source.db-wal"])
    try FileManager.default.removeItem(atPath: copy.path + "-wal")
    try Data().write(to: URL(filePath: copy.path + "-wal"))
    #expect(try copy.rows(Self.rows.sql).count == 2)
    #expect(try copy.names == ["source.db", "source.db-wal"])
  }

  @Test func anEmptyFileIsAnEmptyDatabaseAndItsJournalStays() throws {
    let file = try SourceFile()
    try Data().write(to: URL(filePath: file.path))
    try Data("left".utf8).write(to: URL(filePath: file.path + "-journal"))
    #expect(try file.rows("SELECT count(*) FROM sqlite_schema") == [[.integer(0)]])
    #expect(try file.names == ["source.db", "source.db-journal"])
  }

  /// A journal that its writer left behind when it was killed.
  @Test func anUnfinishedWriteIsNamedWithWhatToDo() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    let crashed = try SourceFile()
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let writer = try DatabaseQueue(path: file.path, configuration: configuration)
    try writer.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA cache_size = 5; BEGIN; ")
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
          INSERT INTO t SELECT hex(zeroblob(500)) FROM n
          """)
      for ending in ["", "-journal"] {
        let path = crashed.path + ending
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: file.path + ending, toPath: path)
      }
      try db.execute(sql: "ROLLBACK")
    }
    try writer.close()
    #expect {
      _ = try crashed.source.inspect("SELECT 1")
    } throws: { error in
      guard let failure = error as? ReportFailure else { return false }
      return failure.code == .sourceUnavailable && failure.message.contains("(a hot journal)")
        && failure.cause != nil && !failure.message.contains(crashed.folder)
    }
    #expect(try crashed.names == ["source.db", "source.db-journal"])
  }

  /// A folder in its place is what even root cannot open.
  @Test func aLogThatCannotBeOpenedIsNamedWithWhatToDo() throws {
    let file = try makeLogged()
    try Data().write(to: URL(filePath: file.path + "-shm"))
    try FileManager.default.createDirectory(
      atPath: file.path + "-wal", withIntermediateDirectories: false)
    #expect {
      _ = try file.source.inspect("SELECT 1")
    } throws: { error in
      guard let failure = error as? ReportFailure else { return false }
      return failure.code == .sourceUnavailable
        && failure.message.contains("cannot use the -wal and -shm files")
    }
  }

  /// Once a source is being read, nothing but what is sorted is written or opened. That SQLite says
  /// these was seen with a temporary folder of one megabyte; here it would be all tests' folder.
  @Test(
    arguments: [
      // SQLITE_FULL, SQLITE_CANTOPEN; SQLITE_IOERR_WRITE, _TRUNCATE, _GETTEMPPATH; others.
      (13, true), (14, true), (778, true), (1546, true), (6410, true), (266, false), (11, false),
    ] as [(Int32, Bool)])
  func aFullTemporaryFolderIsNoFaultOfTheSource(_ code: Int32, isTemporary: Bool) {
    let fault = SQLiteFault(code: code, said: "database or disk is full", systemError: 0)
    #expect(fault.isOfTemporaryFiles == isTemporary)
    let failure = ReportFailure.noRoomToSort(fault)
    #expect(failure.code == .storageError)
    #expect(failure.message.contains("SQLITE_TMPDIR"))
  }

  @Test func aDamagedFileIsCalledDamaged() throws {
    let file = try SourceFile("CREATE TABLE t (a)")
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    try handle.seek(toOffset: 100)
    try handle.write(contentsOf: Data(repeating: 0xff, count: 2000))
    try handle.close()
    #expect {
      _ = try file.source.inspect("SELECT 1")
    } throws: { error in
      guard let failure = error as? ReportFailure else { return false }
      return failure.code == .sourceUnavailable && failure.message.contains("is damaged")
    }
  }
}

extension SourceFile {
  /// What is in its folder.
  fileprivate var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
  }
}
