import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Testing

@Suite("Client against a server", .timeLimit(.minutes(5)))
struct ReportwireClientTests {
  private let clock = ManualClock()

  private func withClient(
    _ backend: TestBackend = TestBackend(), clock: (any ClientClock)? = nil,
    _ change: (inout ReportwireClient.Configuration) -> Void = { _ in },
    _ body: (TestBackend, ReportwireClient) async throws -> Void
  ) async throws {
    var configuration = ReportwireClient.Configuration(address: try await backend.start())
    change(&configuration)
    let client = ReportwireClient(
      configuration, clock: clock ?? SystemClientClock(), random: { 0.5 })
    do {
      try await body(backend, client)
    } catch {
      await client.close()
      await backend.stop()
      throw error
    }
    await client.close()
    await backend.stop()
  }

  @Test("calls methods with messages, and passes errors on")
  func typedCalls() async throws {
    try await withClient { _, client in
      let report = try await client.report.get(
        GetReportRequest(domainID: "d", reportID: "r"))
      #expect(report.reportID == "r")
      let version = try await client.serverInfo.getVersion()
      #expect(version.version == "1.2.3")
      await #expect(throws: RPCError.notFound("report_id", "gone")) {
        try await client.report.get(GetReportRequest(domainID: "d", reportID: "gone"))
      }
      await #expect(
        throws: RPCError.notImplemented(
          service: "spaceone.api.report.v1.Template", method: "list")
      ) {
        try await client.template.list(TemplateQuery())
      }
    }
  }

  @Test("calls any method of the table with bytes")
  func untypedCall() async throws {
    try await withClient { _, client in
      let answer = try await client.call(
        ReportMethods.get.descriptor,
        request: GetReportRequest(domainID: "d", reportID: "r").protobuf(),
        options: CallOptions())
      #expect(try ReportInfo(protobuf: answer).reportID == "r")
    }
  }

  @Test("metadata of the client goes with every call, unless the call says otherwise")
  func metadata() async throws {
    try await withClient { configuration in
      configuration.metadata = ["user_id": "everybody"]
    } _: { _, client in
      let request = GetReportRequest(domainID: "d", reportID: "r")
      let usual = try await client.report.get(request)
      #expect(usual.createdBy == "everybody")
      let special = try await client.report.get(
        request, options: CallOptions(metadata: ["user_id": "somebody"]))
      #expect(special.createdBy == "somebody")
      let link = try await client.report.getDownloadURL(
        GetDownloadURLRequest(domainID: "d"), format: "json")
      #expect(link.downloadURL == "json")
    }
  }

  @Test("connects again when the server was restarted")
  func reconnects() async throws {
    try await withClient { backend, client in
      let request = GetReportRequest(domainID: "d", reportID: "r")
      _ = try await client.report.get(request)
      await backend.stop()
      try await backend.start()
      let report = try await client.report.get(request)
      #expect(report.reportID == "r")
    }
  }

  @Test("tries as often as it may, with growing waits, then says what is wrong")
  func givesUp() async throws {
    try await withClient(clock: clock) { configuration in
      configuration.attemptsMax = 4
      configuration.timeout = nil
    } _: { backend, client in
      await backend.stop()
      let error = await #expect(throws: RPCError.self) {
        try await client.report.create(CreateReportRequest(domainID: "d"))
      }
      #expect(error?.reason == "ERROR_CANNOT_CONNECT")
      #expect(error?.message.contains("Check the address") == true)
      #expect(
        clock.sleeps == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    }
  }

  @Test("an idempotent call is made again when its connection breaks")
  func retriesGet() async throws {
    try await withClient(TestBackend(holdsFirst: true)) { backend, client in
      async let report = client.report.get(GetReportRequest(domainID: "d", reportID: "r"))
      await backend.createBegan.wait()
      await backend.stop()
      try await backend.start()
      #expect(try await report.reportID == "r")
      #expect(backend.gets == 2)
    }
  }

  @Test("a create without a key is not repeated when its connection breaks")
  func doesNotRetryCreate() async throws {
    try await withClient(TestBackend(holdsFirst: true)) { backend, client in
      let create = Task {
        try await client.report.create(CreateReportRequest(domainID: "d", templateID: "t"))
      }
      await backend.createBegan.wait()
      await backend.stop()
      try await backend.start()
      let result = await create.result
      let error = #expect(throws: RPCError.self) { try result.get() }
      #expect(error?.reason == "ERROR_CONNECTION_LOST")
      #expect(backend.creates.count == 1)
    }
  }

  @Test("a create with a key is repeated with the same key")
  func retriesCreateWithKey() async throws {
    try await withClient(TestBackend(holdsFirst: true)) { backend, client in
      let create = Task {
        try await client.report.create(
          CreateReportRequest(domainID: "d", templateID: "t"), idempotencyKey: "k1")
      }
      await backend.createBegan.wait()
      await backend.stop()
      try await backend.start()
      #expect(try await create.value.templateID == "t")
      #expect(backend.creates.map { $0[Metadata.idempotencyKey] } == ["k1", "k1"])
    }
  }

  @Test("the client's timeout ends a call that says none itself")
  func timeout() async throws {
    try await withClient(TestBackend(holdsFirst: true)) { configuration in
      configuration.timeout = .milliseconds(30)
    } _: { _, client in
      await #expect(throws: RPCError.requestTimeout) {
        try await client.report.get(GetReportRequest(domainID: "d", reportID: "r"))
      }
    }
  }

  @Test("cancelling the task ends the call")
  func cancellation() async throws {
    try await withClient(TestBackend(holdsFirst: true)) { backend, client in
      let call = Task {
        try await client.report.get(GetReportRequest(domainID: "d", reportID: "r"))
      }
      await backend.createBegan.wait()
      call.cancel()
      let result = await call.result
      #expect(throws: RPCError.callerGone) { try result.get() }
    }
  }

  @Test("a closed client makes no calls")
  func closed() async throws {
    try await withClient { _, client in
      await client.close()
      let error = await #expect(throws: RPCError.self) {
        try await client.serverInfo.getVersion()
      }
      #expect(error?.reason == "ERROR_CLIENT_CLOSED")
    }
  }

  @Test("an address that is none is refused at once")
  func badAddress() {
    #expect(throws: RPCError.self) { try ReportwireClient(address: "nowhere") }
  }
}
