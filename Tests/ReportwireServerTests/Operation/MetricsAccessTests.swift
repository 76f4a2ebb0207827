import Authentication
import RPCCore
import Testing

@testable import ReportwireServer

/// Who may read `/metrics`.
@Suite(.timeLimit(.minutes(5))) struct MetricsAccessTests {
  private static let secret = String(repeating: "s", count: 32)

  private let folder: TemporaryFolder
  private let keys: TestKeys

  init() throws {
    folder = try TestServer.makeFolder()
    keys = try TestKeys()
    try folder.write("keys.pem", keys.publicKey)
  }

  private func token(_ role: String, domain: String? = nil) async throws -> String {
    try await keys.token(role, domain: domain)
  }

  private func status(_ server: TestServer, _ token: String?) async throws -> Int {
    let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
    return try await Scrape(server, headers: headers).status
  }

  @Test func whereCallersAreKnownItTakesAnAdminOrTheSecret() async throws {
    let server = try await TestServer(
      folder, flags: ["auth.keys": "keys.pem", "metrics.token": Self.secret])
    #expect(try await status(server, nil) == 401)
    #expect(try await status(server, "nonsense") == 401)
    #expect(try await status(server, Self.secret + "s") == 401)
    #expect(try await status(server, Self.secret) == 200)
    #expect(try await status(server, token("manage", domain: "d")) == 403)
    #expect(try await status(server, token("admin", domain: "d")) == 403)
    #expect(try await status(server, token("admin")) == 200)
    try await server.stop()
  }

  @Test func theSecretAloneKeepsOthersOut() async throws {
    let server = try await TestServer(folder, flags: ["metrics.token": Self.secret])
    #expect(try await status(server, nil) == 401)
    #expect(try await status(server, "nonsense") == 401)
    #expect(try await status(server, Self.secret) == 200)
    try await server.stop()
  }

  @Test func theyAreOpenIfSomebodySaysSo() async throws {
    let server = try await TestServer(
      folder, flags: ["auth.keys": "keys.pem", "metrics.open": "true"])
    #expect(try await status(server, nil) == 200)
    try await server.stop()
  }

  @Test func whereNobodyIsKnownTheyAreOpenAsAllElse() async throws {
    let server = try await TestServer(folder)
    #expect(try await status(server, nil) == 200)
    try await server.stop()
  }

  @Test func aShortSecretStopsTheStart() throws {
    let input = TestServer.input(folder, ["metrics.token": "short"])
    #expect(throws: Problems.self) { try ConfigurationReader.read(input) }
  }
}
