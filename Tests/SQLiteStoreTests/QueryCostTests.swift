import Dispatch
import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import SQLiteStore

/// What a query may cost, also inside of the functions that SQLite calls.
@Suite(.timeLimit(.minutes(5))) struct QueryCostTests {
  /// Does something at each look at the time.
  private final class LookedAtClock: EngineClock {
    private let state = Mutex(0)
    private let step: Duration
    private let looked: @Sendable (Int) -> Void

    init(step: Duration = .zero, looked: @escaping @Sendable (Int) -> Void = { _ in }) {
      self.step = step
      self.looked = looked
    }

    let now = FakeClock.start
    let bootID = "boot-1"
    var looks: Int { state.withLock(\.self) }

    var monotonic: MonotonicInstant {
      let looks = state.withLock { looks in
        looks += 1
        return looks
      }
      looked(looks)
      return FakeClock.monotonicStart.advanced(by: step * looks)
    }

    /// Nobody waits for its turn here.
    func sleep(until moment: MonotonicInstant) async throws {
      throw CancellationError()
    }
  }

  private static let text = FieldReference.option("text")

  /// One report, whose text takes the functions long: about 60 looks for the shortest.
  private static func fill(_ store: SQLiteStore) async throws {
    var report = TestReports.report(1)
    report.templateOptions = ["text": .string(String(repeating: "a", count: 1 << 21))]
    _ = try await store.create(report, idempotency: nil)
  }

  private static let slow: [ReportCore.Predicate] = [
    .matches(text, pattern: "(a|aa)*x"), .matches(text, pattern: "[^b]*b"),
    .any((0..<3).map { .matches(text, pattern: "a*[x\($0)]") }),
    .all(Array(repeating: .not(.contains(text, "aab")), count: 3)),
  ]

  @Test(arguments: slow)
  func aQueryEndsInTheMiddleOfASearchWhenItsCallerLeaves(
    _ predicate: ReportCore.Predicate
  ) async throws {
    let listing = Mutex<Task<Int, any Error>?>(nil)
    let clock = LookedAtClock { looks in
      if looks > 10 { listing.withLock { $0?.cancel() } }
    }
    let store = try SQLiteStore(clock: clock)
    try await Self.fill(store)
    let started = clock.looks
    let task = Task { try await store.reports(.newestFirst(predicate)).totalCount }
    listing.withLock { $0 = task }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(clock.looks - started < 20)
    #expect(try await store.reports(.everything).totalCount == 1)
    try await store.close()
  }

  @Test(arguments: slow)
  func aQueryEndsInTheMiddleOfASearchWhenItsTimeIsOver(
    _ predicate: ReportCore.Predicate
  ) async throws {
    let clock = LookedAtClock(step: .milliseconds(500))
    let store = try SQLiteStore(limits: StoreLimits(querySeconds: 10), clock: clock)
    try await Self.fill(store)
    let started = clock.looks
    let error = await #expect(throws: StoreError.self) {
      try await store.reports(.newestFirst(predicate))
    }
    #expect(error?.code == .exhausted)
    #expect(error?.message.contains("10 seconds (limits.query_seconds)") == true)
    #expect(clock.looks - started < 25)
    try await store.close()
  }

  @Test func anEndlessStatementEndsWhenItsTimeIsOver() async throws {
    let clock = LookedAtClock(step: .milliseconds(500))
    let store = try SQLiteStore(clock: clock)
    let error = await #expect(throws: StoreError.self) {
      try await store.read(.query, for: "a") { db in
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        return try db.first(endless + "SELECT count(*) FROM n") { $0.integer(0) }
      }
    }
    #expect(error?.code == .exhausted)
    try await store.close()
  }

  /// However many queries a domain has, the others find readers free, and single reports are always
  /// found.
  @Test func oneDomainHoldsHalfOfTheReadersAtMost() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(
        path: folder + "/store.sqlite", limits: StoreLimits(querySeconds: 3600))
      _ = try await store.create(TestReports.report(1, in: "domain-b"), idempotency: nil)
      let release = DispatchSemaphore(value: 0)
      let running = Shared((now: 0, most: 0))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...8 {
          group.addTask {
            try await store.read(.query, for: "domain-a") { _ in
              running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
              release.wait()
              running.withLock { $0.now -= 1 }
            }
          }
        }
        while running.withLock(\.now) < 2, !Task.isCancelled { await Task.yield() }
        let mine = ReportCore.Predicate.equals(.domainID, .string("domain-b"))
        #expect(try await store.reports(.newestFirst(mine)).totalCount == 1)
        #expect(try await store.report(TestReports.id(1), in: "domain-b") != nil)
        #expect(running.withLock(\.most) == 2)
        for _ in 1...8 { release.signal() }
        try await group.waitForAll()
      }
      #expect(running.withLock(\.most) == 2)
      try await store.close()
    }
  }
}
