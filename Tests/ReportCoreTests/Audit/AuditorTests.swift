import Logging
import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite("Auditor", .timeLimit(.minutes(5)))
struct AuditorTests {
  private let clock = FakeClock()
  private let store: InMemoryReportStore
  private let auditor: Auditor

  init() {
    store = InMemoryReportStore(clock: clock)
    auditor = Auditor(
      sink: store, clock: clock, ids: SequentialIDs(),
      limits: AuditLimits(
        refusalsOfPeer: .init(burst: 2, secondsPerLine: 60),
        refusals: .init(burst: 5, secondsPerLine: 1),
        failuresOfPeer: .init(burst: 3, secondsPerLine: 1),
        failures: .init(burst: 100, secondsPerLine: 1), peersMax: 3),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Whether failures of a peer are let through, and how many were left out before each.
  private func fail(
    _ count: Int, from peer: String, isRefusal: Bool = true
  ) async throws -> [Int64?] {
    var told: [Int64?] = []
    for _ in 0..<count {
      var event = auditor.event("m")
      event.peer = peer.exact
      guard auditor.admits(failure: &event, isRefusal: isRefusal) else {
        told.append(nil)
        continue
      }
      told.append(event.leftOut)
      try await auditor.keep(event)
    }
    return told
  }

  @Test func `A flood of refusals leaves a few lines, and its count`() async throws {
    #expect(try await fail(1000, from: "10.0.0.1:1000").prefix(4) == [0, 0, nil, nil])
    #expect(try await store.events(AuditQuery(limit: 1000)).events.count == 2)
    clock.advance(by: .seconds(60))
    // Another connection is the same peer.
    #expect(try await fail(2, from: "10.0.0.1:1001") == [998, nil])
    #expect(try await fail(1, from: "10.0.0.1:1001", isRefusal: false) == [1])
  }

  @Test func `Other peers have their lines, but all together not more than there may be`()
    async throws
  {
    #expect(try await fail(3, from: "10.0.0.1:1") == [0, 0, nil])
    #expect(try await fail(3, from: "[::1]:1") == [0, 0, nil])
    #expect(try await fail(2, from: "unix") == [0, nil])
    clock.advance(by: .seconds(1))
    #expect(try await fail(2, from: "unix") == [1, nil])
    // Who is known has lines of its own.
    #expect(try await fail(4, from: "unix", isRefusal: false) == [1, 0, 0, nil])
  }

  @Test func `What was left out of a peer that says nothing any more is told once`() async throws {
    _ = try await fail(7, from: "10.0.0.1:1")
    await auditor.settle(silentFor: .seconds(60))
    #expect(try await store.events(AuditQuery(limit: 9)).events.count == 2)
    clock.advance(by: .seconds(60))
    for _ in 1...2 { await auditor.settle(silentFor: .seconds(60)) }
    let events = try await store.events(AuditQuery(limit: 9)).events
    #expect(events.map(\.method) == ["left_out", "m", "m"])
    #expect(events[0].leftOut == 5)
    #expect(events[0].peer == "10.0.0.1")
    #expect(events[0].domainID == "")
  }

  @Test func `It is told at the end, too`() async throws {
    let running = Task { await auditor.run() }
    let next = FakeClock.monotonicStart.advanced(by: Auditor.settleAfter)
    await clock.waitForSleeper(until: next)
    _ = try await fail(4, from: "10.0.0.1:1")
    clock.advance(by: .seconds(60))
    await clock.waitForSleeper(until: next.advanced(by: Auditor.settleAfter))
    #expect(try await store.events(AuditQuery(limit: 9)).events.first?.leftOut == 2)
    _ = try await fail(3, from: "10.0.0.1:1")
    running.cancel()
    await running.value
    #expect(try await store.events(AuditQuery(limit: 9)).events.first?.leftOut == 2)
    #expect(try await store.events(AuditQuery(limit: 9)).events.map(\.leftOut) == [2, 0, 2, 0, 0])
  }

  @Test func `Peers are remembered as long as there is something to remember, but not too many`() {
    let rate = AuditLimits.Rate(burst: 1, secondsPerLine: 1)
    var gauge = FailureGauge(
      AuditLimits(
        refusalsOfPeer: rate, refusals: .init(burst: 1000, secondsPerLine: 1),
        failuresOfPeer: rate, failures: rate, peersMax: 2))
    let start = FakeClock.monotonicStart
    for peer in 0..<100 {
      let told = gauge.take("peer-\(peer)".exact, isRefusal: true, at: start)
      // The first ones by themselves, all others as one.
      #expect(told == (peer < 3 ? 0 : nil))
    }
    #expect(gauge.peerCount == 3)
    let later = start.advanced(by: .seconds(10))
    let settled = gauge.settled(silentFor: .zero, at: later)
    #expect(settled.map(\.host) == [""])
    #expect(settled.map(\.count) == [97])
    #expect(gauge.peerCount == 0)
    #expect(gauge.take("peer-7", isRefusal: true, at: later) == 0)
  }

  @Test func `An event that cannot be kept is an error, and the caller's cancel does not stop one`()
    async throws
  {
    await store.fail(.record, with: [StoreError(.full, "full")])
    let error = await #expect(throws: UseCaseError.self) {
      try await auditor.keep(auditor.event("m"))
    }
    #expect(error?.code == .unavailable)
    let cancelled = Task { [auditor] in
      withUnsafeCurrentTask { $0?.cancel() }
      try await auditor.keep(auditor.event("m"))
    }
    try await cancelled.value
    #expect(try await store.events(AuditQuery(limit: 9)).events.count == 1)
  }

  @Test func `Ids are in the order of their times, before 1970 too`() {
    var ids: [String] = []
    for seconds in [-1, 0, 1, 4_000_000_000] {
      clock.setWallClock(to: Instant(secondsSinceEpoch: Int64(seconds)))
      ids.append(auditor.event("m").id)
    }
    #expect(ids == ids.sorted())
    #expect(ids[1].hasPrefix("audit-8000000000000000-"))
  }

  @Test(arguments: [
    ("ada", "ada"), ("", ""), ("a\0b", "a\u{fffd}b"),
    (String(repeating: "x", count: 256), String(repeating: "x", count: 255)),
    (String(repeating: "é", count: 200), String(repeating: "é", count: 127)),
  ])
  func `Texts are cut between characters, and hold no NUL`(text: String, bounded: String) {
    #expect(AuditEvent.bounded(text) == bounded.exact)
  }
}
