import ReportCore
import ReportwireTestKit
import Testing

@Suite("InMemoryReportStore", .timeLimit(.minutes(1)))
struct InMemoryReportStoreTests {
  @Test(arguments: StoreConformance.cases)
  func `It conforms`(_ conformance: ConformanceCase<any ReportStore>) async throws {
    try await conformance.run(InMemoryReportStore())
  }
}
