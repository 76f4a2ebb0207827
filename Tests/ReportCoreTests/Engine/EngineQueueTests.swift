import ReportCore
import ReportwireTestKit
import Testing

@Suite("ReportEngine: queue, rescue, store failures, sweep", .timeLimit(.minutes(5)))
struct EngineQueueTests {
  @Test func `No more reports run at once than there are slots, and all get their turn`()
    async throws
  {
    try await EngineBench([.rows(10)], configuration: EngineConfiguration(parallelRuns: 3))
      .running { bench in
        var reports: [Report] = []
        for number in 1...30 { reports.append(try await bench.create(number)) }
        for report in reports { #expect(await bench.end(of: report)?.state == .finished) }
        #expect(bench.source.runningMost <= 3)
        #expect(bench.source.queries.count == 30)
      }
  }

  @Test func `Slots work at the same time`() async throws {
    let latch = ThreadLatch()
    let gates = [Gate(), Gate()]
    let bench = EngineBench([.signal(gates[0]), .block(latch)])
    try await bench.running { bench in
      let first = try await bench.create(1)
      await gates[0].wait()
      bench.source.script([.signal(gates[1]), .block(latch)])
      let second = try await bench.create(2)
      await gates[1].wait()
      latch.open()
      #expect(await bench.end(of: first)?.state == .finished)
      #expect(await bench.end(of: second)?.state == .finished)
      #expect(bench.source.runningMost == 2)
    }
  }

  @Test func `A domain gets no more slots than it may have`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench(
      [.signal(isSlow), .block(latch)],
      configuration: EngineConfiguration(parallelRuns: 2, runningPerDomainMax: 1)
    ).running { bench in
      let first = try await bench.create(1)
      await isSlow.wait()
      let second = try await bench.create(2)
      bench.source.script([])
      let other = try await bench.create(3, in: "domain-b")
      #expect(await bench.end(of: other)?.state == .finished)
      #expect(try await bench.stored(second)?.state == .created)
      latch.open()
      #expect(await bench.end(of: first)?.state == .finished)
      #expect(await bench.end(of: second)?.state == .finished)
    }
  }

  @Test func `Two engines on one store run each report once`() async throws {
    let first = EngineBench([.rows(5)])
    let second = EngineBench(
      [.rows(5)], artifacts: first.artifacts, store: first.store, clock: first.clock,
      worker: "worker-2")
    try await first.running { first in
      try await second.running { second in
        var reports: [Report] = []
        for number in 1...40 {
          reports.append(try await first.create(number))
          second.engine.wake()
        }
        for report in reports {
          // Whoever runs it, its end is seen here, by the store if by nothing else.
          while try await first.stored(report)?.state.isTerminal == false { await Task.yield() }
          #expect(try await first.stored(report)?.state == .finished)
          #expect(try await first.kinds(of: report) == [.created, .claimed, .ended])
        }
        #expect(first.source.queries.count + second.source.queries.count == 40)
        #expect(first.artifacts.files.count == 40)
      }
    }
  }

  @Test func `A report that nobody told of is found by looking`() async throws {
    try await EngineBench().running { bench in
      let next = bench.clock.monotonic.advanced(by: .milliseconds(1000))
      await bench.clock.waitForSleeper(until: next)
      let report = TestReports.report(1)
      _ = try await bench.store.create(report, idempotency: nil)
      bench.clock.advance(by: .milliseconds(1000))
      #expect(await bench.end(of: report)?.state == .finished)
    }
  }

  @Test func `A lost worker's report is run again as soon as its lease is over`() async throws {
    let bench = EngineBench()
    let report = try await bench.create()
    _ = try await bench.store.claimNext(
      worker: "worker-9", at: bench.clock.now, leaseFor: .seconds(17), runningPerDomainMax: 9)
    try await bench.running { bench in
      let expiry = bench.clock.monotonic.advanced(by: .seconds(17))
      await bench.clock.waitForSleeper(until: expiry)
      bench.clock.advance(by: .seconds(17))
      let ended = await bench.end(of: report)
      #expect(ended?.state == .finished)
      #expect(ended?.attempts == 2)
      let kinds = try await bench.kinds(of: report)
      #expect(kinds == [.created, .claimed, .rescued, .claimed, .ended])
    }
  }

