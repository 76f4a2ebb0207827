import Authentication
import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Testing

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Who did what, over every door.
@Suite(.timeLimit(.minutes(5))) struct AuditTests {
  enum Entrance: String, CaseIterable, Sendable {
    case ttrpc, grpc, http
  }

  private static let domainID = "a"

  private let folder: TemporaryFolder
  private let keys: TestKeys

  init() throws {
    folder = try TestServer.makeFolder()
    keys = try TestKeys()
    try folder.write("keys.pem", keys.publicKey)
  }

  private func token(_ role: String, domain: String? = domainID) async throws -> String {
    try await keys.token(role, of: "\(role)-of-\(domain ?? "all")", domain: domain)
  }

  private func server(_ flags: [String: String] = [:]) async throws -> TestServer {
    try await TestServer(folder, flags: flags.merging(["auth.keys": "keys.pem"]) { $1 })
  }

  // MARK: Calls

  /// Calls a method; what comes of it is for the audit to tell.
  private func call<Input: Message, Output: Message>(
    _ method: Method<Input, Output>, _ request: Input, _ server: TestServer, by entrance: Entrance,
    token: String? = nil, named name: String
  ) async throws {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    var headers = [("transaction_id", name), ("traceparent", trace)]
    if let token { headers.append(("token", token)) }
    let json = try request.json(options: JSONEncodingOptions(fieldNames: .original))
    _ = try? await server.door(entrance.rawValue).call(method.descriptor, json, headers)
  }

  private func events(
    _ server: TestServer, _ query: AuditQuery = AuditQuery(), token: String? = nil
  ) async throws -> [AuditEventInfo] {
    var query = query
    query.limit = 1000
    var metadata = Metadata()
    metadata["token"] = token
    return try await server.client.audit.list(
      query, options: CallOptions(timeout: .seconds(60), metadata: metadata)
    ).results
  }

  private func create(_ template: String = "numbers", in domainID: String = domainID)
    -> CreateReportRequest
  {
    CreateReportRequest(domainID: domainID, templateID: template, name: "n")
  }

  /// Creates a report, and waits for its end.
  private func finished(_ server: TestServer, token: String) async throws -> String {
    let options = CallOptions(timeout: .seconds(60), metadata: Metadata([("token", token)]))
    let report = try await server.client.report.create(create(), options: options)
    let last = try await server.client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: Self.domainID, reportID: report.reportID), options: options)
    #expect(last.state == .finished)
    return report.reportID
  }

  // MARK: Tests

  @Test(arguments: Entrance.allCases)
  func eachCallLeavesExactlyOneLineWithItsOutcome(entrance: Entrance) async throws {
    let server = try await server()
    let run = try await token("run")
    let id = try await finished(server, token: run)
    let gone = "report-gone"
    typealias Step = (name: String, code: String, reason: String, resource: String?)
    var steps: [Step] = []
    func step<Input: Message, Output: Message>(
      _ name: String, _ method: Method<Input, Output>, _ request: Input, _ code: String,
      _ reason: String = "", _ resource: String? = nil, token: String? = run
    ) async throws {
      try await call(method, request, server, by: entrance, token: token, named: name)
      steps.append((name, code, reason, resource))
    }
    let (read, foreign) = (try await token("read"), try await token("run", domain: "b"))
    try await step("created", ReportMethods.create, create(), "OK")
    try await step(
      "no-template", ReportMethods.create, create("x"), "NOT_FOUND", "ERROR_NOT_FOUND")
    try await step(
      "may-not", ReportMethods.create, create(), "PERMISSION_DENIED", "ERROR_PERMISSION_DENIED",
      token: read)
    try await step(
      "elsewhere", ReportMethods.create, create(), "PERMISSION_DENIED",
      "ERROR_PERMISSION_DENIED", token: foreign)
    try await step(
      "nobody", ReportMethods.create, create(), "UNAUTHENTICATED", "ERROR_AUTHENTICATE_FAILURE",
      token: nil)
    try await step(
      "forged", ReportMethods.create, create(), "UNAUTHENTICATED", "ERROR_AUTHENTICATE_FAILURE",
      token: run + "x")
    try await step(
      "link", ReportMethods.getDownloadURL,
      GetDownloadURLRequest(domainID: Self.domainID, reportID: id), "OK", "", id)
    let control = ReportControlMethods.self
    for (report, code, reason) in [(id, "OK", ""), (gone, "NOT_FOUND", "ERROR_NOT_FOUND")] {
      try await step(
        "cancel-\(code)", control.cancel,
        CancelReportRequest(domainID: Self.domainID, reportID: report), code, reason, report)
      try await step(
        "pin-\(code)", control.pin,
        PinReportRequest(domainID: Self.domainID, reportID: report), code, reason, report)
      try await step(
        "unpin-\(code)", control.unpin,
        UnpinReportRequest(domainID: Self.domainID, reportID: report), code, reason, report)
      try await step(
        "delete-\(code)", control.delete,
        DeleteReportRequest(domainID: Self.domainID, reportID: report), code, reason, report)
    }
    // It reads, but the rows of a report.
    for (template, code, reason) in [
      ("numbers", "OK", ""), ("x", "NOT_FOUND", "ERROR_NOT_FOUND"),
    ] {
      try await step(
        "preview-\(code)", control.preview,
        PreviewTemplateRequest(domainID: Self.domainID, templateID: template), code, reason,
        template)
    }
    // Reads leave none.
    try await call(
      ReportMethods.get, GetReportRequest(domainID: Self.domainID, reportID: id), server,
      by: entrance, token: run, named: "read")

    let events = try await events(server, token: token("admin", domain: nil))
    #expect(!events.contains { $0.requestID == "read" })
    for step in steps {
      let found = events.filter { $0.requestID == step.name }
      #expect(found.count == 1, "\(step.name): \(found)")
      guard let event = found.first else { continue }
      #expect(event.code == step.code, "\(step.name)")
      #expect(event.reason == step.reason, "\(step.name)")
      if let resource = step.resource { #expect(event.resourceID == resource, "\(step.name)") }
      #expect(event.door == entrance.rawValue)
      #expect(event.peer.hasPrefix("127.0.0.1:"))
      #expect(event.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    }
    try check(events)
    try await server.stop()
  }

  /// Who it was, as far as that is known.
  private func check(_ events: [AuditEventInfo]) throws {
    func event(_ name: String) throws -> AuditEventInfo {
      try #require(events.first { $0.requestID == name })
    }
    let created = try event("created")
    #expect(created.subject == "run-of-a")
    #expect(created.roles == ["run"])
    #expect(created.authentication == "token")
    #expect(created.domainID == "a")
    #expect(created.callerDomainID == "a")
    #expect(created.method == "spaceone.api.report.v1.Report/create")
    #expect(created.resourceID.hasPrefix("report-"))
    #expect(created.at != nil)
    let elsewhere = try event("elsewhere")
    #expect(elsewhere.subject == "run-of-b")
    #expect(elsewhere.domainID == "b")
    for name in ["nobody", "forged"] {
      let refused = try event(name)
      #expect(refused.subject == "")
      #expect(refused.domainID == "")
      #expect(refused.authentication == "none")
      #expect(refused.roles == [])
    }
  }

  @Test func aDomainSeesItsOwnLinesOnly() async throws {
    let server = try await server()
    for domain in ["a", "b"] {
      for door in Entrance.allCases {
        try await call(
          ReportMethods.create, create(in: domain), server, by: door,
          token: token("run", domain: domain), named: "in-\(domain)")
      }
      try await call(
        ReportMethods.create, create(in: "other"), server, by: .ttrpc,
        token: token("run", domain: domain), named: "out-of-\(domain)")
    }
    for (domain, query) in [("a", AuditQuery(domainID: "a")), ("b", AuditQuery())] {
      let own = try await events(server, query, token: token("admin", domain: domain))
      #expect(own.count == 4)
      #expect(own.allSatisfy { $0.domainID == domain })
      #expect(own.first?.requestID == "out-of-\(domain)")
    }
    await #expect(throws: RPCError.permissionDenied) {
      try await events(
        server, AuditQuery(domainID: "b"), token: token("admin", domain: "a"))
    }
    await #expect(throws: RPCError.permissionDenied) {
      try await events(server, token: token("manage", domain: "a"))
    }
    let all = try await token("admin", domain: nil)
    #expect(try await events(server, token: all).count == 8)
    #expect(try await events(server, AuditQuery(domainID: "b"), token: all).count == 4)
    try await server.stop()
  }

  @Test func aFloodOfRefusedCallsLeavesFewLinesAndItsCount() async throws {
    let server = try await server()
    for number in 0..<300 {
      try await call(
        ReportMethods.create, create(), server, by: .ttrpc, named: "refused-\(number)")
    }
    let all = try await token("admin", domain: nil)
    let refused = try await events(server, token: all).filter { $0.code == "UNAUTHENTICATED" }
    #expect((20...30).contains(refused.count), "\(refused.count)")
    // The next that is written for this peer tells the rest.
    try await call(
      ReportControlMethods.pin, PinReportRequest(domainID: "a", reportID: "gone"), server,
      by: .ttrpc, token: token("run"), named: "known")
    let events = try await events(server, token: all)
    #expect(events.reduce(0) { $0 + $1.leftOut } == Int64(300 - refused.count))
    #expect(events.first { $0.requestID == "known" }?.leftOut ?? 0 > 200)
    try await server.stop()
  }

  @Test func repeatedCreatesMakeOneReportAndALineEach() async throws {
    let server = try await server()
    for _ in 1...2 {
      try await call(
        ReportMethods.create, create(), server, by: .grpc, token: token("run"), named: "same")
    }
    let events = try await events(server, token: token("admin"))
    #expect(events.map(\.code) == ["OK", "OK"])
    #expect(Set(events.map(\.resourceID)).count == 1)
    #expect(Set(events.map(\.eventID)).count == 2)
    try await server.stop()
  }

  @Test func aDownloadIsOneLineWithItsBytes() async throws {
    let server = try await server()
    let (run, admin) = (try await token("run"), try await token("admin"))
    let id = try await finished(server, token: run)
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: Self.domainID, reportID: id),
      options: CallOptions(timeout: .seconds(60), metadata: Metadata([("token", run)]))
    ).downloadURL
    let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: url)))
    // Written when the last byte is sent: the server may be a moment behind the client.
    var found: [AuditEventInfo] = []
    while found.isEmpty, !Task.isCancelled {
      found = try await events(server, AuditQuery(method: "download"), token: admin)
    }
    #expect(found.count == 1)
    #expect(found.first?.bytes == Int64(data.count))
    #expect(found.first?.isComplete == true)
    #expect(found.first?.resourceID == id)
    #expect(found.first?.domainID == "a")
    #expect(found.first?.authentication == "signed_url")
    let link = try await events(
      server, AuditQuery(resourceID: id, method: ReportMethods.getDownloadURL.descriptor.fullName),
      token: admin)
    #expect(link.map(\.subject) == ["run-of-a"])
    try await server.stop()
  }

  @Test func whereNobodyIsAskedTheNameThatIsGivenIsTaken() async throws {
    let server = try await TestServer(folder)
    var metadata = Metadata()
    metadata["user_id"] = "ada\u{1b}[31m"
    let options = CallOptions(timeout: .seconds(60), metadata: metadata)
    _ = try await server.client.report.create(create(), options: options)
    let events = try await events(server, AuditQuery(domainID: "a"))
    #expect(events.map(\.subject) == ["ada\u{1b}[31m"])
    #expect(events.map(\.authentication) == ["none"])
    try await server.stop()
  }

  @Test func pagesAndFiltersAreChecked() async throws {
    let server = try await TestServer(folder)
    for _ in 1...5 {
      _ = try await server.client.report.create(
        create(), options: CallOptions(timeout: .seconds(60)))
    }
    var query = AuditQuery(domainID: "a", limit: 2)
    var ids: [String] = []
    repeat {
      let page = try await server.client.audit.list(query)
      ids += page.results.map(\.eventID)
      query.cursor = page.nextCursor
    } while !query.cursor.isEmpty
    #expect(ids.count == 5)
    #expect(ids == ids.sorted().reversed())
    for broken in [
      AuditQuery(cursor: "x"), AuditQuery(cursor: "1.2.3"), AuditQuery(cursor: "1."),
      AuditQuery(subject: String(repeating: "x", count: 256)), AuditQuery(method: "a\0b"),
      AuditQuery(since: Timestamp(seconds: 0, nanos: -1)),
    ] {
      let error = await #expect(throws: RPCError.self) {
        try await server.client.audit.list(broken)
      }
      #expect(error?.code == .invalidArgument, "\(broken)")
    }
    try await server.stop()
  }
}
