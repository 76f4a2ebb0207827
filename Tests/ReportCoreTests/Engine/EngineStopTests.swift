import ReportCore
import ReportwireTestKit
import Testing

@Suite("ReportEngine: cancel, timeout, lost leases, stop", .timeLimit(.minutes(5)))
struct EngineStopTests {
  private static let oneSlot = EngineConfiguration(parallelRuns: 1)

  @Test func `A cancel on this server ends a slow query at once and frees its slot`() async throws {
    let isSlow = Gate()
    try await EngineBench([.rows(3), .signal(isSlow), .hang], configuration: Self.oneSlot)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        bench.source.script([.rows(1)])
        let asked = try await bench.store.requestCancel(
          report.reportID, in: report.domainID, at: bench.clock.now)
        // No time passes: neither a heartbeat nor a poll is needed.
        bench.engine.cancelRequested(try #require(asked))
        let ended = await bench.end(of: report)
        #expect(ended?.state == .canceled)
        #expect(ended?.failure == .canceledByUser)
        #expect(ended?.progress.rows == 3)
        #expect(bench.artifacts.temporary.isEmpty)
        let next = await bench.end(of: try await bench.create(2))
        #expect(next?.state == .finished)
      }
  }

  @Test func `A cancel on another server ends a slow query at the next heartbeat`() async throws {
    let isSlow = Gate()
    try await EngineBench([.signal(isSlow), .hang]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      _ = try await bench.store.requestCancel(
        report.reportID, in: report.domainID, at: bench.clock.now)
      await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .seconds(5)))
      bench.clock.advance(by: .seconds(5))
      let ended = await bench.end(of: report)
      #expect(ended?.state == .canceled)
      #expect(
        try await bench.kinds(of: report) == [.created, .claimed, .cancelRequested, .ended])
    }
  }

  @Test func `A cancel of another attempt does not touch this one`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      var stale = try #require(try await bench.stored(report))
      stale.isCancelRequested = true
      stale.lastFencingToken -= 1
      bench.engine.cancelRequested(stale)
      latch.open()
      #expect(await bench.end(of: report)?.state == .finished)
    }
  }

  @Test func `A slow query ends when its template's time is over, and its slot is free`()
    async throws
  {
    let isSlow = Gate()
    try await EngineBench(
      [.rows(2), .signal(isSlow), .hang], configuration: Self.oneSlot,
      template: EngineBench.template(limits: TemplateLimits(secondsMax: 3))
    ).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      bench.source.script([.rows(1)])
      let end = bench.clock.monotonic.advanced(by: .seconds(3))
      await bench.clock.waitForSleeper(until: end)
      bench.clock.advance(by: .seconds(3))
      let ended = await bench.end(of: report)
      #expect(ended?.state == .timeout)
      #expect(ended?.failure?.code == .timeout)
      #expect(ended?.endedAt == FakeClock.start.advanced(by: .seconds(3)))
      #expect(ended?.progress.rows == 2)
      #expect(bench.artifacts.temporary.isEmpty)
      #expect(await bench.end(of: try await bench.create(2))?.state == .finished)
    }
  }

  @Test func `A worker that lost its lease is interrupted and writes nothing`() async throws {
    let isSlow = Gate()
    let bench = EngineBench([.rows(2), .signal(isSlow), .hang], configuration: Self.oneSlot)
    try await bench.running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      // Another engine takes it for lost, and a third has it now.
      let later = bench.clock.now.advanced(by: .seconds(1000))
      let taken = try await bench.store.rescue(
        .everyoneBut(worker: "worker-9"), at: later, attemptsMax: 3, countMax: 9)
      #expect(taken.map(\.reportID) == [report.reportID])
      let other = try await bench.store.claimNext(
        worker: "worker-9", at: later, leaseFor: .seconds(30), runningPerDomainMax: 9)
      bench.source.script([.rows(1)])
      await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .seconds(5)))
      bench.clock.advance(by: .seconds(5))
      // Its slot is free when the next report has run.
      #expect(await bench.end(of: try await bench.create(2))?.state == .finished)
      #expect(try await bench.stored(report) == other)
      #expect(bench.texts.keys.sorted() == ["csv-1.csv"])
      #expect(bench.artifacts.files.keys.allSatisfy { $0.contains(TestReports.id(2)) })
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test func `Who lost its lease unnoticed cannot finish, and its files are removed`() async throws
  {
    let isSlow = Gate()
    let latch = ThreadLatch()
    let bench = EngineBench([.signal(isSlow), .block(latch)], configuration: Self.oneSlot)
    try await bench.running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      let later = bench.clock.now.advanced(by: .seconds(1000))
      _ = try await bench.store.rescue(
        .everyoneBut(worker: "worker-9"), at: later, attemptsMax: 3, countMax: 9)
      let other = try #require(
        try await bench.store.claimNext(
          worker: "worker-9", at: later, leaseFor: .seconds(30), runningPerDomainMax: 9))
      let files = [TestReports.artifact(of: other)]
      _ = try await bench.store.finish(
        other.reportID, fencingToken: other.lastFencingToken, with: .finished(files, .none),
        at: later)
      bench.source.script([])
      latch.open()
      #expect(await bench.end(of: try await bench.create(2))?.state == .finished)
      #expect(try await bench.stored(report)?.artifacts == files)
      #expect(bench.artifacts.files.keys.allSatisfy { $0.contains(TestReports.id(2)) })
      #expect(
        try await bench.kinds(of: report)
          == [.created, .claimed, .rescued, .claimed, .ended])
    }
  }

  @Test func `Running reports are given time to end when the engine stops`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    let bench = EngineBench([.signal(isSlow), .block(latch)], configuration: Self.oneSlot)
    let task = Task { await bench.engine.run() }
    let report = try await bench.create()
    let waiting = try await bench.create(2)
    await isSlow.wait()
    task.cancel()
    // It drains now, and claims no more.
    await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .seconds(10)))
    latch.open()
    await task.value
    #expect(try await bench.stored(report)?.state == .finished)
    #expect(try await bench.stored(waiting) == waiting)
  }

  @Test func `What still runs after the drain is handed back and does not count`() async throws {
    let isSlow = Gate()
    let bench = EngineBench([.rows(2), .signal(isSlow), .hang])
    let task = Task { await bench.engine.run() }
    let report = try await bench.create()
    await isSlow.wait()
    task.cancel()
    await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .seconds(10)))
    bench.clock.advance(by: .seconds(10))
    await task.value
    var expected = report
    expected.lastFencingToken = 1
    #expect(try await bench.stored(report) == expected)
    #expect(try await bench.kinds(of: report) == [.created, .claimed, .handedBack])
    #expect(bench.artifacts.files.isEmpty)
    #expect(bench.artifacts.temporary.isEmpty)

    // Another engine takes it up.
    let next = EngineBench(
      [.rows(1)], artifacts: bench.artifacts, store: bench.store, clock: bench.clock,
      worker: "worker-2")
    try await next.running { next in
      let ended = await next.end(of: report)
      #expect(ended?.state == .finished)
      #expect(ended?.attempts == 1)
      #expect(ended?.artifacts.map(\.path) == ["domain-a/\(report.reportID)/csv-2.csv"])
    }
  }

  @Test func `An engine without reports stops at once`() async {
    let bench = EngineBench()
    let task = Task { await bench.engine.run() }
    await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .seconds(1)))
    task.cancel()
    await task.value
  }
}
