import ReportCore
import ReportwireTestKit
import Testing

@Suite("InMemoryReportStore", .timeLimit(.minutes(5)))
struct InMemoryReportStoreTests {
  @Test(arguments: StoreConformance.cases)
  func `It conforms`(_ conformance: ConformanceCase<any ReportStore>) async throws {
    try await conformance.run(InMemoryReportStore(tellsOfChanges: true))
  }

  @Test(arguments: StoreConformance.outboxCases)
  func hasAnOutbox(
    _ conformance: ConformanceCase<StoreConformance.OutboxStores>
  ) async throws {
    try await conformance.run(
      StoreConformance.OutboxStores { InMemoryReportStore(outbox: $0, clock: $1) })
  }

  @Test(arguments: StoreConformance.limitedCases)
  func `It has limits`(
    _ conformance: ConformanceCase<StoreConformance.LimitedStores>
  ) async throws {
    try await conformance.run(StoreConformance.LimitedStores { InMemoryReportStore(limits: $0) })
  }

  @Test(arguments: StoreConformance.timedCases)
  func `It keeps the time`(
    _ conformance: ConformanceCase<StoreConformance.TimedStore>
  ) async throws {
    let clock = FakeClock()
    try await conformance.run(
      StoreConformance.TimedStore(InMemoryReportStore(clock: clock), clock))
  }
}
