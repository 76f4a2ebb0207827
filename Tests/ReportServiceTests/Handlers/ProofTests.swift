import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Manifests, and reports by their files", .timeLimit(.minutes(5)))
struct ProofTests {
  private func finished(
    _ harness: ServiceHarness, in domain: String = "domain-a", manifest: [UInt8]?
  ) async throws -> Report {
    try await harness.create(domain: domain)
    let claimed = try await harness.claimNext()
    let artifact = Artifact(
      format: .csv, path: "a/b/csv-1.csv", bytes: 3, rows: 1,
      sha256: String(repeating: "ab", count: 32), mediaType: "text/csv")
    _ = try await harness.store.finish(
      claimed.reportID, fencingToken: claimed.lastFencingToken,
      with: .finished([artifact], .none), at: harness.clock.now, manifest: manifest)
    return claimed
  }

  private func url(
    _ harness: ServiceHarness, _ report: Report, format: String = "manifest",
    domain: String = "domain-a"
  ) async throws -> String {
    var metadata = Metadata()
    metadata[Metadata.format] = format
    return try await harness.call(
      ReportMethods.getDownloadURL,
      GetDownloadURLRequest(domainID: domain, reportID: report.reportID), metadata
    ).downloadURL
  }

  @Test func `The manifest is a format of its own that inspect does not list`() async throws {
    let harness = try ServiceHarness()
    let report = try await finished(harness, manifest: Array("{}".utf8))
    #expect(try await url(harness, report) == "test:\(report.reportID)/manifest")
    #expect(try await url(harness, report, format: "") == "test:\(report.reportID)/csv")
    let inspection = try await harness.call(
      ReportControlMethods.inspect,
      InspectReportRequest(domainID: "domain-a", reportID: report.reportID))
    #expect(inspection.artifacts.map(\.format) == ["csv"])
    let error = await #expect(throws: RPCError.self) {
      try await url(harness, report, domain: "domain-b")
    }
    #expect(error?.reason == "ERROR_NOT_FOUND")
  }

  @Test func `A report that was finished before there were any says so`() async throws {
    let harness = try ServiceHarness()
    let report = try await finished(harness, manifest: nil)
    let error = await #expect(throws: RPCError.self) { try await url(harness, report) }
    #expect(error?.reason == "ERROR_INVALID_PARAMETER")
    #expect(error?.message.contains("finished before this server made any") == true)
  }

  @Test func `No create can ask for one`() async throws {
    let harness = try ServiceHarness()
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(
        ReportMethods.create,
        CreateReportRequest(
          domainID: "domain-a", templateID: ServiceHarness.template.templateID, name: "n",
          templateOptions: ["region": "eu", "formats": ["manifest"]]))
    }
    #expect(error?.reason == "ERROR_INVALID_PARAMETER")
  }

  @Test func `Reports are found by a file, in their domain alone`() async throws {
    let harness = try ServiceHarness()
    let first = try await finished(harness, manifest: nil)
    let other = try await finished(harness, in: "domain-b", manifest: nil)
    let second = try await finished(harness, manifest: nil)
    func found(_ domain: String, _ sha256: String) async throws -> ReportsInfo {
      try await harness.call(
        ReportControlMethods.find, FindReportsRequest(domainID: domain, sha256: sha256))
    }
    let sha256 = String(repeating: "ab", count: 32)
    let own = try await found("domain-a", sha256)
    #expect(own.results.map(\.reportID) == [second.reportID, first.reportID])
    #expect(own.totalCount == 2)
    #expect(try await found("domain-b", sha256).results.map(\.reportID) == [other.reportID])
    #expect(try await found("domain-a", String(repeating: "0", count: 64)).results.isEmpty)
    for text in ["ab", sha256.uppercased(), String(repeating: "g", count: 64)] {
      let error = await #expect(throws: RPCError.self) { try await found("domain-a", text) }
      #expect(error?.reason == "ERROR_INVALID_PARAMETER")
    }
  }
}
