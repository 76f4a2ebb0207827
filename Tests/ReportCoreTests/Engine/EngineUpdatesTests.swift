import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("ReportEngine: updates", .timeLimit(.minutes(5)))
struct EngineUpdatesTests {
  @Test func `A report that has ended gives itself and no more`() async throws {
    let bench = EngineBench()
    var report = TestReports.report(1)
    report.state = .finished
    var updates: [Report] = []
    for await update in bench.engine.updates(of: report) { updates.append(update) }
    #expect(updates == [report])
  }

  @Test func `A watcher sees the report as it is, its progress, and its end last`() async throws {
    let isSlow = Gate()
    let latch = ThreadLatch()
    try await EngineBench([.rows(7), .signal(isSlow), .block(latch)]).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      // Stale, as a service may have read it: what comes first is newer.
      var updates = bench.engine.updates(of: report).makeAsyncIterator()
      let first = await updates.next()
      #expect(first?.state == .inProgress)
      #expect(first?.progress.rows == 7)
      latch.open()
      var last: Report?
      while let update = await updates.next() { last = update }
      #expect(last?.state == .finished)
      #expect(last == (try await bench.stored(report)))
    }
  }

  @Test func `Progress is shown while a report runs`() async throws {
    let isSlow = Gate()
    let goesOn = ThreadLatch()
    let isSlower = Gate()
    let latch = ThreadLatch()
    let steps: [ScriptedSource.Step] = [
      .signal(isSlow), .block(goesOn), .rows(7), .signal(isSlower), .block(latch),
    ]
    try await EngineBench(steps).running { bench in
      let report = try await bench.create()
      await isSlow.wait()
      var updates = bench.engine.updates(of: report).makeAsyncIterator()
      #expect(await updates.next()?.progress.rows == 0)
      goesOn.open()
      await isSlower.wait()
      await bench.clock.waitForSleeper(
        until: bench.clock.monotonic.advanced(by: .milliseconds(500)))
      bench.clock.advance(by: .milliseconds(500))
      #expect(await updates.next()?.progress.rows == 7)
      latch.open()
      var last: Report?
      while let update = await updates.next() { last = update }
      #expect(last?.state == .finished)
    }
  }

  @Test func `A report that runs elsewhere is followed through the store`() async throws {
    let bench = EngineBench()
    let report = try await bench.create()
    var updates = bench.engine.updates(of: report).makeAsyncIterator()
    #expect(await updates.next() == report)
    let claimed = try #require(
      try await bench.store.claimNext(
        worker: "worker-9", at: bench.clock.now, leaseFor: .seconds(30), runningPerDomainMax: 9))
    await passInterval(bench)
    #expect(await updates.next() == claimed)
    await waitForPoll(bench)
    let outcome = try await bench.store.finish(
      report.reportID, fencingToken: 1,
      with: .finished([TestReports.artifact(of: claimed)], Progress(rows: 2, bytes: 12)),
      at: bench.clock.now)
    await passInterval(bench)
    let last = await updates.next()
    #expect(last.map { .finished($0) } == outcome)
    #expect(await updates.next() == nil)
  }

  /// Returns once the poll of this moment has looked, and sleeps again.
  private func waitForPoll(_ bench: EngineBench) async {
    await bench.clock.waitForSleeper(until: bench.clock.monotonic.advanced(by: .milliseconds(500)))
  }

  private func passInterval(_ bench: EngineBench) async {
    await waitForPoll(bench)
    bench.clock.advance(by: .milliseconds(500))
  }

  @Test func `A cancel of a waiting report is seen at once by all who watch`() async throws {
    let bench = EngineBench()
    let report = try await bench.create()
    var watchers = (0..<3).map { _ in bench.engine.updates(of: report).makeAsyncIterator() }
    for index in watchers.indices { #expect(await watchers[index].next() == report) }
    let canceled = try #require(
      try await bench.store.requestCancel(report.reportID, in: "domain-a", at: bench.clock.now))
    bench.engine.cancelRequested(canceled)
    for index in watchers.indices {
      #expect(await watchers[index].next() == canceled)
      #expect(await watchers[index].next() == nil)
    }
  }

  @Test func `A reader that is slow gets only the newest`() async throws {
    let bench = EngineBench()
    let report = try await bench.create()
    let stream = bench.engine.updates(of: report)
    let claimed = try await bench.store.claimNext(
      worker: "worker-9", at: bench.clock.now, leaseFor: .seconds(30), runningPerDomainMax: 9)
    await passInterval(bench)
    await waitForPoll(bench)
    var updates = stream.makeAsyncIterator()
    #expect(await updates.next() == claimed)
  }

  @Test func `Who stops reading is forgotten, and its report no longer looked for`() async throws {
    let bench = EngineBench()
    let report = try await bench.create()
    let reader = Task {
      for await _ in bench.engine.updates(of: report) { return }
    }
    await reader.value
    let waiting = Gate()
    let canceled = Task {
      for await _ in bench.engine.updates(of: report) { waiting.open() }
    }
    await waiting.wait()
    #expect(bench.engine.hub.isWatched(report.reportID))
    canceled.cancel()
    await canceled.value
    #expect(!bench.engine.hub.isWatched(report.reportID))
  }

  @Test func `A report that has gone from the store ends its watch`() async throws {
    let bench = EngineBench()
    var updates = bench.engine.updates(of: TestReports.report(1)).makeAsyncIterator()
    #expect(await updates.next() != nil)
    #expect(await updates.next() == nil)
  }

  @Test func `An engine that stops ends all watches`() async throws {
    let bench = EngineBench(configuration: EngineConfiguration(parallelRuns: 0))
    let task = Task { await bench.engine.run() }
    var updates = bench.engine.updates(of: try await bench.create()).makeAsyncIterator()
    #expect(await updates.next()?.state == .created)
    task.cancel()
    await task.value
    #expect(await updates.next() == nil)
  }

  @Test func `Snapshots are ordered whatever way they come`() {
    func snapshot(_ change: (inout Report) -> Void) -> SnapshotOrder {
      var report = TestReports.report(1)
      change(&report)
      return SnapshotOrder(report)
    }
    let ages = [
      snapshot { _ in },
      snapshot {
        $0.state = .inProgress; $0.lastFencingToken = 1
      },
      snapshot {
        $0.state = .inProgress; $0.lastFencingToken = 1; $0.isCancelRequested = true
      },
      snapshot {
        $0.state = .inProgress; $0.lastFencingToken = 1; $0.progress.rows = 5
      },
      snapshot { $0.lastFencingToken = 1 },
      snapshot {
        $0.state = .inProgress; $0.lastFencingToken = 2
      },
      snapshot {
        $0.state = .finished; $0.lastFencingToken = 2
      },
    ]
    for (index, age) in ages.enumerated() {
      for (other, otherAge) in ages.enumerated() { #expect((age < otherAge) == (index < other)) }
    }
    #expect(
      !(ages[6]
        < snapshot {
          $0.state = .failure; $0.lastFencingToken = 3
        }))
  }
}
