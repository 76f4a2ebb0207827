import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("ReportEngine: clocks, leases, lost answers", .timeLimit(.minutes(5)))
struct EngineLeaseTests {
  private static let short = EngineConfiguration(
    parallelRuns: 2, leaseSeconds: 6, heartbeatSeconds: 2)
  private static let down = StoreError(.unavailable, "It is down.")

  // MARK: Clocks

  @Test(arguments: [-3600, 3600])
  func `A template's limit lasts as long as it says, wherever the wall clock goes`(
    _ seconds: Int64
  ) async throws {
    let isSlow = Gate()
    try await EngineBench(
      [.signal(isSlow), .hang],
      template: EngineBench.template(limits: TemplateLimits(secondsMax: 3))
    ).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      let end = bench.clock.monotonic.advanced(by: .seconds(3))
      await bench.clock.waitForSleeper(until: end)
      bench.clock.setWallClock(to: bench.clock.now.advanced(by: .seconds(seconds)))
      bench.clock.advance(by: .seconds(3) - .nanoseconds(1))
      #expect(try await bench.control(of: report)?.stop == nil)
      bench.clock.advance(by: .nanoseconds(1))
      #expect(await bench.end(of: report)?.state == .timeout)
    }
  }

  @Test func `A wall clock that is set forward takes no report from its worker`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)], configuration: Self.short)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        for seconds in 1...3 {
          let beat = FakeClock.monotonicStart.advanced(by: .seconds(2 * seconds))
          await bench.clock.waitForSleeper(until: beat)
          bench.clock.setWallClock(to: bench.clock.now.advanced(by: .seconds(1000)))
          bench.clock.advance(by: .seconds(2))
        }
        // The look for lost workers that is due at 6 s has been.
        await bench.clock.waitForSleeper(
          until: FakeClock.monotonicStart.advanced(by: .seconds(8)))
        latch.open()
        #expect(await bench.end(of: report)?.attempts == 1)
        #expect(try await bench.kinds(of: report) == [.created, .claimed, .ended])
      }
  }

  // MARK: Leases

  @Test func `An engine does not take its own runs for lost`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    // Its lease is over before its first heartbeat, as where the process was stopped for a while.
    let slow = EngineConfiguration(leaseSeconds: 6, heartbeatSeconds: 60)
    try await EngineBench([.signal(isSlow), .block(latch)], configuration: slow)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        await bench.clock.advance(
          toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(6)))
        // It has looked, and looks again soon.
        await bench.clock.waitForSleeper(
          until: FakeClock.monotonicStart.advanced(by: .seconds(7)))
        #expect(try await bench.stored(report)?.state == .inProgress)
        latch.open()
        #expect(await bench.end(of: report)?.state == .finished)
        #expect(try await bench.kinds(of: report) == [.created, .claimed, .ended])
      }
  }

  @Test func `A process that stood still for longer than its lease writes nothing afterwards`()
    async throws
  {
    let isSlow = Gate()
    let goesOn = FakeClock()
    let store = InMemoryReportStore(clock: goesOn)
    // The time of the process that was stopped, and with it its heartbeat.
    let stopped = EngineBench(
      [.rows(2), .signal(isSlow), .hang], configuration: Self.short, store: store)
    try await stopped.running { stopped in
      let report = try await stopped.create()
      await isSlow.wait()
      let control = try #require(try await stopped.control(of: report))
      let other = EngineBench(
        [.rows(1)], configuration: Self.short, artifacts: stopped.artifacts, store: store,
        clock: goesOn, worker: "worker-2")
      try await other.running { other in
        await goesOn.advance(toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(6)))
        #expect(await other.end(of: report)?.attempts == 2)
      }
      await stopped.clock.advance(
        toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(2)))
      await stopped.waitUntilNothingRuns()
      #expect(control.stop == .lost)
      let kinds = try await stopped.kinds(of: report)
      #expect(kinds == [.created, .claimed, .rescued, .claimed, .ended])
      #expect(stopped.texts.keys.sorted() == ["csv-2.csv"])
      #expect(stopped.artifacts.temporary.isEmpty)
    }
  }

  @Test func `A heartbeat that was heard is good for a whole lease`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    let configuration = EngineConfiguration(leaseSeconds: 7, heartbeatSeconds: 2)
    try await EngineBench([.signal(isSlow), .block(latch)], configuration: configuration)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        let control = try #require(try await bench.control(of: report))
        for seconds in [2, 4, 6] {
          await bench.clock.advance(
            toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(seconds)))
        }
        await bench.clock.waitForSleeper(
          until: FakeClock.monotonicStart.advanced(by: .seconds(8)))
        try #require(control.leaseEnd == FakeClock.monotonicStart.advanced(by: .seconds(13)))
        // So a store that is away when the first lease would be over is asked again.
        await bench.store.fail(.heartbeat, with: [Self.down])
        for milliseconds in [8000, 8100] {
          await bench.clock.advance(
            toSleeperAt: FakeClock.monotonicStart.advanced(by: .milliseconds(milliseconds)))
        }
        await bench.clock.waitForSleeper(
          until: FakeClock.monotonicStart.advanced(by: .seconds(10)))
        #expect(control.stop == nil)
        latch.open()
        #expect(await bench.end(of: report)?.state == .finished)
      }
  }

  @Test func `A cancel between the claim and the run is seen at once`() async throws {
    let bench = EngineBench([.hang])
    await bench.store.cancelClaims()
    try await bench.running { bench in
      let report = try await bench.create()
      // No time passes, so that no heartbeat tells of it.
      #expect(await bench.end(of: report)?.state == .canceled)
    }
  }

  @Test func `A report that the same engine has claimed again keeps its place`() async throws {
    let isDeaf = Gate()
    let deaf = ThreadLatch()
    let isSlow = Gate()
    try await EngineBench([.signal(isDeaf), .block(deaf)], configuration: Self.short)
      .running { bench in
        let report = try await bench.create()
        await isDeaf.wait()
        let first = try #require(try await bench.control(of: report))
        bench.source.script([.signal(isSlow), .hang])
        // Its worker cannot reach the store for a whole lease, and does not hear that it has to end.
        await bench.store.fail(.heartbeat, with: Array(repeating: Self.down, count: 6))
        for milliseconds in [2000, 2100, 2300, 2700, 3500, 5100] {
          await bench.clock.advance(
            toSleeperAt: FakeClock.monotonicStart.advanced(by: .milliseconds(milliseconds)))
        }
        await bench.waitUntil { first.stop == .lost }
        await bench.clock.advance(
          toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(6)))
        await isSlow.wait()
        #expect(!bench.engine.hasFreeSlot)
        let second = try #require(try await bench.control(of: report))
        #expect(second.fencingToken == 2)
        // The lost run ends at last, and takes nothing along but itself.
        deaf.open()
        await bench.waitUntil { bench.engine.hasFreeSlot }
        try #require(try await bench.control(of: report) === second)
        let asked = try await bench.store.requestCancel(
          report.reportID, in: report.domainID, at: bench.clock.now)
        bench.engine.cancelRequested(try #require(asked))
        #expect(await bench.end(of: report)?.state == .canceled)
      }
  }

  // MARK: The start

  @Test func `The only worker takes up at once what was running before it`() async throws {
    let bench = EngineBench(
      configuration: EngineConfiguration(
        runningPerDomainMax: 2, attemptsMax: 2, isOnlyWorker: true, rescuedAtOnceMax: 2))
    var reports: [Report] = []
    for number in 1...5 { reports.append(try await bench.create(number)) }
    for worker in ["worker-8", "worker-9"] {
      _ = try await bench.store.rescue(
        .everyoneBut(worker: worker), at: bench.clock.now, attemptsMax: 9, countMax: 1)
      for _ in 1...5 {
        _ = try await bench.store.claimNext(
          worker: worker, at: bench.clock.now, leaseFor: .seconds(1000), runningPerDomainMax: 9)
      }
    }
    try await bench.running { [reports] bench in
      // No time passes. The first was lost twice, the others once.
      for report in reports {
        let ended = try #require(await bench.end(of: report))
        #expect(ended.attempts == 2)
        #expect(ended.failure?.code == (report == reports[0] ? .workerLost : nil))
      }
    }
  }

  // MARK: Lost answers

  @Test func `An ending whose answer was lost is said again and keeps its files`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      await bench.store.fail(.finishAnswer, with: [Self.down])
      latch.open()
      await bench.clock.advance(
        toSleeperAt: FakeClock.monotonicStart.advanced(by: .milliseconds(100)))
      #expect(await bench.end(of: report)?.state == .finished)
      await bench.waitUntilNothingRuns()
      #expect(bench.texts.keys.sorted() == ["csv-1.csv"])
      #expect(try await bench.kinds(of: report) == [.created, .claimed, .ended])
    }
  }

  @Test func `The files of an ending that was never answered stay for the sweep`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)], configuration: Self.short)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        await bench.store.fail(.finish, with: Array(repeating: Self.down, count: 7))
        latch.open()
        for milliseconds in [100, 300, 700, 1500, 3100, 5100] {
          await bench.clock.advance(
            toSleeperAt: FakeClock.monotonicStart.advanced(by: .milliseconds(milliseconds)))
        }
        await bench.waitUntilNothingRuns()
        #expect(try await bench.stored(report)?.state == .inProgress)
        #expect(bench.texts.keys.sorted() == ["csv-1.csv"])
      }
  }

  @Test func `A store that is closed is not asked again`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      await bench.store.fail(.finish, with: [StoreError(.closed, "The store is closed.")])
      latch.open()
      // No time passes: there is no pause before another try.
      await bench.waitUntilNothingRuns()
      #expect(try await bench.stored(report)?.state == .inProgress)
    }
  }

  // MARK: The files are ready

  @Test(arguments: [RunControl.Stop.canceled, .timedOut, .handedBack])
  func `A run that is to stop when its files are ready is finished all the same`(
    _ stop: RunControl.Stop
  ) async throws {
    try await withReadyFiles { bench, report, latch in
      try #require(try await bench.control(of: report)).stop(stop)
      latch.open()
      #expect(await bench.end(of: report)?.state == .finished)
      #expect(bench.texts.keys.sorted() == ["csv-1.csv"])
      #expect(try await bench.kinds(of: report) == [.created, .claimed, .ended])
    }
  }

  @Test func `A run that is lost when its files are ready removes them`() async throws {
    try await withReadyFiles { bench, report, latch in
      let control = try #require(try await bench.control(of: report))
      let taken = try await bench.store.rescue(
        .everyoneBut(worker: "worker-9"), at: bench.clock.now, attemptsMax: 1, countMax: 9)
      #expect(taken.map(\.failure?.code) == [.workerLost])
      await bench.clock.advance(
        toSleeperAt: FakeClock.monotonicStart.advanced(by: .seconds(5)))
      await bench.waitUntil { control.stop == .lost }
      latch.open()
      await bench.waitUntilNothingRuns()
      #expect(bench.artifacts.files.isEmpty)
      #expect(try await bench.stored(report)?.state == .failure)
    }
  }

  @Test func `A run that was lost unnoticed when its files are ready removes them`() async throws {
    try await withReadyFiles { bench, report, latch in
      _ = try await bench.store.rescue(
        .everyoneBut(worker: "worker-9"), at: bench.clock.now, attemptsMax: 1, countMax: 9)
      latch.open()
      await bench.waitUntilNothingRuns()
      #expect(bench.artifacts.files.isEmpty)
      #expect(try await bench.stored(report)?.state == .failure)
    }
  }

  /// A run that has made its files and has not said so yet; it goes on with the latch.
  private func withReadyFiles(
    _ body: @Sendable (EngineBench, Report, ThreadLatch) async throws -> Void
  ) async throws {
    let isReady = Gate()
    let latch = ThreadLatch()
    let bench = EngineBench()
    bench.artifacts.onCommit {
      isReady.open()
      latch.wait()
    }
    try await bench.running { bench in
      let report = try await bench.create()
      await isReady.wait()
      defer { latch.open() }
      try await body(bench, report, latch)
    }
  }
}
