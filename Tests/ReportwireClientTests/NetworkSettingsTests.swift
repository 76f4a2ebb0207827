import NIOHTTP1
import RPCCore
import Testing

@testable import ReportwireClient

@Suite("Networks", .timeLimit(.minutes(5)))
struct NetworkSettingsTests {
  private func proxy(
    _ environment: [String: String], _ url: String = "https://files.example.org/a"
  ) throws -> NetworkSettings.Proxy? {
    try NetworkSettings(environment: environment).proxy(for: try DownloadURL(url))
  }

  @Test(
    "a proxy is read in the spellings that people use",
    arguments: [
      ("http://p:3128", "p:3128", nil, ""), ("p:3128", "p:3128", nil, ""),
      ("http://p:3128/", "p:3128", nil, ""), ("p", "p:1080", nil, ""),
      ("http://u:a:b@[::1]:1", "[::1]:1", "u", "a:b"), ("http://u@p:1", "p:1", "u", ""),
    ])
  func spellings(text: String, address: String, user: String?, password: String) throws {
    for name in ["https_proxy", "HTTPS_PROXY"] {
      let proxy = try #require(try proxy([name: text]))
      #expect("\(proxy.address)" == address)
      #expect(proxy.user == user)
      #expect(proxy.password == password)
    }
  }

  @Test(
    "some hosts are reached without it",
    arguments: [
      ("", "https://files.example.org/a", false), ("*", "https://files.example.org/a", true),
      ("example.org", "https://FILES.example.org/a", true),
      (".example.org", "https://files.example.org/a", true),
      ("example.org", "https://example.org/a", true),
      ("ample.org", "https://files.example.org/a", false),
      ("other, files.example.org", "https://files.example.org:8443/a", true),
      ("", "https://localhost/a", true), ("", "https://127.1.2.3/a", true),
      ("", "https://[::1]/a", true), ("", "http://files.example.org/a", true),
    ])
  func directHosts(list: String, url: String, isDirect: Bool) throws {
    for name in ["no_proxy", "NO_PROXY"] {
      #expect((try proxy(["https_proxy": "p:1", name: list], url) == nil) == isDirect)
    }
  }

  @Test("no proxy is none, and one that makes no sense is refused")
  func nonsense() throws {
    #expect(try proxy([:]) == nil)
    #expect(try proxy(["https_proxy": ""]) == nil)
    for text in ["http://", "socks5://p:1", "p:port", "p:99999", "a b:1"] {
      let error = #expect(throws: RPCError.self) { try proxy(["https_proxy": text]) }
      #expect(error?.reason == "ERROR_INVALID_PROXY")
    }
  }

  @Test("a download over https asks the proxy for the way, and says who asks")
  func asks() async throws {
    let refusal = TestFileServer.Answer(
      status: .forbidden, headers: ["content-length": "0"], body: [])
    let server = try await TestFileServer.start([refusal])
    let network = NetworkSettings(
      environment: ["https_proxy": "http://ann:secret@127.0.0.1:\(server.port)"])
    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(
        url: "https://files.example.org/a?sig=secret", attemptsMax: 1, network: network
      ).read(restart: {}) { _ in }
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("the proxy 127.0.0.1:\(server.port) did not connect") == true)
    #expect(error?.message.contains("secret") == false)
    #expect(server.requests.map(\.method) == [.CONNECT])
    #expect(server.requests.map(\.uri) == ["files.example.org:443"])
    #expect(
      server.requests.first?.headers["proxy-authorization"] == ["Basic YW5uOnNlY3JldA=="])
    try await server.stop()
  }
}
