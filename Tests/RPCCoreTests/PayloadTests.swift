import ProtobufWire
import RPCCore
import ReportAPI
import Synchronization
import Testing

/// One registration serves binary and JSON: every kind of handler is asked in both.
@Suite("Requests and responses in binary and JSON", .timeLimit(.minutes(5)))
struct PayloadTests {
  private enum Route {
    static let now = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "now", permission: .read, needsDomain: true)
    static let encoded = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "encoded", permission: .read, needsDomain: true)
    static let kept = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "kept", permission: .read, needsDomain: true)
    static let written = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "written", permission: .read, needsDomain: true)
    static let later = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "later", permission: .read, needsDomain: true)
    static let encodedLater = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "encoded_later", permission: .read, needsDomain: true)
    static let watch = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "watch", permission: .read, needsDomain: true, isServerStreaming: true)
    static let create = Method<CreateReportRequest, CreateReportRequest>(
      service: "s", name: "create", permission: .read, needsDomain: true)
    static let list = Method<ReportQuery, ReportQuery>(
      service: "s", name: "list", permission: .read, needsDomain: true)
  }

  private static func info(_ request: GetReportRequest) -> ReportInfo {
    ReportInfo(domainID: request.domainID, reportID: request.reportID, state: .finished)
  }

  private static let router: Router = {
    var router = Router()
    router.register(
      Route.now, now: { request, _ in .message(info(request)) }, later: { info($0, $1) })
    router.register(
      Route.encoded, now: { request, _ in .bytes(try info(request).protobuf()[...]) },
      later: { info($0, $1) })
    router.register(
      Route.kept,
      now: { request, context in
        let info = info(request)
        return context.format == .json
          ? .json(try info.jsonBytes(options: PayloadFormat.jsonOptions)[...])
          : .bytes(try info.protobuf()[...])
      }, later: { info($0, $1) })
    router.register(
      Route.written, now: { request, _ in .json(try info(request).jsonBytes()[...]) },
      later: { info($0, $1) })
    router.register(Route.later) { request, _ in info(request) }
    router.register(answersOf: Route.encodedLater) { request, _ in
      .bytes(try info(request).protobuf()[...])
    }
    router.register(
      Route.watch,
      streaming: { request, _, responses in
        try await responses.send(info(request))
        try await responses.send(info(request))
      })
    router.register(Route.create) { request, _ in request }
    router.register(Route.list) { request, _ in request }
    return router
  }()

  private static func info(_ request: GetReportRequest, _ context: CallContext) -> ReportInfo {
    info(request)
  }

  private final class Collector: ResponseSink {
    let messages = Mutex<[[UInt8]]>([])

    func send(_ body: @escaping ResponseBody) async throws(RPCError) {
      var writer = BinaryWriter()
      try body(&writer)
      let bytes = writer.take()
      messages.withLock { $0.append(bytes) }
    }
  }

  /// The bytes of each response.
  private func responses(_ method: String, _ payload: RequestPayload) async throws -> [[UInt8]] {
    let entry = try Self.router.entry(service: "s", method: method)
    var writer = BinaryWriter()
    let context = CallContext(peer: "p", transport: "t")
    switch try entry.start(payload, context, into: &writer) {
    case .answered: break
    case .later(let body): try await body().encode(into: &writer)
    case .stream(let body):
      let sink = Collector()
      try await body(sink)
      return sink.messages.withLock { $0 }
    }
    return [writer.take()]
  }

  private func json(_ method: String, _ request: JSONRequest) async throws -> [String] {
    try await responses(method, .json(request)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("JSON that was encoded before is read again for who wants binary, and else sent as it is")
  func encodedJSON() async throws {
    let request = GetReportRequest(domainID: "d", reportID: "r")
    let text = #"{"domainId":"d","reportId":"r","state":"FINISHED"}"#
    let json = JSONRequest(body: Array(#"{"domain_id": "d", "report_id": "r"}"#.utf8))
    #expect(try await self.json("written", json) == [text])
    let entry = try Self.router.entry(service: "s", method: "written")
    var writer = BinaryWriter()
    let context = CallContext(peer: "p", transport: "t")
    let outcome = try request.protobuf().withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    guard case .answered = outcome else { return #expect(Bool(false), "it waits") }
    #expect(writer.take() == (try Self.info(request).protobuf()))
  }

  @Test(
    "The same handler answers both, however it answers",
    arguments: ["now", "encoded", "kept", "later", "encoded_later", "watch"])
  func formats(method: String) async throws {
    let count = method == "watch" ? 2 : 1
    let request = JSONRequest(body: Array(#"{"domain_id": "d", "reportId": "r"}"#.utf8))
    let text = #"{"domain_id":"d","report_id":"r","state":"FINISHED"}"#
    #expect(try await json(method, request) == Array(repeating: text, count: count))
    let binary = try GetReportRequest(domainID: "d", reportID: "r").protobuf()
    let expected = try ReportInfo(domainID: "d", reportID: "r", state: .finished).protobuf()
    let entry = try Self.router.entry(service: "s", method: method)
    var writer = BinaryWriter()
    let context = CallContext(peer: "p", transport: "t")
    let outcome = try binary.withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    switch outcome {
    case .answered: #expect(writer.take() == expected)
    case .later(let body):
      try await body().encode(into: &writer)
      #expect(writer.take() == expected)
    case .stream(let body):
      let sink = Collector()
      try await body(sink)
      #expect(sink.messages.withLock { $0 } == [expected, expected])
    }
  }

  @Test("Path, query and body are one message: the body goes over the query, the path over both")
  func parts() async throws {
    let request = JSONRequest(
      body: Array(
        #"{"name": "body", "template_id": "body", "template_options": {"region": "eu"}}"#.utf8),
      query: [
        FieldText("domain_id", "d"), FieldText("name", "query"), FieldText("storage_id", "query"),
        FieldText("template_options.top", "5"),
      ],
      path: [FieldText("template_id", "path")])
    #expect(
      try await json("create", request) == [
        #"{"domain_id":"d","template_id":"path","name":"body","#
          + #""template_options":{"region":"eu"},"storage_id":"query"}"#
      ])
    let bodyless = JSONRequest(
      query: [
        FieldText("domain_id", "d"), FieldText("query.page.limit", "10"),
        FieldText("query.only", "state"), FieldText("query.only", "name"),
        FieldText("state", "FAILURE"),
      ])
    #expect(
      try await json("list", bodyless) == [
        #"{"domain_id":"d","query":{"page":{"limit":10},"only":["state","name"]},"#
          + #""state":"FAILURE"}"#
      ])
  }

  @Test(
    "What is wrong is refused, naming it",
    arguments: [
      (JSONRequest(body: Array("{".utf8)), "name is missing"),
      (JSONRequest(body: Array(#"{"nope": 1}"#.utf8)), "nope"),
      (JSONRequest(query: [FieldText("nope", "1")]), "nope"),
      (JSONRequest(path: [FieldText("report_id", "a"), FieldText("report_id", "b")]), "report_id"),
      (JSONRequest(query: [FieldText("report_id", "r")]), "domain_id"),
    ])
  func wrong(request: JSONRequest, part: String) async throws {
    for method in ["now", "later", "watch"] {
      let error = await #expect(throws: RPCError.self) { try await json(method, request) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
  }
  @Test("A refusal shows the beginning of what the caller made up, not all of it")
  func longNames() async throws {
    let name = String(repeating: "é", count: 500_000)
    for request in [
      JSONRequest(body: Array("{\"\(name)\": 1}".utf8)), JSONRequest(query: [FieldText(name, "1")]),
      JSONRequest(query: [FieldText("domain_id.\(name)", "1")]),
    ] {
      let error = await #expect(throws: RPCError.self) { try await json("now", request) }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("ééé") == true)
      #expect(error?.message.utf8.count ?? .max < 1000)
    }
  }
}
