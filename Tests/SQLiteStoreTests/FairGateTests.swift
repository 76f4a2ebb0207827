import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(5))) struct FairGateTests {
  private let clock = FakeClock()
  private var end: MonotonicInstant { FakeClock.monotonicStart.advanced(by: .seconds(10)) }

  /// Queries that stay until they are told to go, and who has begun in which order.
  private final class Queries: Sendable {
    private let begun = Mutex<[String]>([])
    private let gates: [String: Gate]

    init(_ names: [String]) {
      gates = Dictionary(uniqueKeysWithValues: names.map { ($0, Gate()) })
    }

    var order: [String] { begun.withLock(\.self) }

    func run(_ name: String) async {
      begun.withLock { $0.append(name) }
      await gates[name]?.wait()
    }

    func end(_ name: String) { gates[name]?.open() }
  }

  /// Starts queries one after the other, each named after its domain and a number.
  private func start(
    _ names: [String], _ queries: Queries, in gate: FairGate, _ group: inout TaskGroup<Void>
  ) async {
    for name in names {
      let before = (queries.order.count, gate.waitingCount)
      group.addTask {
        try? await gate.pass(String(name.prefix(1)), until: end) { await queries.run(name) }
      }
      while (queries.order.count, gate.waitingCount) == before, !Task.isCancelled {
        await Task.yield()
      }
    }
  }

  private func waitUntil(_ queries: Queries, haveBegun count: Int) async {
    while queries.order.count < count, !Task.isCancelled { await Task.yield() }
  }

  @Test func aDomainNeverHasMoreThanItsShare() async {
    let gate = FairGate(places: 4, placesPerDomainMax: 2, clock: clock)
    let queries = Queries(["a1", "a2", "a3", "b1", "b2", "b3", "c1"])
    await withTaskGroup(of: Void.self) { group in
      await start(["a1", "a2", "a3", "b1", "b2", "c1"], queries, in: gate, &group)
      // Two places each; the third of a waits although it came before.
      #expect(queries.order == ["a1", "a2", "b1", "b2"])
      queries.end("b1")
      await waitUntil(queries, haveBegun: 5)
      #expect(queries.order.last == "c1")
      // A place that nobody else waits for is still not for a third of a, but for who comes then.
      queries.end("b2")
      await start(["b3"], queries, in: gate, &group)
      await waitUntil(queries, haveBegun: 6)
      #expect(queries.order.last == "b3")
      #expect(gate.waitingCount == 1)
      queries.end("a1")
      await waitUntil(queries, haveBegun: 7)
      #expect(queries.order.last == "a3")
      for name in ["a2", "a3", "b3", "c1"] { queries.end(name) }
    }
    #expect(gate.waitingCount == 0)
  }

  @Test func whoWaitsWithTheFewestUnderWayIsNext() async {
    let gate = FairGate(places: 2, placesPerDomainMax: 2, clock: clock)
    let names = ["a1", "a2", "a3", "a4", "b1", "b2"]
    let queries = Queries(names)
    await withTaskGroup(of: Void.self) { group in
      await start(names, queries, in: gate, &group)
      queries.end("a1")
      await waitUntil(queries, haveBegun: 3)
      queries.end("a2")
      await waitUntil(queries, haveBegun: 4)
      queries.end("b1")
      await waitUntil(queries, haveBegun: 5)
      #expect(queries.order == ["a1", "a2", "b1", "a3", "b2"])
      for name in names { queries.end(name) }
    }
    #expect(queries.order.last == "a4")
  }

  @Test func whoIsCancelledWaitsNoLongerAndKeepsNoPlace() async throws {
    let gate = FairGate(places: 1, placesPerDomainMax: 1, clock: clock)
    let queries = Queries(["a1", "b1"])
    await withTaskGroup(of: Void.self) { group in
      await start(["a1"], queries, in: gate, &group)
      let waiting = Task { try await gate.pass("a", until: end) {} }
      while gate.waitingCount == 0, !Task.isCancelled { await Task.yield() }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      #expect(gate.waitingCount == 0)
      let late = Task {
        while !Task.isCancelled { await Task.yield() }
        try await gate.pass("b", until: end) {}
      }
      late.cancel()
      await #expect(throws: CancellationError.self) { try await late.value }
      queries.end("a1")
      await group.waitForAll()
      await start(["b1"], queries, in: gate, &group)
      #expect(queries.order == ["a1", "b1"])
      queries.end("b1")
    }
  }

  @Test func whoWaitsForTooLongIsTold() async throws {
    let gate = FairGate(places: 1, placesPerDomainMax: 1, clock: clock)
    let queries = Queries(["a1"])
    await withTaskGroup(of: Void.self) { group in
      await start(["a1"], queries, in: gate, &group)
      let waiting = Task { try await gate.pass("b", until: end) {} }
      await clock.advance(toSleeperAt: end)
      await #expect(throws: QueryBudget.End.time) { try await waiting.value }
      queries.end("a1")
    }
  }

  @Test func noMoreWaitThanMay() async throws {
    let gate = FairGate(places: 1, placesPerDomainMax: 1, waitingPerDomainMax: 2, clock: clock)
    let queries = Queries(["a1", "a2", "a3", "b1"])
    await withTaskGroup(of: Void.self) { group in
      await start(["a1", "a2", "a3"], queries, in: gate, &group)
      let error = await #expect(throws: StoreError.self) {
        try await gate.pass("a", until: end) {}
      }
      #expect(error?.code == .exhausted)
      await start(["b1"], queries, in: gate, &group)
      for name in ["a1", "a2", "a3", "b1"] { queries.end(name) }
    }
    #expect(queries.order.count == 4)
  }

  /// Each that came used to copy all that waited, under the lock that every other needs: ten thousand
  /// of one domain kept everybody waiting for seconds.
  @Test func manyWaitAndManyLeaveWithoutLookingAtAllOthers() async throws {
    let count = 20_000
    let gate = FairGate(
      places: 1, placesPerDomainMax: 1, waitingPerDomainMax: count, clock: clock)
    let queries = Queries(["a0"])
    let end = end
    await withTaskGroup(of: Void.self) { group in
      await start(["a0"], queries, in: gate, &group)
      let waiting = (0..<count).map { _ in
        Task { (try? await gate.pass("a", until: end) { true }) ?? false }
      }
      while gate.waitingCount < count, !Task.isCancelled { await Task.yield() }
      for task in waiting[5000...] { task.cancel() }
      while gate.waitingCount > 5000, !Task.isCancelled { await Task.yield() }
      queries.end("a0")
      var passed = 0
      for task in waiting where await task.value { passed += 1 }
      #expect(passed == 5000)
    }
    #expect(gate.waitingCount == 0)
  }

  @Test func aQueryThatFailsGivesItsPlaceBack() async throws {
    struct Failure: Error {}
    let gate = FairGate(places: 1, placesPerDomainMax: 1, clock: clock)
    await #expect(throws: Failure.self) {
      try await gate.pass("a", until: end) { throw Failure() }
    }
    #expect(try await gate.pass("a", until: end) { 7 } == 7)
  }
}
