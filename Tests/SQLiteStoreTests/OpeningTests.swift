import Foundation
import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(5))) struct OpeningTests {
  @Test func aNewFileIsMadeAndOpenedAgain() async throws {
    try await withTemporaryFolder { folder in
      let report = TestReports.report(1)
      for _ in 1...2 {
        let store = try SQLiteStore(path: folder + "/store.sqlite")
        _ = try await store.create(report, idempotency: IdempotencyKey(key: "k", digest: "d"))
        #expect(try await store.report(report.reportID, in: report.domainID) == report)
        try await store.close()
      }
    }
  }

  @Test func leasesThatAnEarlierVersionTimedByTheWallClockAreOver() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let old = try DatabaseQueue(path: path)
      try await old.write { db in
        try db.execute(sql: Migration.first.sql)
        try db.execute(sql: "PRAGMA application_id = \(Migration.applicationID)")
        try db.execute(sql: "PRAGMA user_version = 1")
        // Of a clock that was years ahead.
        try db.execute(
          sql: """
            INSERT INTO reports VALUES (
              1, 'report-000000000001', 'domain-a', 't', 'n', '{}', 'csv', 's', '', '', '', 1,
              'IN_PROGRESS', 1, NULL, 1, 0, 0, 1, 'worker-1', 9000000000000000000, 0, NULL, NULL)
            """)
      }
      try old.close()
      let store = try SQLiteStore(path: path)
      #expect(try await store.timeToNextLeaseEnd() == .zero)
      let rescued = try await store.rescue(
        .silent(exceptFor: []), at: FakeClock.start, attemptsMax: 3, countMax: 9)
      #expect(rescued.map(\.state) == [.created])
      try await store.close()
    }
  }

  @Test func aCommitIsSyncedToTheDisk() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder + "/store.sqlite")
      let settings = try await store.write(.urgent) { db in
        [
          try db.first("PRAGMA synchronous") { $0.text(0) },
          try db.first("PRAGMA journal_mode") { $0.text(0) },
          try db.first("PRAGMA foreign_keys") { $0.text(0) },
        ]
      }
      #expect(settings == ["2", "wal", "1"])
      try await store.close()
    }
  }

  @Test func aMissingFolderIsUnavailable() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/missing/store.sqlite"
      expectError(
        .unavailable, at: path,
        "The database \(path) cannot be opened: unable to open database file. Check that its "
          + "folder exists and may be written.")
    }
  }

  @Test func aFolderInPlaceOfTheFileIsUnavailable() async throws {
    try await withTemporaryFolder { folder in
      expectError(
        .unavailable, at: folder,
        "The database \(folder) is a folder. Name a file, in it if you like.")
    }
  }

  @Test func aFileThatIsNoDatabaseIsCorruptAndStaysAsItIs() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let text = String(repeating: "This is no database. ", count: 100)
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      expectError(
        .corrupt, at: path,
        "The database \(path) is not an SQLite database: file is not a database. Name another "
          + "file, or move this one away.")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
  }

  @Test func anotherProgramsDatabaseIsRefusedAndStaysAsItIs() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/flights.sqlite"
      let other = try DatabaseQueue(path: path)
      try await other.write { try $0.execute(sql: "CREATE TABLE flights (number)") }
      try other.close()
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      expectError(
        .unsupported, at: path,
        "The database \(path) belongs to another program. Name another file for the store.")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test func aDatabaseOfANewerVersionIsRefused() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      try await SQLiteStore(path: path).close()
      let newer = try DatabaseQueue(path: path)
      try await newer.write {
        try $0.execute(sql: "PRAGMA user_version = \(Migration.newest + 1)")
      }
      try newer.close()
      expectError(
        .unsupported, at: path,
        "The database \(path) was written by a newer version of Reportwire (schema "
          + "\(Migration.newest + 1); this one knows up to \(Migration.newest)). Start the newer "
          + "version, or name another file.")
    }
  }

  @Test func whatADomainKeptInAnOlderVersionCounts() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let older = try DatabaseQueue(path: path)
      try await older.write { db in
        for migration in Migration.all where migration.number < 5 {
          try db.execute(sql: migration.sql)
        }
        try db.execute(
          sql: """
            PRAGMA application_id = \(Migration.applicationID);
            PRAGMA user_version = 4;
            INSERT INTO reports (
              number, report_id, domain_id, template_id, name, template_options, formats,
              storage_id, schedule_id, created_by, created_at, state, attempts, progress_rows,
              progress_bytes, last_fencing_token, is_cancel_requested)
            VALUES (7, 'report-1', 'domain-a', 't', 'n', '{"é":"é"}', 'csv', 's', '', '', 1,
              'FINISHED', 1, 1, 1, 1, 0);
            INSERT INTO artifacts VALUES (7, 0, 'csv', 'a/b/c', 90, 1, 'x', 'y');
            """)
      }
      try older.close()
      for (most, isTaken) in [(101 as Int64, false), (102, true)] {
        let store = try SQLiteStore(path: path, limits: StoreLimits(keptBytesPerDomainMax: most))
        let created = try? await store.create(TestReports.report(2), idempotency: nil)
        #expect((created != nil) == isTaken)
        #expect(try await store.report("report-1", in: "domain-a")?.isPinned == false)
        try await store.close()
      }
    }
  }

  @Test func whatWasFinishedBeforeThereWereManifestsHasNone() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let older = try DatabaseQueue(path: path)
      try await older.write { db in
        for migration in Migration.all where migration.number < Migration.manifests.number {
          try db.execute(sql: migration.sql)
        }
        try db.execute(
          sql: """
            PRAGMA application_id = \(Migration.applicationID);
            PRAGMA user_version = \(Migration.manifests.number - 1);
            INSERT INTO reports (
              number, report_id, domain_id, template_id, name, template_options, formats,
              storage_id, schedule_id, created_by, created_at, state, attempts, progress_rows,
              progress_bytes, last_fencing_token, is_cancel_requested)
            VALUES (7, 'report-1', 'domain-a', 't', 'n', '{}', 'csv', 's', '', '', 1,
              'FINISHED', 1, 1, 1, 1, 0);
            INSERT INTO artifacts VALUES (7, 0, 'csv', 'a/b/c', 90, 1, 'x', 'y');
            """)
      }
      try older.close()
      let store = try SQLiteStore(path: path)
      let report = try #require(try await store.report("report-1", in: "domain-a"))
      #expect(try await store.manifest(of: report.key) == nil)
      let found = try await store.reports(withFileOf: "x", in: "domain-a", countMax: 9)
      #expect(found == [report])
      try await store.close()
    }
  }

  /// The bytes of a manifest are among those that a domain keeps, and no more when it is gone.
  @Test func manifestsCountAmongWhatADomainKeeps() async throws {
    let store = try SQLiteStore(limits: StoreLimits(keptBytesPerDomainMax: 2 + 12 + 6))
    _ = try await store.create(TestReports.report(1), idempotency: nil)
    let claimed = try #require(
      try await store.claimNext(
        worker: "w", at: FakeClock.start, leaseFor: .seconds(9), runningPerDomainMax: 9))
    _ = try await store.finish(
      claimed.reportID, fencingToken: claimed.lastFencingToken,
      with: .finished([TestReports.artifact(of: claimed)], .none), at: FakeClock.start,
      manifest: Array("{\"é\"}".utf8))
    await #expect(throws: StoreError.self) {
      try await store.create(TestReports.report(2), idempotency: nil)
    }
    _ = try await store.delete([claimed.key], sparingPinned: false)
    let kept = try await store.write(.urgent) { db in
      try db.first("SELECT kept_bytes FROM domain_turns", []) { $0.integer(0) }
    }
    #expect(kept == 0)
    try await store.close()
  }

  @Test func whatWasSaidOfDomainsIsThereAfterTheStoreWasClosed() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      for (limits, state) in [
        (StoreLimits(), DomainState.enabled), (StoreLimits(domainState: .disabled), .disabled),
      ] {
        let store = try SQLiteStore(path: path, limits: limits)
        try await store.setDomainState(.disabled, of: "domain-off")
        try await store.setDomainState(.enabled, of: "domain-on")
        try await store.close()
        let again = try SQLiteStore(path: path, limits: limits)
        #expect(try await again.domainState("domain-off") == .disabled)
        #expect(try await again.domainState("domain-on") == .enabled)
        #expect(try await again.domainState("domain-new") == state)
        try await again.close()
      }
    }
  }

  @Test func aFileThatMayNotBeWrittenIsUnavailable() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      try await SQLiteStore(path: path).close()
      // A write version that SQLite does not know makes a database read-only, for root too.
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      try file.seek(toOffset: 18)
      try file.write(contentsOf: [3])
      try file.close()
      let error = openingError(path)
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("cannot be written") == true)
    }
  }

  @Test func aDamagedFileIsCorrupt() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let store = try SQLiteStore(path: path)
      for number in 1...50 {
        _ = try await store.create(TestReports.report(number), idempotency: nil)
      }
      try await store.close()
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      let size = try file.seekToEnd()
      try file.seek(toOffset: 4096)
      try file.write(contentsOf: [UInt8](repeating: 0xAA, count: Int(size) - 4096))
      try file.close()
      let error = await #expect(throws: StoreError.self) {
        let store = try SQLiteStore(path: path)
        _ = try await store.report(TestReports.id(1), in: "domain-a")
      }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains(path) == true)
    }
  }

  @Test func manyMayOpenANewFileAtOnce() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...8 {
          group.addTask {
            let store = try SQLiteStore(path: path)
            _ = try await store.create(TestReports.report(number), idempotency: nil)
            try await store.close()
          }
        }
        try await group.waitForAll()
      }
      let store = try SQLiteStore(path: path)
      #expect(try await store.reports(.everything).totalCount == 8)
      try await store.close()
    }
  }

  private func openingError(_ path: String) -> StoreError? {
    #expect(throws: StoreError.self) { _ = try SQLiteStore(path: path) }
  }

  private func expectError(
    _ code: StoreError.Code, at path: String, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(openingError(path) == StoreError(code, message), sourceLocation: sourceLocation)
  }
}