  @Test func `A report that loses every worker fails at its last attempt`() async throws {
    let bench = EngineBench(configuration: EngineConfiguration(attemptsMax: 2))
    let report = try await bench.create()
    for _ in 1...2 {
      _ = try await bench.store.rescue(
        .silent(exceptFor: []), at: bench.clock.now, attemptsMax: 2, countMax: 9)
      _ = try await bench.store.claimNext(
        worker: "worker-9", at: bench.clock.now, leaseFor: .seconds(10), runningPerDomainMax: 9)
      bench.clock.advance(by: .seconds(10))
    }
    try await bench.running { bench in
      let ended = await bench.end(of: report)
      #expect(ended?.state == .failure)
      #expect(ended?.failure?.code == .workerLost)
      #expect(ended?.attempts == 2)
      #expect(bench.source.queries.isEmpty)
    }
  }

  @Test func `The end of a run is written once the store answers again`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.signal(isSlow), .block(latch)]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      let down = StoreError(.unavailable, "It is down.")
      await bench.store.fail(.finish, with: [down, down])
      let now = bench.clock.monotonic
      latch.open()
      await bench.clock.waitForSleeper(until: now.advanced(by: .milliseconds(100)))
      bench.clock.advance(by: .milliseconds(100))
      await bench.clock.waitForSleeper(until: now.advanced(by: .milliseconds(300)))
      bench.clock.advance(by: .milliseconds(200))
      #expect(await bench.end(of: report)?.state == .finished)
    }
  }

  @Test func `A worker that cannot reach the store for a whole lease stops`() async throws {
    let isSlow = Gate()
    let configuration = EngineConfiguration(parallelRuns: 1, leaseSeconds: 6, heartbeatSeconds: 2)
    try await EngineBench([.signal(isSlow), .hang], configuration: configuration)
      .running { bench in
        let report = try await bench.create()
        await isSlow.wait()
        bench.source.script([])
        let down = StoreError(.unavailable, "It is down.")
        await bench.store.fail(.heartbeat, with: Array(repeating: down, count: 6))
        // A heartbeat and its five repetitions; the next would come after the lease. Then the
        // rescue, here of this engine itself.
        for milliseconds in [2000, 2100, 2300, 2700, 3500, 5100, 6000] {
          if milliseconds == 6000 { await bench.waitUntilNothingRuns() }
          await bench.clock.advance(
            toSleeperAt: FakeClock.monotonicStart.advanced(by: .milliseconds(milliseconds)))
        }
        let ended = await bench.end(of: report)
        #expect(ended?.state == .finished)
        #expect(ended?.attempts == 2)
        let kinds = try await bench.kinds(of: report)
        #expect(kinds == [.created, .claimed, .rescued, .claimed, .ended])
        #expect(bench.artifacts.files.keys.sorted() == ["domain-a/\(report.reportID)/csv-2.csv"])
      }
  }

  @Test func `Orphans are swept at the start and from time to time, files in use are not`()
    async throws
  {
    let bench = EngineBench(configuration: EngineConfiguration(sweepSeconds: 3600))
    bench.artifacts.plant("domain-a/report-fffffffffffe/csv-1.csv")
    try await bench.running { bench in
      let report = try await bench.create()
      _ = await bench.end(of: report)
      let next = FakeClock.monotonicStart.advanced(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: next)
      #expect(bench.artifacts.files.keys.sorted() == ["domain-a/\(report.reportID)/csv-1.csv"])
      bench.artifacts.plant("domain-a/\(report.reportID)/csv-0.csv")
      bench.clock.advance(by: .seconds(3600))
      await bench.clock.waitForSleeper(until: next.advanced(by: .seconds(3600)))
      #expect(bench.artifacts.files.keys.sorted() == ["domain-a/\(report.reportID)/csv-1.csv"])
    }
  }
}
