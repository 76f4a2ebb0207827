import Authentication
import Foundation
import RPCCore
import ReportAPI
import ReportwireClient
import ReportwireTestKit
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct SailPointTests {
  private let folder: TemporaryFolder
  private let keys: TestKeys

  init() throws {
    folder = try TestServer.makeSailPointFolder()
    keys = try TestKeys()
    try folder.write("keys.pem", keys.publicKey)
  }

  /// A server that asks for tokens.
  private func withServer(
    _ flags: [String: String] = [:],
    _ body: (TestServer, (String, String) async throws -> SailPointCaller) async throws -> Void
  ) async throws {
    var flags = flags
    flags["auth.keys"] = folder.path + "/keys.pem"
    let server = try await TestServer(folder, flags: flags)
    try await body(server) { role, domain in
      SailPointCaller(
        address: server.addresses.http, token: try await keys.token(role, domain: domain))
    }
    try await server.stop()
  }

  /// Waits for the end of a run, as the server tells those who watch it.
  private func ended(
    _ id: String, _ server: TestServer, _ domain: String
  ) async throws -> ReportInfo.State {
    var request = WatchReportRequest()
    request.reportID = "report-" + id.suffix(12)
    request.domainID = domain
    var options = CallOptions()
    options.metadata.append("token", try await keys.token("read", domain: domain))
    return try await server.client.reportControl.waitUntilEnded(request, options: options).state
  }

  @Test(arguments: [
    "/v3/reports", "/beta/reports", "/v2024/reports", "/v2025/reports", "/v2026/reports",
    "/reports/v1",
  ])
  func `A run is started, looked at and handed out below every base`(_ base: String) async throws {
    try await withServer { server, caller in
      let ada = try await caller("run", "a")
      let run = try await ada.run("IDENTITIES", #"{"correlatedOnly":false}"#, base: base)
      #expect(run.status == 200)
      let id = try #require(run.string("id"))
      #expect(id.utf8.count == 32)
      #expect(run.string("type") == "QUEUED_TASK")
      #expect(run.string("reportType") == "IDENTITIES")
      #expect(run.string("launcher") == "ada")
      #expect(run.string("progress") != nil)
      #expect(run.json["parentName"] is NSNull)
      let returns = run.json["returns"] as? [[String: String]]
      #expect(returns == [["displayLabel": "The value", "attributeName": "value"]])
      _ = try await ended(id, server, "a")
      let result = try await ada.send("GET", "\(base)/\(id)/result?completed=true")
      #expect(result.status == 200)
      #expect(result.string("status") == "SUCCESS")
      #expect(result.json["rows"] as? Int == 2)
      #expect(result.json["availableFormats"] as? [String] == ["CSV"])
      #expect(result.text.contains(#""rows":2,"#))
      let file = try await ada.send("GET", "\(base)/\(id)?fileFormat=CSV")
      #expect(file.text == "The value,owner\r\n1,a\r\n2,a\r\n")
      #expect(file.headers["content-type"] == "application/csv")
      let disposition = file.headers["content-disposition"] ?? ""
      #expect(disposition.hasPrefix("attachment; filename=\""))
      #expect(disposition.hasSuffix(".csv\""))
    }
  }

  @Test func `Files have names without spaces, ranges, tags and headers alone`() async throws {
    try await withServer { server, caller in
      let ada = try await caller("run", "a")
      let id = try #require(try await ada.run("IDENTITIES").string("id"))
      _ = try await ended(id, server, "a")
      let path = "/v3/reports/\(id)?fileFormat=json&name=my%20own%20report&auditable=true"
      let whole = try await ada.send("GET", path)
      #expect(whole.headers["content-type"] == "application/json")
      #expect(
        whole.headers["content-disposition"] == #"attachment; filename="my_own_report.json""#)
      let part = try await ada.send("GET", path, headers: ["range": "bytes=1-3"])
      #expect(part.status == 206)
      #expect(part.body == whole.body.dropFirst().prefix(3))
      let tag = try #require(whole.headers["etag"])
      #expect(try await ada.send("GET", path, headers: ["if-none-match": tag]).status == 304)
      #expect(try await ada.send("GET", path, headers: ["if-match": "\"x\""]).status == 412)
      let head = try await ada.send("HEAD", path)
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == "\(whole.body.count)")
      #expect(head.body.isEmpty)
    }
  }

  @Test func `Each fault has its status and its body`() async throws {
    try await withServer { server, caller in
      let ada = try await caller("run", "a")
      let bad: [(String, String, String)] = [
        ("NOTHING", "{}", "reportType \"NOTHING\" is none of"),
        ("IDENTITIES", #"{"correlated":true}"#, "arguments.correlated"),
        ("IDENTITIES", #"{"correlatedOnly":"yes"}"#, "arguments.correlatedOnly"),
        ("IDENTITIES", #"{"formats":["csv"]}"#, "arguments.formats"),
        ("SEARCH_EXPORT", "{}", "arguments.query"),
        ("ACCOUNTS", "{}", "there are no reports of type ACCOUNTS"),
        ("ORPHAN_IDENTITIES", #"{"selectedFormats":["XLSX"]}"#, "selectedFormats"),
        ("ORPHAN_IDENTITIES", #"{"selectedFormats":"CSV"}"#, "selectedFormats"),
        ("IDENTITIES", "[]", "arguments have to be an object"),
      ]
      for (type, arguments, text) in bad {
        let answer = try await ada.run(type, arguments)
        #expect(answer.status == 400, "\(type) \(arguments)")
        #expect(answer.string("detailCode") == "400.1 Bad Request Content")
        #expect(answer.string("trackingId")?.utf8.count == 32)
        #expect((answer.json["causes"] as? [Any])?.isEmpty == true)
        #expect(answer.message?.contains(text) == true, "\(answer.text)")
      }
      #expect(try await ada.send("POST", "/v3/reports/run", "{").status == 400)
      #expect(try await ada.send("POST", "/v3/reports/run").status == 400)
      #expect(try await ada.send("GET", "/v3/reports/run?fileFormat=csv").status == 405)

      let unknown = String(repeating: "0", count: 32)
      let result = try await ada.result(unknown)
      #expect(result.status == 200)
      #expect(result.text == "{}")
      #expect(
        try await ada.send("GET", "/v3/reports/\(unknown)/result?completed=maybe").status == 400)
      let missing = try await ada.send("GET", "/v3/reports/\(unknown)?fileFormat=csv")
      #expect(missing.status == 404)
      #expect(missing.string("detailCode") == "404 Not found")
      for query in ["", "?fileFormat=", "?fileFormat=xlsx", "?fileFormat=csv&auditable=1"] {
        #expect(try await ada.send("GET", "/v3/reports/\(unknown)\(query)").status == 400)
      }
      #expect(try await ada.send("POST", "/v3/reports/\(unknown)/cancel").status == 400)

      let nobody = SailPointCaller(address: server.addresses.http)
      for (method, path) in [
        ("POST", "/v3/reports/run"), ("GET", "/v3/reports/\(unknown)/result"),
        ("GET", "/reports/v1/\(unknown)?fileFormat=csv"), ("POST", "/v3/reports/x/cancel"),
      ] {
        let answer = try await nobody.send(method, path, method == "POST" ? "{}" : nil)
        #expect(answer.status == 401)
        #expect(answer.text == #"{"error":"JWT validation failed: JWT is expired"}"#)
      }
      let reader = try await caller("read", "a")
      let refused = try await reader.run("IDENTITIES")
      #expect(refused.status == 403)
      #expect(refused.string("detailCode") == "403 Forbidden")
    }
  }

  @Test func `A run is joined while it goes on, by those of its tenant, and can be called off`()
    async throws
  {
    try await withServer { server, caller in
      let ada = try await caller("run", "a")
      let slow = #"{"query":"slow"}"#
      let ids = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          group.addTask { try await ada.run("SEARCH_EXPORT", slow).string("id") }
        }
        return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
      }
      #expect(ids.count == 1)
      let id = try #require(ids.first ?? nil)
      let running = try await ada.result(id)
      #expect(running.json["status"] == nil)
      #expect(running.json["availableFormats"] as? [String] == [])
      let other = try await caller("run", "b")
      let own = try #require(try await other.run("SEARCH_EXPORT", slow).string("id"))
      #expect(own != id)
      #expect(try await other.result(id).text == "{}")
      #expect(try await other.send("POST", "/v3/reports/\(id)/cancel").status == 400)
      #expect(try await ada.send("GET", "/v3/reports/\(id)?fileFormat=csv").status == 404)

      let cancel = try await ada.send("POST", "/v3/reports/\(id)/cancel")
      #expect(cancel.status == 204)
      #expect(cancel.body.isEmpty)
      #expect(try await ended(id, server, "a") == .canceled)
      #expect(try await ada.result(id).string("status") == "TERMINATED")
      #expect(try await ada.send("POST", "/v3/reports/\(id)/cancel").status == 400)
      let next = try #require(try await ada.run("SEARCH_EXPORT", slow).string("id"))
      #expect(next != id)
      for (who, id) in [(ada, next), (other, own)] {
        #expect(try await who.send("POST", "/v3/reports/\(id)/cancel").status == 204)
      }
    }
  }

  @Test func `Arguments that say the same are the same run, and an ended run is none`() async throws
  {
    try await withServer(["limits.parallel_runs": "1"]) { server, caller in
      let ada = try await caller("run", "a")
      // Keeps the others waiting.
      let slow = try #require(
        try await ada.run("SEARCH_EXPORT", #"{"query":"slow"}"#).string("id"))
      let first = try await ada.run("IDENTITIES").string("id")
      let second = try await ada.run("IDENTITIES", #"{"correlatedOnly":false}"#).string("id")
      let third = try await ada.run("IDENTITIES", #"{"correlatedOnly":null}"#).string("id")
      let other = try await ada.run("IDENTITIES", #"{"correlatedOnly":true}"#).string("id")
      #expect(first == second)
      #expect(first == third)
      #expect(first != other)
      #expect(try await ada.send("POST", "/v3/reports/\(slow)/cancel").status == 204)
      let id = try #require(first)
      _ = try await ended(id, server, "a")
      #expect(try await ada.run("IDENTITIES").string("id") != id)
    }
  }

  @Test func `A server that asks nobody who they are has one domain for all`() async throws {
    let server = try await TestServer(folder)
    let caller = SailPointCaller(address: server.addresses.http)
    let run = try await caller.run("ORPHAN_IDENTITIES", #"{"selectedFormats":["CSV","PDF"]}"#)
    #expect(run.status == 200)
    #expect(
      try await caller.send("GET", "/v3/reports/\(run.string("id") ?? "")/result").status == 200)
    try await server.stop()
  }

  @Test func `A client's token is good at every door, and an application calls nothing off`()
    async throws
  {
    let file = OAuthClientFile(path: folder.path + "/clients.yaml")
    let person = try file.add(domainID: "a", role: .run, user: "ada \"x\"", scopes: [])
    let program = try file.add(domainID: "a", role: .run, user: nil, scopes: ["sp:report:manage"])
    let reader = try file.add(domainID: "a", role: .run, user: nil, scopes: ["sp:report:read"])
    let server = try await TestServer(folder, flags: ["oauth.clients": file.path])
    let nobody = SailPointCaller(address: server.addresses.http)
    func caller(_ client: (id: String, secret: String)) async throws -> SailPointCaller {
      let answer = try await nobody.send(
        "POST", "/oauth/token",
        "grant_type=client_credentials&client_id=\(client.id)&client_secret=\(client.secret)",
        headers: ["content-type": "application/x-www-form-urlencoded"])
      #expect(answer.status == 200)
      #expect(answer.headers["cache-control"] == "no-store")
      var caller = nobody
      caller.token = answer.string("access_token")
      #expect(caller.token != nil)
      return caller
    }
    let ada = try await caller(person)
    #expect(try await caller(reader).run("SEARCH_EXPORT", #"{"query":"slow"}"#).status == 403)
    #expect(try await caller(reader).result("x").status == 200)
    let id = try #require(
      try await ada.run("SEARCH_EXPORT", #"{"query":"slow"}"#).string("id"))
    let other = try await caller(program)
    #expect(try await other.run("SEARCH_EXPORT", #"{"query":"slow"}"#).string("id") == id)
    #expect(try await other.send("POST", "/v3/reports/\(id)/cancel").status == 403)
    for name in ["ttrpc", "grpc", "http"] {
      let answer = try await server.door(name).call(
        ReportMethods.get.descriptor,
        #"{"report_id":"report-\#(id.suffix(12))","domain_id":"a"}"#,
        [("token", ada.token ?? "")])
      #expect(answer.contains(#""created_by":"ada \"x\"""#), "\(name): \(answer)")
    }
    #expect(try await ada.send("POST", "/v3/reports/\(id)/cancel").status == 204)

    let wrong = try await nobody.send("POST", "/oauth/token?grant_type=client_credentials")
    #expect(wrong.status == 401)
    #expect(wrong.string("error") == "invalid_client")
    #expect(try await nobody.send("GET", "/oauth/token").status == 405)
    let type = try await nobody.send("POST", "/oauth/token", "{}")
    #expect(type.status == 415)
    #expect(type.string("error") == "invalid_request")
    for (count, status) in [(8_192, 400), (8_193, 413)] {
      let long = try await nobody.send(
        "POST", "/oauth/token", String(repeating: "a&", count: count),
        headers: ["content-type": "application/x-www-form-urlencoded"])
      #expect(long.status == status)
      #expect(long.string("error") == "invalid_request")
    }
    try await server.stop()
  }

  @Test func `One caller's calls are bounded, and no other's by them`() async throws {
    try await withServer([
      "rate.sailpoint": "3/3600", "rate.methods": "ReportsDataExtraction.cancelReport=1/3600",
    ]) { server, caller in
      let ada = try await caller("run", "a")
      for _ in 0..<3 { #expect(try await ada.result("x").status == 200) }
      let refused = try await ada.result("x")
      #expect(refused.status == 429)
      #expect(refused.text == #"{"message":" Rate Limit Exceeded "}"#)
      let seconds = try #require(refused.headers["retry-after"].flatMap(Int.init))
      #expect((1100...1200).contains(seconds))
      // Another token of the same caller is the same caller.
      #expect(try await caller("run", "a").result("x").status == 429)
      #expect(try await caller("run", "b").result("x").status == 200)
      #expect(try await ada.send("POST", "/v3/reports/x/cancel").status == 400)
      #expect(try await ada.send("POST", "/v3/reports/x/cancel").status == 429)
    }
  }

  @Test(arguments: ["ttrpc", "grpc", "http"])
  func `A rate of all calls holds at every door`(_ name: String) async throws {
    let server = try await TestServer(folder, flags: ["rate.calls": "2/3600"])
    let door = server.door(name)
    let method = ReportMethods.list.descriptor
    let request = #"{"domain_id":"a"}"#
    for _ in 0..<2 { _ = try await door.call(method, request, []) }
    let failure = await #expect(throws: DoorFailure.self) {
      _ = try await door.call(method, request, [])
    }
    #expect(failure?.status == 429)
    // Some of it is over where the machine is busy.
    let seconds = failure?.text.firstMatch(of: /Try again in (\d+) s\./).flatMap { Int($0.1) }
    #expect((1700...1800).contains(seconds ?? 0), "\(failure?.text ?? "")")
    try await server.stop()
  }

  @Test func `Clients that are added at once are all there`() async throws {
    let file = OAuthClientFile(path: folder.path + "/clients.yaml")
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<16 {
        group.addTask {
          try await blocking {
            try file.add(domainID: "d\(number)", role: .run, user: nil, scopes: []).id
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(try file.clients().map(\.id)) == Set(ids))
    #expect(ids.count == 16)
  }

  @Test func `A file of clients is read as it is written, and each fault has its line`() throws {
    let file = OAuthClientFile(path: folder.path + "/clients.yaml")
    #expect(try file.clients().isEmpty)
    _ = try file.add(
      domainID: "a", role: .run, user: "ada: \"x\" #",
      scopes: ["sp:report:read", "sp:scopes:default"])
    _ = try file.add(domainID: nil, role: .admin, user: nil, scopes: [])
    let clients = try file.clients()
    #expect(clients.map(\.user) == ["ada: \"x\" #", nil])
    #expect(clients.map(\.scopes) == [[.readReports, .standard], [.all]])
    #expect(clients.map(\.domainID) == ["a", nil])
    #expect(clients.map(\.role) == [.run, .admin])
    #expect(throws: Problems.self) {
      try file.add(domainID: nil, role: .run, user: nil, scopes: [])
    }
    #expect(throws: Problems.self) {
      try file.add(domainID: "a", role: .run, user: "a\nb", scopes: [])
    }
    let scope = #expect(throws: Problems.self) {
      try file.add(domainID: "a", role: .run, user: nil, scopes: ["sp:everything"])
    }
    #expect(scope?.description.contains("sp:report:read") == true)
    let secret = "secret: \"\(clients[0].secret.text)\", domain: a"
    try PrivateFile.write(
      "x: {\(secret), disabled: true}\ny: {\(secret), disabled: false}\n", to: file.path, "the file"
    )
    #expect(try file.clients().map(\.id) == ["y"])
    for (text, reason) in [
      ("x: {\(secret), scopes: all}", "which is none of sp:scopes:all"),
      ("[]", "mapping"), ("x: {secret: plain, domain: a}", "client add"),
      ("x: {domain: a}", "client add"), ("x: {secrets: a, domain: a}", "secrets"),
      ("x: {secret: \"\(clients[0].secret.text)\"}", "only as an admin"),
      ("x: {secret: \"\(clients[0].secret.text)\", domain: a, role: king}", "role"),
    ] {
      unlink(file.path)
      let other = OAuthClientFile(path: file.path)
      try PrivateFile.write(text + "\n", to: file.path, "the file")
      let problems = #expect(throws: Problems.self) { try other.clients() }
      #expect(problems?.description.contains(reason) == true, "\(problems?.description ?? "")")
    }
  }
}
