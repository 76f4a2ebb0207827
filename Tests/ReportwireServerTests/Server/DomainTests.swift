import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import Testing

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Templates and domains through the doors of a server.
@Suite(.timeLimit(.minutes(5))) struct DomainTests {
  private struct Answer {
    var status: Int
    var body: [String: Any]

    /// Of an error.
    var code: String? { (body["detail"] as? [String: Any])?["code"] as? String }
    var message: String? { (body["detail"] as? [String: Any])?["message"] as? String }
    /// Of a list, or of one.
    var ids: [String] {
      (body["results"] as? [[String: Any]] ?? [body]).compactMap { entry in
        (entry["domain_id"] ?? entry["name"]) as? String
      }
    }
  }

  /// Calls by REST; the body, if there is one, is JSON.
  private func rest(
    _ server: TestServer, _ verb: String, _ path: String, _ body: String? = nil
  ) async throws -> Answer {
    var request = URLRequest(
      url: try #require(URL(string: "http://\(server.addresses.http)\(path)")))
    request.httpMethod = verb
    if let body {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = try #require(response as? HTTPURLResponse).statusCode
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return Answer(status: status, body: try #require(object))
  }

  private static func folder() throws -> TemporaryFolder {
    let folder = try TestServer.makeFolder()
    try offer("fresh", to: "[a]", in: folder)
    return folder
  }

  private static func offer(
    _ name: String, to domains: String, in folder: TemporaryFolder
  ) throws {
    try folder.write(
      "templates/\(name).yaml",
      """
      name: \(name)
      template_id: \(name)
      source: numbers
      domains: \(domains)
      sql: SELECT value FROM numbers WHERE domain_id = :domain_id
      """)
  }

  private func create(
    _ server: TestServer, _ template: String, in domainID: String
  ) async throws(RPCError) -> String {
    try await server.client.report.create(
      CreateReportRequest(domainID: domainID, templateID: template, name: "n")
    ).reportID
  }

  @Test func everyBindingOfTemplateAndDomainAnswers() async throws {
    let server = try await TestServer(Self.folder())
    let v1 = "/report/v1"
    _ = try await create(server, "numbers", in: "b")
    #expect(try await rest(server, "PUT", "\(v1)/domain/c/disable", "{}").status == 200)

    #expect(try await rest(server, "GET", "\(v1)/domain/a").ids == ["a"])
    let a = try await rest(server, "GET", "\(v1)/domain/a").body["register_templates"] as? [String]
    #expect(a?.count == 3 && a?.contains("fresh") == true, "\(a ?? [])")
    let c = try await rest(server, "GET", "\(v1)/domain/c").body["register_templates"] as? [String]
    #expect(c ?? [] == [])
    #expect(try await rest(server, "GET", "\(v1)/domains").ids == ["b", "c"])
    #expect(try await rest(server, "GET", "\(v1)/domains?domain_id=z").ids == ["z"])
    #expect(
      try await rest(server, "GET", "\(v1)/domains?query.page.start=2&query.page.limit=1").ids == [
        "c"
      ])
    let search = #"{"query": {"filter": [{"k": "state", "v": "DISABLE", "o": "eq"}]}}"#
    #expect(try await rest(server, "POST", "\(v1)/domains/search", search).ids == ["c"])
    let enabled = try await rest(server, "PUT", "\(v1)/domain/c/enable", "{}")
    #expect((enabled.body["register_templates"] as? [String])?.count == 2)
    #expect(try await rest(server, "POST", "\(v1)/domains/search", search).ids == [])

    for (verb, body) in [("GET", nil), ("POST", #"{"domain_id": "a"}"#)] {
      let path = "\(v1)/template/fresh" + (body == nil ? "?domain_id=a" : "")
      #expect(try await rest(server, verb, path, body).ids == ["fresh"])
      let other = path.replacing("=a", with: "=b")
      let stranger = try await rest(server, verb, other, body?.replacing("\"a\"", with: "\"b\""))
      #expect(stranger.status == 404)
      #expect(stranger.code == "ERROR_NOT_FOUND")
    }
    #expect(
      try await rest(server, "GET", "\(v1)/templates?domain_id=b").ids.sorted() == [
        "numbers", "series",
      ])
    #expect(
      try await rest(server, "POST", "\(v1)/templates/search", #"{"domain_id": "a"}"#).ids.sorted()
        == ["fresh", "numbers", "series"])
    #expect(try await rest(server, "GET", "\(v1)/domain/a%20b").code == "ERROR_INVALID_PARAMETER")
    try await server.stop()
  }

  /// The same by every door that is spoken here: in protobuf and by REST.
  @Test func whatADomainMayNotUseIsNotThereByAnyDoor() async throws {
    let server = try await TestServer(Self.folder())
    func refusals(_ template: String, _ domainID: String) async throws -> [String] {
      let error = await #expect(throws: RPCError.self) {
        try await create(server, template, in: domainID)
      }
      let answer = try await rest(
        server, "POST", "/report/v1/reports",
        #"{"domain_id": "\#(domainID)", "template_id": "\#(template)", "name": "n"}"#)
      #expect(answer.status == 404)
      return [
        error?.wireMessage ?? "", "\(answer.code ?? ""): \(answer.message ?? "")",
      ].map { $0.replacing("= \(template)", with: "= X") }
    }
    let unknown = try await refusals("nothing", "a")
    #expect(
      unknown[0]
        == "ERROR_NOT_FOUND: Resource cannot be found or access is denied. (template_id = X)"
    )
    #expect(unknown[1] == unknown[0])
    #expect(try await refusals("fresh", "b") == unknown)
    let id = try await create(server, "fresh", in: "a")
    try await server.client.domain.disable(DisableDomainRequest(domainID: "a"))
    for template in ["fresh", "numbers"] {
      #expect(try await refusals(template, "a") == unknown)
    }
    // What it has is run, read and downloaded.
    let ended = try await server.client.reportControl.waitUntilEnded(
      WatchReportRequest(domainID: "a", reportID: id))
    #expect(ended.state == .finished)
    let url = try await server.client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: id)
    ).downloadURL
    let summary = try await ArtifactDownload(url: url).read(restart: {}) { _ in }
    #expect(summary.bytes > 0)
    try await server.stop()
  }

  @Test func whatWasSaidOfDomainsIsInForceAfterARestart() async throws {
    let folder = try Self.folder()
    let first = try await TestServer(folder)
    try await first.client.domain.disable(DisableDomainRequest(domainID: "a"))
    try await first.stop()
    let second = try await TestServer(folder, flags: ["domains.default": "disabled"])
    for domainID in ["a", "b"] {
      let domain = try await second.client.domain.get(GetDomainRequest(domainID: domainID))
      #expect(domain.registerTemplates == [])
      await #expect(throws: RPCError.notFound("template_id", "numbers")) {
        try await create(second, "numbers", in: domainID)
      }
    }
    #expect(try await second.client.domain.list(DomainQuery()).results.map(\.domainID) == ["a"])
    let enabled = try await second.client.domain.enable(EnableDomainRequest(domainID: "b"))
    #expect(enabled.registerTemplates.count == 2)
    _ = try await create(second, "numbers", in: "b")
    try await second.stop()
  }

  @Test func aReloadChangesWhoMayUseATemplate() async throws {
    let server = try await TestServer(Self.folder())
    func who() async -> [String] {
      var who: [String] = []
      for domainID in ["a", "b", "c"] {
        if (try? await create(server, "fresh", in: domainID)) != nil { who.append(domainID) }
      }
      return who
    }
    #expect(await who() == ["a"])
    try Self.offer("fresh", to: "[b, c]", in: server.folder)
    #expect(await who() == ["a"])
    await server.server.templates.reload()
    #expect(await who() == ["b", "c"])
    try Self.offer("fresh", to: "[]", in: server.folder)
    await server.server.templates.reload()
    // A file that is wrong changes nothing.
    #expect(await who() == ["b", "c"])
    try await server.stop()
  }
}
