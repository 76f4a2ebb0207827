import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

/// Rows that this version does not write: damaged, or made by hand.
@Suite(.timeLimit(.minutes(5))) struct StoredDataTests {
  @Test(arguments: [
    ("UPDATE reports SET template_options = '{\"a\":'", "A stored JSON text cannot be read"),
    ("UPDATE reports SET template_options = '[]'", "A stored JSON text cannot be read"),
    (
      "UPDATE reports SET failure_code = 'BAD_LUCK'",
      "Report report-000000000001 has a failure code this version does not know: BAD_LUCK."
    ),
  ])
  func aRowThatCannotBeReadIsCorrupt(_ sql: String, _ message: String) async throws {
    let store = try SQLiteStore()
    _ = try await store.create(TestReports.report(1), idempotency: nil)
    try await store.write(.urgent) { try $0.run(sql) }
    let error = await #expect(throws: StoreError.self) {
      try await store.report(TestReports.id(1), in: "domain-a")
    }
    #expect(error?.code == .corrupt)
    #expect(error?.message.hasPrefix(message) == true)
    try await store.close()
  }

  @Test func anEventThatIsNotKnownIsCorrupt() async throws {
    let store = try SQLiteStore()
    _ = try await store.create(TestReports.report(1), idempotency: nil)
    try await store.write(.urgent) { try $0.run("UPDATE report_events SET kind = 'PAUSED'") }
    let error = await #expect(throws: StoreError.self) {
      try await store.timeline(of: TestReports.report(1).key)
    }
    #expect(error?.code == .corrupt)
    try await store.close()
  }

  @Test func anIDThatIsTakenIsRefusedAndTheFirstReportStays() async throws {
    let store = try SQLiteStore()
    let first = TestReports.report(1, name: "first")
    _ = try await store.create(first, idempotency: nil)
    await #expect(throws: StoreError(.corrupt, "The id report-000000000001 is taken.")) {
      try await store.create(
        TestReports.report(1, name: "second"), idempotency: IdempotencyKey(key: "k", digest: "d"))
    }
    #expect(try await store.report(first.reportID, in: first.domainID) == first)
    // The key of the report that was refused is free.
    let third = TestReports.report(3)
    let outcome = try await store.create(third, idempotency: IdempotencyKey(key: "k", digest: "e"))
    #expect(outcome == .created(third))
    try await store.close()
  }

  @Test func aValueTooLongForTheDatabaseIsUnsupported() async throws {
    let store = try SQLiteStore()
    await #expect(throws: StoreError(.unsupported, "A value is too long for the database.")) {
      try await store.write(.urgent) { try $0.run("SELECT zeroblob(1000000001)") }
    }
    try await store.close()
  }

  @Test func aStorageIsSeenByItsOwnDomainAlone() async throws {
    let store = try SQLiteStore()
    try await store.write(.urgent) { db in
      try db.run(
        """
        INSERT INTO storages SELECT 'storage-00000000000b', 'domain-b', 'theirs', 'secret-b',
          storage_type_id, options, created_at FROM storages
        """)
    }
    #expect(try await store.storage("storage-00000000000b", in: "domain-b")?.name == "theirs")
    #expect(try await store.storage("storage-00000000000b", in: "domain-a") == nil)
    #expect(try await store.storage("storage-00000000000b", in: "") == nil)
    try await store.close()
  }

  @Test func theStoragesOfEveryServerAreThereAtEveryOpening() async throws {
    try await withTemporaryFolder { folder in
      for _ in 1...2 {
        let store = try SQLiteStore(path: folder + "/store.sqlite")
        #expect(try await store.storages(.everything).entities == [.local])
        try await store.close()
      }
    }
  }
}
