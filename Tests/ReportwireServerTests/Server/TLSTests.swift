import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient
import Testing
import X509

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct TLSTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority

  init() throws {
    folder = try TestServer.makeFolder()
    authority = try TestAuthority()
    try folder.write("ca.pem", authority.pem)
    try install(authority.issueServer())
  }

  private func install(_ server: (certificate: String, key: String)) throws {
    try folder.write("server.pem", server.certificate)
    try writeKey("server.key", server.key)
  }

  private func writeKey(_ name: String, _ text: String) throws {
    try folder.write(name, text)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: "\(folder.path)/\(name)")
  }

  private static let flags = ["tls.certificate": "server.pem", "tls.key": "server.key"]

  /// A client of its own, whose TLS a test sets up.
  private func code(
    _ server: TestServer, domainID: String = "domain-1", _ set: (inout ClientTLS) -> Void
  ) async throws -> StatusCode {
    var configuration = try ReportwireClient.Configuration(server.addresses.ttrpc)
    var tls = ClientTLS()
    tls.authoritiesFile = folder.path + "/ca.pem"
    set(&tls)
    configuration.tls = tls
    configuration.attemptsMax = 1
    let client = ReportwireClient(configuration)
    let code: StatusCode
    do throws(RPCError) {
      _ = try await client.call(
        TemplateMethods.list, TemplateQuery(domainID: domainID),
        options: CallOptions(timeout: .seconds(60)))
      code = .ok
    } catch {
      code = error.code
    }
    await client.close()
    return code
  }

  @Test func callsAndFilesAreEncrypted() async throws {
    let server = try await TestServer(folder, flags: Self.flags)
    #expect(try await code(server) { _ in } == .ok)
    #expect(try await code(server) { $0.authoritiesFile = nil } == .permissionDenied)
    // Who speaks no TLS gets no answer.
    await #expect(throws: RPCError.self) {
      _ = try await server.client.call(
        ServerInfoMethods.getVersion, Empty(), options: CallOptions(timeout: .seconds(60)))
    }
    try await server.stop()
  }

  @Test func aCertificateIsForTheHostThatIsCalled() async throws {
    try install(authority.issue("server", [.dnsName("localhost")]))
    let server = try await TestServer(folder, flags: Self.flags)
    // It is called by its address, which the certificate has not.
    #expect(try await code(server) { _ in } == .permissionDenied)
    #expect(try await code(server) { $0.serverName = "example.com" } == .permissionDenied)
    #expect(try await code(server) { $0.serverName = "localhost" } == .ok)
    try await server.stop()
  }

  @Test func linksToFilesSayHTTPS() async throws {
    let server = try await TestServer(folder, flags: Self.flags)
    var configuration = try ReportwireClient.Configuration(server.addresses.ttrpc)
    var tls = ClientTLS()
    tls.authoritiesFile = folder.path + "/ca.pem"
    configuration.tls = tls
    let client = ReportwireClient(configuration)
    let made = try await client.report.create(
      CreateReportRequest(domainID: "a", templateID: "numbers", name: "n"))
    let link = try await client.report.getDownloadURL(
      GetDownloadURLRequest(domainID: "a", reportID: made.reportID))
    #expect(link.downloadURL.hasPrefix("https://127.0.0.1:"))
    var network = NetworkSettings()
    network.authoritiesFile = folder.path + "/ca.pem"
    let download = try ArtifactDownload(url: link.downloadURL, network: network)
    _ = try await download.save(to: folder.path + "/file.csv")
    let text = try String(contentsOfFile: folder.path + "/file.csv", encoding: .utf8)
    #expect(text == "value\r\n1\r\n2\r\n")
    await client.close()
    try await server.stop()
  }

  @Test func clientsAreKnownByTheirCertificates() async throws {
    try folder.write(
      "reportwire.yaml",
      """
      data: data
      sources: {numbers: {sqlite: numbers.db}}
      clients:
        spiffe://mesh/billing: {domain: domain-1, role: read}
        operator: {role: admin}
      """)
    let other = try TestAuthority()
    for (name, issued) in [
      ("billing", try authority.issue("x", [.uniformResourceIdentifier("spiffe://mesh/billing")])),
      ("operator", try authority.issue("operator", [])),
      ("stranger", try authority.issue("billing", [.dnsName("stranger")])),
      ("foreign", try other.issue("operator", [])),
    ] {
      try folder.write("\(name).pem", issued.certificate)
      try writeKey("\(name).key", issued.key)
    }
    let flags = Self.flags.merging(["tls.client_ca": "ca.pem"]) { $1 }
    let server = try await TestServer(folder, flags: flags)
    func code(_ client: String?, in domainID: String) async throws -> StatusCode {
      try await self.code(server, domainID: domainID) { tls in
        tls.certificateFile = client.map { "\(folder.path)/\($0).pem" }
        tls.keyFile = client.map { "\(folder.path)/\($0).key" }
      }
    }
    #expect(try await code("billing", in: "domain-1") == .ok)
    #expect(try await code("billing", in: "domain-2") == .permissionDenied)
    #expect(try await code("operator", in: "domain-2") == .ok)
    #expect(try await code("stranger", in: "domain-1") == .unauthenticated)
    #expect(try await code("foreign", in: "domain-1") == .unavailable)
    #expect(try await code(nil, in: "domain-1") == .unavailable)
    try await server.stop()
  }

  @Test func aNewCertificateIsTakenUpAndABrokenOneIsNot() async throws {
    let log = MessageLog()
    let server = try await TestServer(folder, flags: Self.flags, logger: log.logger)
    try folder.write("server.pem", "broken")
    await log.wait(for: "certificate not changed")
    #expect(try await code(server) { _ in } == .ok)
    let other = try TestAuthority()
    try folder.write("other.pem", other.pem)
    try install(other.issueServer())
    await log.wait(for: "new connections get the new certificate")
    #expect(try await code(server) { _ in } == .permissionDenied)
    #expect(try await code(server) { $0.authoritiesFile = folder.path + "/other.pem" } == .ok)
    try await server.stop()
  }

  @Test(arguments: [
    ("server.key", "server.pem", "tls.certificate: the certificate cannot be used"),
    ("server.pem", "none.key", "none.key: there is no such file"),
    ("none.pem", "server.key", "none.pem: the file cannot be opened"),
  ])
  func filesThatCannotBeUsedStopTheStart(
    certificate: String, key: String, part: String
  ) async throws {
    try writeKey("server.pem", String(contentsOfFile: folder.path + "/server.pem", encoding: .utf8))
    let error = await #expect(throws: Problems.self) {
      _ = try await TestServer(
        folder, flags: ["tls.certificate": certificate, "tls.key": key])
    }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }
}
