import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireTestKit
import SQLiteStore
import Testing

@Suite("Report.create", .timeLimit(.minutes(1)))
struct CreateTests {
  @Test("A report is kept, shown as CREATED, and the engine is woken")
  func creates() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.create("Kosten März", ["user_id": "ann"])
    #expect(info.reportID == "report-000000000001")
    #expect(info.domainID == "domain-a")
    #expect(info.templateID == ServiceHarness.template.templateID)
    #expect(info.state == .created)
    #expect(info.createdBy == "ann")
    #expect(info.templateOptions == ["region": "eu"])
    #expect(info.storageInfo?.storageID == Storage.local.storageID)
    #expect(info.storageInfo?.storageTypeInfo?.storageType == "local")
    #expect(info.createdAt == Timestamp(seconds: 1_800_000_001))
    #expect(info.error == nil)
    #expect(harness.engine.wakes == 1)
    let again = try await harness.call(
      ReportMethods.get, GetReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(again == info)
  }

  @Test("A template may be named, and options choose the formats")
  func namesAndFormats() async throws {
    let harness = try ServiceHarness()
    let info = try await harness.call(
      ReportMethods.create,
      CreateReportRequest(
        domainID: "domain-a", templateID: "monthly-cost", name: "x",
        templateOptions: ["region": "eu", "formats": ["json", "csv"]]))
    #expect(info.templateID == ServiceHarness.template.templateID)
    let report = try await harness.store.report(info.reportID, in: "domain-a")
    #expect(report?.formats == [.json, .csv])
  }

  @Test(
    "What is missing or wrong is refused by name, and nothing is kept",
    arguments: [
      (CreateReportRequest(), RPCError.requiredParameter("domain_id")),
      (CreateReportRequest(domainID: "d"), .requiredParameter("template_id")),
      (
        CreateReportRequest(domainID: "d", templateID: "template-00000000000a"),
        .requiredParameter("name")
      ),
      (
        CreateReportRequest(domainID: "d", templateID: "nope", name: "x"),
        .notFound("template_id", "nope")
      ),
      (
        CreateReportRequest(
          domainID: "d", templateID: "monthly-cost", name: "x",
          templateOptions: ["region": "eu"], storageID: "storage-nope"),
        .notFound("storage_id", "storage-nope")
      ),
    ])
  func refuses(request: CreateReportRequest, error: RPCError) async throws {
    let harness = try ServiceHarness()
    await #expect(throws: error) { try await harness.call(ReportMethods.create, request) }
    #expect(harness.engine.wakes == 0)
  }

  @Test(
    "Options are checked before anything is kept",
    arguments: [
      (Struct(), "ERROR_REQUIRED_PARAMETER", "template_options.region"),
      (["region": 1], "ERROR_INVALID_PARAMETER", "template_options.region"),
      (["region": "eu", "regoin": "x"], "ERROR_INVALID_PARAMETER", "template_options.regoin"),
      (["region": "eu", "top": "x"], "ERROR_INVALID_PARAMETER", "template_options.top"),
      (
        ["region": "eu", "formats": ["xls"]], "ERROR_INVALID_PARAMETER", "template_options.formats"
      ),
    ] as [(Struct, String, String)])
  func refusesOptions(options: Struct, reason: String, key: String) async throws {
    let harness = try ServiceHarness()
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(
        ReportMethods.create,
        CreateReportRequest(
          domainID: "d", templateID: "monthly-cost", name: "x", templateOptions: options))
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason.hasPrefix("ERROR_") == true)
    #expect(error?.message.contains(key) == true, "\(error?.message ?? "")")
    #expect(error?.reason == reason || error?.reason == "ERROR_INVALID_PARAMETER_TYPE")
  }

  @Test("A disabled template makes no reports")
  func disabled() async throws {
    let harness = try ServiceHarness()
    let error = await #expect(throws: RPCError.self) {
      try await harness.call(
        ReportMethods.create, CreateReportRequest(domainID: "d", templateID: "old", name: "x"))
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.reason == "ERROR_TEMPLATE_DISABLED")
  }

  @Test(
    "A domain id that could lead out of a folder is refused",
    arguments: ["../x", "a/b", ".hidden", "a b", "ä", String(repeating: "a", count: 129)])
  func domainIDs(id: String) async throws {
    let harness = try ServiceHarness()
    let error = await #expect(throws: RPCError.self) {
      try await harness.create(domain: id)
    }
    #expect(error?.message.contains("domain_id") == true)
  }

  @Test("The longest name and the longest domain id are taken, one character more is not")
  func lengths() async throws {
    let harness = try ServiceHarness()
    let longest = String(repeating: "ä", count: 255)
    let info = try await harness.create(longest, domain: String(repeating: "a", count: 128))
    #expect(info.state == .created)
    await #expect(throws: RPCError.self) { try await harness.create(longest + "x") }
    await #expect(throws: RPCError.self) { try await harness.create("line\nbreak") }
  }

  @Test("The same idempotency key gives the same report, other arguments are refused")
  func idempotency() async throws {
    let harness = try ServiceHarness()
    let key: Metadata = ["idempotency-key": "k1"]
    let first = try await harness.create("a", key)
    let second = try await harness.create("a", key)
    #expect(second == first)
    let other = await #expect(throws: RPCError.self) { try await harness.create("b", key) }
    #expect(other?.code == .alreadyExists)
    #expect(other?.reason == "ERROR_NOT_UNIQUE")
    let elsewhere = try await harness.create("a", domain: "domain-b", key)
    #expect(elsewhere.reportID != first.reportID)
    let long: Metadata = ["idempotency-key": String(repeating: "k", count: 256)]
    await #expect(throws: RPCError.self) { try await harness.create("c", long) }
  }
}
