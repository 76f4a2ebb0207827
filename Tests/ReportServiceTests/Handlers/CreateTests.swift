import ProtobufWire
import RPCCore
import ReportAPI
import ReportCore
import ReportwireTestKit
import SQLiteStore
import Testing

@testable import ReportService

@Suite("Report.create", .timeLimit(.minutes(5)))
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
      (
        ["region": "eu", "format_options": 1], "ERROR_INVALID_PARAMETER",
        "template_options.format_options"
      ),
      (
        ["region": "eu", "format_options": ["csv": 1]], "ERROR_INVALID_PARAMETER",
        "template_options.format_options.csv"
      ),
      (
        ["region": "eu", "format_options": ["csv": ["ink": "red"]]], "ERROR_INVALID_PARAMETER",
        "template_options.format_options.csv.ink"
      ),
      (
        ["region": "eu", "formats": ["json"], "format_options": ["csv": [:]]],
        "ERROR_INVALID_PARAMETER", "template_options.format_options.csv"
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

  @Test("The longest name and the longest domain id are taken, one byte more is not")
  func lengths() async throws {
    let harness = try ServiceHarness()
    let longest = String(repeating: "ä", count: 127) + "x"
    let info = try await harness.create(longest, domain: String(repeating: "a", count: 128))
    #expect(info.state == .created)
    await #expect(throws: RPCError.self) { try await harness.create(longest + "x") }
    await #expect(throws: RPCError.self) { try await harness.create("line\nbreak") }
    // One character to Swift, whatever its length.
    let marks = "e" + String(repeating: "\u{301}", count: 128)
    await #expect(throws: RPCError.self) { try await harness.create(marks) }
  }

  @Test("What was made is never answered with an error about its answer: the options are left out")
  func acknowledgement() async throws {
    let harness = try ServiceHarness(answerBytesMax: 400)
    let region = String(repeating: "x", count: 400)
    let info = try await harness.create(region: region)
    #expect(info.templateOptions == nil)
    #expect(info.templateID == ServiceHarness.template.templateID)
    #expect(info.storageInfo?.name == "local")
    let report = try await harness.store.report(info.reportID, in: "domain-a")
    #expect(report?.templateOptions == ["region": .string(region)])
    let canceled = try await harness.call(
      ReportControlMethods.cancel,
      CancelReportRequest(domainID: "domain-a", reportID: info.reportID))
    #expect(canceled.state == .canceled)
    #expect(canceled.templateOptions == nil)
    let small = try await harness.create(region: "eu")
    #expect(small.templateOptions == ["region": "eu"])
  }

  @Test("Options are measured before they are hashed, as they will be kept")
  func optionBytes() async throws {
    let harness = try ServiceHarness(limits: UseCaseLimits(optionsBytesMax: 1000))
    for (options, bytes) in [
      (["region": .string(String(repeating: "x", count: 987))], 1000),
      (["region": .string(String(repeating: "x", count: 988))], 1001),
      (["region": "eu", "x\"": [.null, true, 1.5, ["a": "é"]]], 52),
      ([String(repeating: "\u{301}", count: 262_144): .null], 524_297),
    ] as [(Struct, Int)] {
      let text = CanonicalJSON.text(
        .object(try OptionObject(options, UseCaseLimits(optionsBytesMax: 1 << 20))))
      #expect(text?.utf8.count == bytes)
      let error = await #expect(throws: RPCError.self) {
        _ = try await harness.call(
          ReportMethods.create,
          CreateReportRequest(
            domainID: "d", templateID: "monthly-cost", name: "x", templateOptions: options))
        if bytes == 1000 { throw RPCError.callerGone }
      }
      let isTooLarge = error?.message.contains("\(bytes) bytes; at most 1000") == true
      #expect(isTooLarge == (bytes > 1000), "\(error?.message.prefix(200) ?? "")")
    }
  }

  @Test("Who asks is within the limits of an id, too")
  func users() async throws {
    let harness = try ServiceHarness()
    let longest = String(repeating: "u", count: 255)
    #expect(try await harness.create("a", ["user_id": longest]).createdBy == longest)
    for user in [longest + "u", "a\0"] {
      let error = await #expect(throws: RPCError.self) {
        try await harness.create("a", ["user_id": user])
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("user_id") == true)
    }
  }

  @Test("The longest name of an option is looked up, a longer one is refused before that")
  func optionNames() async throws {
    let harness = try ServiceHarness()
    for (bytes, message) in [(255, "no such parameter"), (256, "256 bytes; at most 255")] {
      let error = await #expect(throws: RPCError.self) {
        try await harness.call(
          ReportMethods.create,
          CreateReportRequest(
            domainID: "d", templateID: "monthly-cost", name: "x",
            templateOptions: ["region": "eu", String(repeating: "k", count: bytes): "x"]))
      }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
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

  @Test("A repeated create finds its report whatever became of the template and its options")
  func repeatedFirst() async throws {
    for field in ["idempotency-key", "transaction_id", "traceparent"] {
      let harness = try ServiceHarness()
      let first = try await harness.create("a", [field: "k1"])
      var changed = ServiceHarness.template
      changed.parameters = []
      var disabled = ServiceHarness.template
      disabled.isEnabled = false
      for templates in [[], [changed], [disabled]] {
        harness.catalog.replace(with: templates)
        #expect(try await harness.create("a", [field: "k1"]) == first)
        await #expect(throws: RPCError.self) { try await harness.create("a", [field: "k2"]) }
      }
      if field == "idempotency-key" {
        let other = await #expect(throws: RPCError.self) {
          try await harness.create("b", [field: "k1"])
        }
        #expect(other?.code == .alreadyExists)
      }
      #expect(harness.engine.wakes == 1)
    }
  }

  @Test(
    "Creates of one call join; a different request, or one that comes later, is another create",
    arguments: ["transaction_id", "traceparent"])
  func callsJoin(field: String) async throws {
    let harness = try ServiceHarness()
    let call: Metadata = [field: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
    let first = try await harness.create("a", call)
    #expect(try await harness.create("a", call) == first)
    let other = try await harness.create("b", call)
    #expect(other.reportID != first.reportID)
    harness.clock.advance(by: .seconds(601))
    let later = try await harness.create("a", call)
    #expect(later.reportID != first.reportID)
  }

  @Test(
    "An idempotency key counts before the names of the call; too long or empty ones are ignored")
  func names() async throws {
    let harness = try ServiceHarness()
    let first = try await harness.create("a", ["transaction_id": "t", "idempotency-key": "k"])
    let second = try await harness.create("a", ["transaction_id": "t"])
    #expect(second.reportID != first.reportID)
    for value in ["", String(repeating: "t", count: 256)] {
      let one = try await harness.create("a", ["transaction_id": value])
      let two = try await harness.create("a", ["transaction_id": value])
      #expect(one.reportID != two.reportID)
    }
    let longest = String(repeating: "t", count: 255)
    let one = try await harness.create("a", ["transaction_id": longest])
    #expect(try await harness.create("a", ["transaction_id": longest, "traceparent": "p"]) == one)
  }

  private static let full = CreateReportRequest(
    domainID: "domain-a", templateID: "monthly-cost", name: "a", templateOptions: ["region": "eu"],
    storageID: Storage.local.storageID)

  @Test("Each field of a request makes it another create")
  func digestHoldsEveryField() async throws {
    var others: [String: CreateReportRequest] = [:]
    others["template_id"] = Self.full
    others["template_id"]?.templateID = ServiceHarness.template.templateID
    others["name"] = Self.full
    others["name"]?.name = "b"
    others["template_options"] = Self.full
    others["template_options"]?.templateOptions = ["region": "eu", "top": .null]
    others["storage_id"] = Self.full
    others["storage_id"]?.storageID = ""
    // The domain is part of the key.
    let fields = CreateReportRequest.descriptor.fields.map(\.name).filter { $0 != "domain_id" }
    #expect(Set(fields) == Set(others.keys), "a field was added: it must change the digest")
    let harness = try ServiceHarness()
    let key: Metadata = ["idempotency-key": "k"]
    _ = try await harness.call(ReportMethods.create, Self.full, key)
    for (field, request) in others {
      let error = await #expect(throws: RPCError.self, "\(field)") {
        try await harness.call(ReportMethods.create, request, key)
      }
      #expect(error?.code == .alreadyExists, "\(field)")
    }
  }

  @Test("Unknown fields, the order of options and how null is written change nothing")
  func digestOfTheSame() async throws {
    var options = Struct()
    options["top"] = .null
    options["region"] = "eu"
    var request = Self.full
    request.templateOptions = options
    let harness = try ServiceHarness()
    let key: Metadata = ["idempotency-key": "k"]
    let first = try await harness.call(ReportMethods.create, request, key)
    // region: "eu"; top: a Value without a kind, in the other order.
    let region: [UInt8] =
      [0x0A, 0x0E, 0x0A, 0x06] + Array("region".utf8) + [0x12, 0x04, 0x1A, 0x02]
    let kindless: [UInt8] =
      region + Array("eu".utf8) + [0x0A, 0x07, 0x0A, 0x03] + Array("top".utf8) + [0x12, 0x00]
    var plain = request
    plain.templateOptions = nil
    let unknown: [UInt8] = [0xF8, 0x07, 0x01]
    for bytes in [
      try request.protobuf() + unknown,
      try plain.protobuf() + [0x22, UInt8(kindless.count)] + kindless,
      try plain.protobuf() + [0x22, UInt8(kindless.count + unknown.count)] + kindless + unknown,
    ] {
      let answer = try await harness.channel.call(
        ReportMethods.create.descriptor, request: bytes, options: CallOptions(metadata: key))
      #expect(try ReportInfo(protobuf: answer).reportID == first.reportID)
    }
  }

  @Test("A Value without a kind is null, with and without an idempotency key")
  func kindlessValue() async throws {
    // template_options {"region": "eu", "top": Value()}
    var request = Self.full
    request.templateOptions = nil
    let options: [UInt8] =
      [0x0A, 0x0E, 0x0A, 0x06] + Array("region".utf8) + [0x12, 0x04, 0x1A, 0x02] + Array("eu".utf8)
      + [0x0A, 0x07, 0x0A, 0x03] + Array("top".utf8) + [0x12, 0x00]
    let bytes = try request.protobuf() + [0x22, UInt8(options.count)] + options
    let harness = try ServiceHarness()
    for metadata in [Metadata(), ["idempotency-key": "k"], ["traceparent": "t"]] {
      let answer = try await harness.channel.call(
        ReportMethods.create.descriptor, request: bytes, options: CallOptions(metadata: metadata))
      #expect(try ReportInfo(protobuf: answer).templateOptions == ["region": "eu", "top": .null])
    }
  }
}
