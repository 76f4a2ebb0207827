import ReportwireTestKit
import Testing

@testable import Authentication

@Suite(.timeLimit(.minutes(5))) struct KeyFetchTests {
  /// What a fetch gives.
  private func fetch(
    timeoutMilliseconds: Int64 = 60_000,
    _ answer: @escaping @Sendable (_ number: Int, _ path: String) -> ScriptedHTTPServer.Answer
  ) async throws -> KeyFetch.Found {
    let server = try ScriptedHTTPServer(answer)
    defer { server.stop() }
    let url = try KeyURL("http://127.0.0.1:\(server.port)/keys")
    return try await KeyFetch(url, timeoutMilliseconds: timeoutMilliseconds)()
  }

  private func problem(
    timeoutMilliseconds: Int64 = 60_000,
    _ answer: @escaping @Sendable (_ number: Int, _ path: String) -> ScriptedHTTPServer.Answer
  ) async -> String {
    let error = await #expect(throws: KeyProblem.self) {
      try await fetch(timeoutMilliseconds: timeoutMilliseconds, answer)
    }
    return error?.description ?? ""
  }

  @Test func aSetIsReadWithItsLifetime() async throws {
    let found = try await fetch { number, path in
      .reply("200 OK", ["Cache-Control: public, max-age=120"], "\(number) \(path)")
    }
    #expect(found.text == "1 /keys")
    #expect(found.maxAge == 120)
    #expect(try await fetch { _, _ in .reply() }.maxAge == nil)
  }

  @Test(arguments: ["404 Not Found", "500 Internal Server Error", "204 No Content", "206 Partial"])
  func everyOtherStatusIsAProblem(status: String) async {
    let problem = await problem { _, _ in .reply(status) }
    #expect(problem == "the answer is \(status.prefix(3))")
  }

  @Test func aRedirectIsFollowedThreeTimes() async throws {
    let found = try await fetch { number, path in
      number <= 3 ? .reply("302 Found", ["Location: /\(number)"]) : .reply("200 OK", [], path)
    }
    #expect(found.text == "/3")
    let problem = await problem { _, _ in .reply("307 Temporary Redirect", ["Location: /x"]) }
    #expect(problem == "it is sent on more than 3 times")
  }

  @Test(
    arguments: [
      ("https://127.0.0.1/keys", "another scheme"), ("file:///etc/passwd", "another scheme"),
      ("ftp://127.0.0.1/keys", "another scheme"), ("http://192.0.2.1/keys", "by https"),
      ("http://localhost.example.com/keys", "by https"), ("//192.0.2.1/keys", "by https"),
    ])
  func aRedirectLeadsNowhereElse(location: String, reason: String) async {
    let problem = await problem { _, _ in .reply("302 Found", ["Location: \(location)"]) }
    #expect(problem.contains(reason), "\(problem)")
  }

  @Test func whatIsTooLongOrTooSlowOrCutIsNotWaitedFor() async {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n["
    let huge = await problem { _, _ in .endless(Array(head.utf8)) }
    #expect(huge == "it has more than 1048576 bytes")
    let announced = await problem { _, _ in
      .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n[".utf8))
    }
    #expect(announced.contains("more than") || announced.contains("to its end"), "\(announced)")
    let slow = await problem(timeoutMilliseconds: 200) { _, _ in .silence }
    #expect(slow.contains("200 ms") || slow.contains("cannot be reached"), "\(slow)")
    let cut = await problem { _, _ in
      .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}".utf8))
    }
    #expect(cut.contains("cannot be read to its end"), "\(cut)")
    let noText = await problem { _, _ in
      .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n".utf8) + [0xff])
    }
    #expect(noText == "it is not UTF-8")
  }

  @Test func aServerThatIsNotThereIsAProblem() async throws {
    let server = try ScriptedHTTPServer { _, _ in .reply() }
    server.stop()
    let url = try KeyURL("http://127.0.0.1:1/keys")
    let error = await #expect(throws: KeyProblem.self) { _ = try await KeyFetch(url)() }
    #expect(error?.description.contains("cannot be reached") == true)
  }

  @Test(
    arguments: [
      ([], nil), (["max-age=60"], 60), (["public", "MAX-AGE=60"], 60), (["max-age=\"5\""], 5),
      (["max-age=60", "max-age=7"], 7), (["no-store", "max-age=60"], 0), (["no-cache"], 0),
      (["max-age=-1"], nil), (["max-age="], nil), (["max-age"], nil), (["max-age=1x"], nil),
      (["max-age=99999999999999999999"], Int.max), (["s-maxage=5"], nil),
    ] as [([String], Int?)])
  func lifetimesAreRead(values: [String], age: Int?) {
    #expect(KeyFetch.maxAge(values.map { Substring($0) }) == age)
  }

  @Test(arguments: [
    "https://issuer.example.com/jwks.json", "HTTPS://issuer.example.com", "http://127.0.0.1:80/k",
    "http://localhost/k", "http://[::1]:8080/k", "https://192.0.2.1/k?x=y",
  ])
  func keysAreFetchedByHTTPSOrFromThisMachine(text: String) throws {
    #expect(KeyURL.isMeant(text))
    #expect(try KeyURL(text).text == text)
  }

  @Test(arguments: [
    "http://issuer.example.com/k", "http://127.0.0.1.example.com/k", "http://127.0.0/k",
    "https://", "https:///k", "https://ada:secret@issuer.example.com/k", "https://a b/k",
    "http://10.0.0.1/k", "https://issuer.example.com/\u{e9}", "ftp://127.0.0.1/k", "",
  ])
  func othersAreRefused(text: String) {
    #expect(throws: KeyProblem.self) { try KeyURL(text) }
  }
}
