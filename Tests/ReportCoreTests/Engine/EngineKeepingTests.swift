import Logging
import ReportwireTestKit
import Synchronization
import Testing

@testable import ReportCore

@Suite("ReportEngine: retention, deletion, changes", .timeLimit(.minutes(5)))
struct EngineKeepingTests {
  private static let day = Duration.seconds(86_400)

  @Test func `Reports whose time is over go with their files, those that are pinned stay`()
    async throws
  {
    let gone = Mutex<[ReportKey]>([])
    let bench = EngineBench(
      configuration: EngineConfiguration(removedAtOnceMax: 2, sweepSeconds: 3600),
      retention: { Retention(days: 2) }, onRemoval: { key in gone.withLock { $0.append(key) } })
    try await bench.running { bench in
      var reports: [Report] = []
      for number in 1...6 {
        let report = try await bench.create(number)
        reports.append(report)
        _ = await bench.end(of: report)
      }
      _ = try await bench.store.setPinned(
        true, reports[2].reportID, in: "domain-a", at: bench.clock.now)
      #expect(bench.artifacts.files.count == 6)
      let next = FakeClock.monotonicStart.advanced(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: next)
      bench.clock.advance(by: Self.day * 2)
      let later = bench.clock.monotonic.advanced(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: later)
      #expect(bench.artifacts.files.count == 6)
      bench.clock.advance(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: later.advanced(by: .seconds(3600)))
      for report in reports {
        let isPinned = report.reportID == reports[2].reportID
        #expect(try await bench.stored(report)?.isPinned == (isPinned ? true : nil))
      }
      #expect(bench.artifacts.files.keys.map { $0.contains(reports[2].reportID) } == [true])
      #expect(
        Set(gone.withLock(\.self)) == Set(reports.map(\.key)).subtracting([reports[2].key]))
    }
  }

  @Test func `Events of the audit go when they are old, however many there are`() async throws {
    let bench = EngineBench(
      configuration: EngineConfiguration(
        auditKeepDays: 2, eventsRemovedAtOnceMax: 3, sweepSeconds: 3600))
    for number in 1...10 {
      // The last two are younger by a second than those that go.
      let at = FakeClock.at(number < 9 ? 0 : 3601)
      try await bench.store.record(AuditEvent(id: "audit-\(number)", at: at, method: "m"))
    }
    try await bench.running { bench in
      var next = FakeClock.monotonicStart.advanced(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: next)
      #expect(try await bench.store.events(AuditQuery(limit: 99)).events.count == 10)
      bench.clock.advance(by: Self.day * 2 + .seconds(3600))
      next = bench.clock.monotonic.advanced(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: next)
      let left = try await bench.store.events(AuditQuery(limit: 99)).events
      #expect(left.map(\.id) == ["audit-10", "audit-9"])
    }
  }

  @Test func `A file that cannot be removed is left to the sweep, and the report is gone`()
    async throws
  {
    let bench = EngineBench()
    let report = TestReports.report(1)
    _ = try await bench.store.create(report, idempotency: nil)
    let claimed = try #require(
      try await bench.store.claimNext(
        worker: "w", at: bench.clock.now, leaseFor: .seconds(9), runningPerDomainMax: 9))
    var artifact = TestReports.artifact(of: claimed)
    artifact.path = "../elsewhere"
    _ = try await bench.store.finish(
      report.reportID, fencingToken: 1, with: .finished([artifact], .none), at: bench.clock.now)
    let outcomes = try await bench.engine.remover.remove([report.key], sparingPinned: false)
    #expect(outcomes.count == 1)
    #expect(try await bench.stored(report) == nil)
  }

  @Test func `A report of a storage that this server does not have fails, and says so`()
    async throws
  {
    let bench = EngineBench()
    try await bench.running { bench in
      var report = TestReports.report(1)
      report.storageID = "storage-00000000ffff"
      _ = try await bench.store.create(report, idempotency: nil)
      bench.engine.wake()
      let ended = await bench.end(of: report)
      #expect(ended?.failure?.code == .storageError)
      #expect(ended?.failure?.message.contains("storage-00000000ffff") == true)
    }
  }

  @Test func `The files of a report are made in the store of its storage`() async throws {
    let other = InMemoryArtifactStore()
    let bench = EngineBench(otherStores: ["storage-00000000000b": other])
    try await bench.running { bench in
      var report = TestReports.report(1)
      report.storageID = "storage-00000000000b"
      _ = try await bench.store.create(report, idempotency: nil)
      bench.engine.wake()
      let ended = await bench.end(of: report)
      #expect(ended?.state == .finished)
      #expect(bench.artifacts.files.isEmpty)
      #expect(other.files.keys.sorted() == ended?.artifacts.map(\.path))
      // The sweep goes through it too.
      other.plant("domain-a/report-fffffffffffe/csv-1.csv")
      let next = FakeClock.monotonicStart.advanced(by: .seconds(3600))
      await bench.clock.advance(toSleeperAt: next)
      await bench.clock.waitForSleeper(until: next.advanced(by: .seconds(3600)))
      #expect(other.files.count == 1)
      try await bench.engine.remover.remove([report.key], sparingPinned: false)
      #expect(other.files.isEmpty)
    }
  }

  @Test func `A store that tells of changes is not polled for what waits`() async throws {
    let clock = FakeClock()
    let bench = EngineBench(
      store: InMemoryReportStore(clock: clock, tellsOfChanges: true), clock: clock)
    try await bench.running { bench in
      let report = TestReports.report(1)
      // Nobody wakes the engine, and no time passes.
      _ = try await bench.store.create(report, idempotency: nil)
      #expect(await bench.end(of: report)?.state == .finished)
    }
  }
}
