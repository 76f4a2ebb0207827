package import ReportCore

/// What every `ReportStore` does. Each case wants a new, empty store; those of leases bring the time
/// that the store measures them by, so no case waits.
package enum StoreConformance {
  package typealias Case = ConformanceCase<any ReportStore>
  package typealias TimedCase = ConformanceCase<TimedStore>

  /// A store and the clock that it was made with.
  package struct TimedStore: Sendable {
    package let store: any ReportStore
    package let clock: FakeClock

    package init(_ store: any ReportStore, _ clock: FakeClock) {
      self.store = store
      self.clock = clock
    }

    /// Lets time pass until so many seconds after the start of the case.
    func pass(to seconds: Int64) {
      let moment = FakeClock.monotonicStart.advanced(by: .seconds(seconds))
      clock.advance(by: clock.monotonic.duration(to: moment))
    }
  }

  package static let cases: [Case] =
    createCases + claimCases + holdCases + finishCases + manifestCases + cancelCases + listCases
    + predicateCases
    + fieldCases + keepingCases + auditCases + storageCases + domainCases + closeCases

  package static let timedCases: [TimedCase] = leaseCases + rescueCases + abandonCases

  static let leaseFor = Duration.seconds(30)

  /// A moment so many seconds after the start of each case.
  static func at(_ seconds: Int64) -> Instant {
    FakeClock.at(seconds)
  }

  /// A new report; the number makes its id, and its time unless said otherwise.
  static func report(
    _ number: Int, in domainID: String = "domain-a", createdAt seconds: Int64? = nil
  ) -> Report {
    TestReports.report(number, in: domainID, createdAt: at(seconds ?? Int64(number)))
  }

  static func claim(
    _ store: any ReportStore, by worker: String = "worker-1", at seconds: Int64 = 100,
    runningPerDomainMax: Int = 100
  ) async throws -> Report? {
    try await store.claimNext(
      worker: worker, at: at(seconds), leaseFor: leaseFor,
      runningPerDomainMax: runningPerDomainMax)
  }

  /// Creates a report and claims it.
  static func running(_ store: any ReportStore, _ number: Int = 1) async throws -> Report {
    let new = report(number)
    _ = try await store.create(new, idempotency: nil)
    let claimed = try require(try await claim(store), "claimed report")
    try expectEqual(claimed.reportID, new.reportID, "claimed report")
    return claimed
  }

  /// The moment on the store's clock so many seconds after the start of a case.
  static func leaseTime(_ seconds: Int64) -> LeaseTime {
    LeaseTime(
      bootID: "boot-1", instant: FakeClock.monotonicStart.advanced(by: .seconds(seconds)))
  }

  static func token(of report: Report) throws -> Int64 {
    try require(report.lease, "lease").fencingToken
  }

  /// The report as the store has it now.
  static func stored(_ report: Report, in store: any ReportStore) async throws -> Report {
    try require(try await store.report(report.reportID, in: report.domainID), "stored report")
  }

  static func kinds(of report: Report, in store: any ReportStore) async throws
    -> [ReportEvent.Kind]
  {
    try await store.timeline(of: report.key).map(\.kind)
  }
}
