import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import SQLiteStore

@Suite struct CancellationTests {
  /// The caller of a list went away: the query must not go on.
  @Test(.timeLimit(.minutes(5)))
  func aReadStopsWhenItsTaskIsCancelled() async throws {
    try await withTemporaryFolder { folder in
      for store in [try SQLiteStore(), try SQLiteStore(path: folder + "/store.sqlite")] {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await store.read(.query, for: "") { db in
            start.finish()
            let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            return try db.first(endless + "SELECT count(*) FROM n") { $0.integer(0) }
          }
        }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The connection is good for the next read.
        #expect(try await store.reports(.everything).totalCount == 0)
        try await store.close()
      }
    }
  }

  /// Showing an entity takes none of SQLite's steps, by which it would notice.
  @Test(.timeLimit(.minutes(5)))
  func aListStopsBeforeTheNextEntityWhenItsTaskIsCancelled() async throws {
    let store = try SQLiteStore()
    for number in 1...9 { _ = try await store.create(TestReports.report(number), idempotency: nil) }
    let visitor = CancellingVisitor()
    let task = Task {
      await visitor.isReady.wait()
      return try await store.visitReports(.everything, visitor)
    }
    visitor.cancel = { task.cancel() }
    visitor.isReady.fire()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(visitor.visits.count == 1)
    try await store.close()
  }

  @Test func aWriteOfACancelledTaskIsDoneAllTheSame() async throws {
    let store = try SQLiteStore()
    let task = Task {
      await Task.yield()
      return try await store.create(TestReports.report(1), idempotency: nil)
    }
    task.cancel()
    #expect(try await task.value == .created(TestReports.report(1)))
    #expect(try await store.reports(.everything).totalCount == 1)
    try await store.close()
  }
}

/// Cancels who shows it something.
private final class CancellingVisitor: ListVisitor {
  let isReady = Signal()
  let visits = Signal()
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  var cancel: (@Sendable () -> Void)? {
    get { action.withLock { $0 } }
    set { action.withLock { $0 = newValue } }
  }

  func begin(_ size: ListSize) -> Bool { true }

  func visit(_ view: ReportView) -> Bool {
    visits.fire()
    cancel?()
    return true
  }
}
