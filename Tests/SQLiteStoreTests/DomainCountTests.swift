import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(5))) struct DomainCountTests {
  private static let mine = ReportCore.Predicate.equals(.domainID, .string("domain-a"))

  private static func isState(_ state: ReportState) -> ReportCore.Predicate {
    .equals(.state, .string(state.rawValue))
  }

  /// A domain, and the states that are asked for.
  private static let shapes: [ReportCore.Predicate] =
    [
      mine, .all([mine]), .all([.all([]), mine]), .all([mine, mine]),
      .all([mine, .any([])]), .all([mine, .any([isState(.created), isState(.finished)])]),
      .all([isState(.created), mine, isState(.finished)]),
    ] + ReportState.allCases.map { .all([mine, isState($0)]) }

  private static let otherShapes: [ReportCore.Predicate] = [
    .all([]), isState(.created), .not(mine), .any([mine]), .all([mine, .not(isState(.created))]),
    .all([mine, .equals(.domainID, .string("domain-b"))]), .all([mine, .exists(.state)]),
    .all([mine, .equals(.state, .string("created"))]), .all([mine, .equals(.state, .null)]),
    .all([mine, .any([isState(.created), .contains(.reportName, "")])]),
    .all([mine, .equals(FieldReference.option("state"), .string("CREATED"))]),
  ]

  @Test(arguments: otherShapes)
  func whatAsksForMoreIsCounted(_ predicate: ReportCore.Predicate) {
    #expect(DomainCount(predicate) == nil)
  }

  @Test func theCountsKeptAreThoseOfTheReports() async throws {
    let clock = FakeClock()
    let store = try SQLiteStore(clock: clock)
    var random = SeededGenerator(seed: 7)
    for number in 1...60 {
      let domain = number.isMultiple(of: 4) ? "domain-b" : "domain-a"
      _ = try await store.create(TestReports.report(number, in: domain), idempotency: nil)
    }
    for _ in 1...100 {
      clock.advance(by: .seconds(1))
      let now = clock.now
      let number = Int.random(in: 1...60, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: _ = try await store.requestCancel(TestReports.id(number), in: "domain-a", at: now)
      case 1:
        _ = try await store.rescue(
          .silent(exceptFor: []), at: now, attemptsMax: 2, countMax: 9)
      default:
        let claimed = try await store.claimNext(
          worker: "w", at: now, leaseFor: .seconds(20), runningPerDomainMax: 5)
        guard let claimed, Bool.random(using: &random) else { break }
        _ = try await store.finish(
          claimed.reportID, fencingToken: claimed.lastFencingToken,
          with: [
            .finished([TestReports.artifact(of: claimed)], .none),
            .failure(ReportFailureInfo(code: .queryError, message: "x"), .none),
            .timeout(ReportFailureInfo(code: .timeout, message: "x"), .none),
          ][number % 3], at: now)
      }
    }
    for predicate in Self.shapes {
      let shortcut = try #require(DomainCount(predicate))
      let list = try ListSQL(.newestFirst(predicate), of: .report)
      let (kept, counted) = try await store.read(.query, for: "") { db in
        let (sql, values) = list.count
        return (try shortcut.count(db), try db.first(sql, values) { Int($0.integer(0)) })
      }
      #expect(kept == counted, "\(predicate)")
    }
    let all = try await store.reports(.newestFirst(Self.mine)).entities
    #expect(Set(all.map(\.state)).count > 3)
    try await store.close()
  }

  @Test func removingReportsKeepsTheCounts() async throws {
    let store = try SQLiteStore()
    for number in 1...3 { _ = try await store.create(TestReports.report(number), idempotency: nil) }
    try await store.write(.urgent) { try $0.run("DELETE FROM reports WHERE number = 2") }
    let shortcut = try #require(DomainCount(Self.mine))
    #expect(try await store.read(.query, for: "") { try shortcut.count($0) } == 2)
    let events = try await store.read(.query, for: "") {
      try $0.first("SELECT count(*) FROM report_events") { $0.integer(0) }
    }
    #expect(events == 2)
    try await store.close()
  }
}
