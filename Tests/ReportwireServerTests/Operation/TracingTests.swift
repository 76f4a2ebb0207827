import Foundation
import InMemoryTracing
import Logging
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import Synchronization
import Testing
import Tracing

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite(.timeLimit(.minutes(5))) struct TracingTests {
  private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let traceparent = "00-\(traceID)-00f067aa0ba902b7-01"

  private func create(_ server: TestServer, traceparent: String? = nil) async throws -> String {
    var metadata = Metadata()
    metadata[Metadata.traceparent] = traceparent
    return try await server.client.report.create(
      CreateReportRequest(domainID: "a", templateID: "numbers", name: "n"),
      options: CallOptions(metadata: metadata)
    ).reportID
  }

  private func inspect(_ server: TestServer, _ id: String) async throws -> ReportInspection {
    _ = try await server.client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: "a", reportID: id))
    return try await server.client.reportControl.inspect(
      InspectReportRequest(domainID: "a", reportID: id))
  }

  // MARK: What comes with a call

  @Test func whatCameWithACreateIsKeptOnItsReportAndLogged() async throws {
    let log = LineLog()
    let server = try await TestServer(TestServer.makeFolder(), logger: log.logger(.info))
    let id = try await create(server, traceparent: Self.traceparent)
    #expect(try await inspect(server, id).traceparent == Self.traceparent)

    let url = try #require(URL(string: "http://\(server.addresses.http)/report/v1/reports"))
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.setValue(Self.traceparent, forHTTPHeaderField: "traceparent")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(#"{"domain_id":"a","template_id":"numbers","name":"rest"}"#.utf8)
    let (data, _) = try await URLSession.shared.data(for: request)
    let made = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let other = try #require(made["report_id"] as? String)
    #expect(try await inspect(server, other).traceparent == Self.traceparent)
    try await server.stop()

    let traced = log.lines.filter { $0["trace_id"] == Self.traceID }
    #expect(traced.count { $0["message"] == "call" } == 2)
    #expect(traced.count { $0["message"] == "http" } == 1)
    #expect(
      Set(traced.filter { $0["message"] == "run ended" }.map { $0["report"] }) == [id, other])
  }

  @Test(arguments: ["ttrpc", "grpc", "http"])
  func everyDoorTakesATraceparent(_ name: String) async throws {
    let server = try await TestServer(TestServer.makeFolder())
    let made = try await server.door(name).call(
      ReportMethods.create.descriptor, #"{"domain_id":"a","template_id":"numbers","name":"n"}"#,
      [("traceparent", Self.traceparent)])
    let id = try #require(made.firstMatch(of: /report-[0-9a-f]{12}/)).output
    #expect(try await inspect(server, String(id)).traceparent == Self.traceparent)
    try await server.stop()
  }

  @Test(arguments: [
    nil, "", "nonsense", traceparent.uppercased(),
    "00-" + String(repeating: "0", count: 32)
      + "-00f067aa0ba902b7-01",
  ])
  func whatIsNoTraceIsNotKept(_ text: String?) async throws {
    let log = LineLog()
    let server = try await TestServer(TestServer.makeFolder(), logger: log.logger(.info))
    let id = try await create(server, traceparent: text)
    #expect(try await inspect(server, id).traceparent == "")
    try await server.stop()
    #expect(log.lines.allSatisfy { $0["trace_id"] == nil })
  }

  // MARK: Spans

  @Test func aCallAndARunAreSpansWithTheirWorkBelow() async throws {
    let tracer = InMemoryTracer()
    let server = try await TestServer(TestServer.makeFolder(), tracer: tracer)
    let id = try await create(server)
    _ = try await inspect(server, id)
    let missing = await #expect(throws: RPCError.self) {
      try await server.client.report.get(GetReportRequest(domainID: "a", reportID: "none"))
    }
    #expect(missing?.code == .notFound)
    try await server.stop()

    let spans = tracer.finishedSpans
    #expect(tracer.activeSpans.isEmpty)
    func named(_ name: String) throws -> FinishedInMemorySpan {
      try #require(spans.first { $0.operationName == name })
    }
    func below(_ span: FinishedInMemorySpan) -> Set<String> {
      Set(
        spans.filter { $0.spanContext.parentSpanID == span.spanContext.spanID }
          .map(\.operationName))
    }
    let create = try named("spaceone.api.report.v1.Report/create")
    #expect(create.kind == .server)
    #expect(create.attributes.get("rpc.system") == .string("ttrpc"))
    #expect(create.attributes.get("rpc.response.status_code") == .string("OK"))
    #expect(below(create).contains("store create"))
    let run = try named("run")
    #expect(run.attributes.get("reportwire.report_id") == .string(id))
    #expect(run.attributes.get("reportwire.state") == .string("FINISHED"))
    #expect(below(run).isSuperset(of: ["source", "store finish"]))
    // A caller who asks for what is not there is no failure of the server.
    let get = try named("spaceone.api.report.v1.Report/get")
    #expect(get.attributes.get("rpc.response.status_code") == .string("NOT_FOUND"))
    #expect(get.status == nil && get.errors.isEmpty)
    // The server's own work, such as claims, is in no trace.
    #expect(!spans.contains { $0.operationName == "store claim_next" })
  }

  @Test func theLogHasTheSpansOfATraceFromCallToRun() async throws {
    let log = LineLog()
    let server = try await TestServer(TestServer.makeFolder(), logger: log.logger(.debug))
    let id = try await create(server, traceparent: Self.traceparent)
    let inspection = try await inspect(server, id)
    try await server.stop()

    let spans = log.lines.filter { $0["message"] == "span" && $0["trace_id"] == Self.traceID }
    let call = try #require(
      spans.first { $0["name"] == "spaceone.api.report.v1.Report/create" })
    #expect(call["parent_id"] == "00f067aa0ba902b7")
    // The report is a part of the call that created it.
    let own = try #require(call["span_id"])
    #expect(inspection.traceparent == "00-\(Self.traceID)-\(own)-01")
    let run = try #require(spans.first { $0["name"] == "run" })
    #expect(run["parent_id"] == own)
    let source = try #require(spans.first { $0["name"] == "source" })
    #expect(source["parent_id"] == run["span_id"])
    #expect(source["reportwire.source"] == "numbers")
    #expect(Int(source["duration_us"] ?? "") != nil)
  }

  @Test func aFailureOfTheServerIsAFailedSpan() throws {
    let tracer = InMemoryTracer()
    let method = MethodDescriptor(
      service: "s.S", name: "get", input: Empty.self, output: Empty.self)
    for error in [RPCError.permissionDenied, .requestTimeout] {
      let tracing = CallTracing(tracer: tracer)
      var context = CallContext(peer: "", transport: "grpc")
      try tracing.begin(&context, of: method)
      tracing.end(context, of: method, error: error)
    }
    #expect(tracer.finishedSpans.map { $0.status?.code } == [nil, .error])
  }
}

/// Keeps the lines of a log, each as its metadata with the message under `message`.
private final class LineLog: Sendable {
  private let kept = Mutex<[[String: String]]>([])

  var lines: [[String: String]] { kept.withLock { $0 } }

  func logger(_ level: Logger.Level) -> Logger {
    Logger(label: "test") { _ in Handler(log: self, logLevel: level) }
  }

  private struct Handler: LogHandler {
    let log: LineLog
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      var line = (event.metadata ?? [:]).mapValues { "\($0)" }
      line["message"] = "\(event.message)"
      log.kept.withLock { $0.append(line) }
    }
  }
}
