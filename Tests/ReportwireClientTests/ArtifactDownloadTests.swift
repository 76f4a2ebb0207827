import Crypto
import NIOHTTP1
import RPCCore
import Synchronization
import Testing

@testable import ReportwireClient

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Downloads", .timeLimit(.minutes(5)))
struct ArtifactDownloadTests {
  private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private static let digest = SHA256.hash(data: content).map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0\(digits)" : digits
  }.joined()
  private static let tag = "\"\(digest)\""

  private func whole(_ content: [UInt8] = content, tag: String = tag) -> TestFileServer.Answer {
    TestFileServer.Answer(
      headers: [
        "content-length": "\(content.count)", "etag": tag, "content-type": "text/csv",
      ], body: content)
  }

  private func cut(_ answer: TestFileServer.Answer, after count: Int) -> TestFileServer.Answer {
    var answer = answer
    answer.body = Array(answer.body.prefix(count))
    answer.end = .cut
    return answer
  }

  private func rest(from start: Int, tag: String = tag) -> TestFileServer.Answer {
    let count = Self.content.count
    return TestFileServer.Answer(
      status: .partialContent,
      headers: [
        "content-length": "\(count - start)", "etag": tag,
        "content-range": "bytes \(start)-\(count - 1)/\(count)",
      ], body: Array(Self.content.dropFirst(start)))
  }

  /// Downloads into memory.
  private func read(
    _ answers: [TestFileServer.Answer]
  ) async throws -> (bytes: [UInt8], summary: ArtifactDownload.Summary, ranges: [String?]) {
    let server = try await TestFileServer.start(answers)
    let bytes = Mutex<[UInt8]>([])
    let summary: ArtifactDownload.Summary
    do {
      summary = try await ArtifactDownload(url: server.url).read(
        restart: { () throws(RPCError) in bytes.withLock { $0 = [] } }
      ) { (piece) throws(RPCError) in
        let piece = [UInt8](piece)
        bytes.withLock { $0 += piece }
      }
    } catch {
      try await server.stop()
      throw error
    }
    let ranges = server.requests.map { $0.headers.first(name: "range") }
    try await server.stop()
    return (bytes.withLock { $0 }, summary, ranges)
  }

  @Test("reads a whole file, and tells what it is")
  func reads() async throws {
    let result = try await read([whole()])
    #expect(result.bytes == Self.content)
    #expect(
      result.summary
        == ArtifactDownload.Summary(
          bytes: 300_000, sha256: Self.digest, mediaType: "text/csv", suggestedName: nil))
    #expect(result.ranges == [nil])
  }

  @Test("goes on where a broken connection stopped")
  func resumes() async throws {
    let result = try await read([cut(whole(), after: 1000), rest(from: 1000)])
    #expect(result.bytes == Self.content)
    #expect(result.ranges == [nil, "bytes=1000-"])
  }

  @Test("begins anew when the file changed meanwhile")
  func restarts() async throws {
    let other = [UInt8](repeating: 1, count: 50)
    let result = try await read([cut(whole(), after: 1000), whole(other, tag: "\"other\"")])
    #expect(result.bytes == other)
  }

  @Test("a file with another SHA-256 than announced is refused")
  func wrongDigest() async throws {
    let error = await #expect(throws: RPCError.self) {
      _ = try await read([whole(Array(Self.content.reversed()))])
    }
    #expect(error?.code == .dataLoss)
  }

  @Test(
    "a file that is not what the report says is refused and not kept",
    arguments: [
      ArtifactDownload.Content(bytes: 300_001, sha256: digest),
      ArtifactDownload.Content(bytes: 299_999, sha256: digest),
      ArtifactDownload.Content(bytes: 300_000, sha256: String(repeating: "0", count: 64)),
      ArtifactDownload.Content(bytes: 300_000, sha256: ""),
    ], [true, false])
  func notWhatTheReportSays(expected: ArtifactDownload.Content, isAnnounced: Bool) async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var answer = whole()
    // Neither its length nor its SHA-256 tells that anything is wrong.
    if !isAnnounced { answer.headers = [:] }
    let server = try await TestFileServer.start([answer])
    let error = await #expect(throws: RPCError.self) {
      try await ArtifactDownload(url: server.url, expected: expected).save(
        to: folder.path + "/report.csv")
    }
    #expect(error?.code == .dataLoss)
    #expect(error?.message.contains("not what was announced") == true)
    #expect(folder.names.isEmpty)
    #expect(server.requests.count == 1)
    try await server.stop()
  }

  @Test("a file that is what the report says is kept, however the digits are written")
  func whatTheReportSays() async throws {
    let server = try await TestFileServer.start([whole()])
    let expected = ArtifactDownload.Content(bytes: 300_000, sha256: Self.digest.uppercased())
    let summary = try await ArtifactDownload(url: server.url, expected: expected).read(
      restart: {}) { _ in }
    #expect(summary.bytes == 300_000)
    try await server.stop()
  }

  @Test("another part than asked for is refused")
  func wrongPart() async throws {
    let error = await #expect(throws: RPCError.self) {
      _ = try await read([cut(whole(), after: 1000), rest(from: 2000)])
    }
    #expect(error?.code == .dataLoss)
  }

  @Test("the rest of another file is refused, also if nothing but its tag tells")
  func restOfAnother() async throws {
    let error = await #expect(throws: RPCError.self) {
      _ = try await read([
        cut(whole(tag: "\"v1\""), after: 1000), rest(from: 1000, tag: "\"v2\""),
      ])
    }
    #expect(error?.code == .dataLoss)
    #expect(error?.message.contains("another part") == true)
  }

  @Test("a file that is too short is refused, also if no SHA-256 was announced")
  func tooShort() async throws {
    var end = rest(from: 1000, tag: "\"v1\"")
    end.body = Array(end.body.prefix(500))
    end.headers.replaceOrAdd(name: "content-length", value: "500")
    let error = await #expect(throws: RPCError.self) {
      _ = try await read([cut(whole(tag: "\"v1\""), after: 1000), end])
    }
    #expect(error?.code == .dataLoss)
    #expect(error?.message.contains("1500 of 300000 bytes came") == true)
  }

  @Test("gives up after four attempts that bring nothing")
  func givesUp() async throws {
    let server = try await TestFileServer.start([])
    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(url: server.url).read(restart: {}) { _ in }
    }
    #expect(error?.code == .unavailable)
    #expect(server.requests.count == 4)
    try await server.stop()
  }

  @Test(
    "a refusal has the server's words, and not the signature",
    arguments: [
      (HTTPResponseStatus.forbidden, StatusCode.permissionDenied), (.notFound, .notFound),
      (.gone, .notFound), (.unauthorized, .unauthenticated),
      (.tooManyRequests, .resourceExhausted), (.found, .unknown),
    ])
  func refusals(status: HTTPResponseStatus, code: StatusCode) async throws {
    let answer = TestFileServer.Answer(
      status: status, headers: ["content-length": "7"], body: Array("expired".utf8))
    let error = await #expect(throws: RPCError.self) { _ = try await read([answer]) }
    #expect(error?.code == code)
    #expect(error?.message.contains("\(status.code)") == true)
    #expect(error?.message.contains("expired") == true)
    #expect(error?.message.contains("secret") == false)
  }

  @Test("a server that sends nothing any more is given up")
  func silence() async throws {
    var answer = whole()
    answer.body.removeLast()
    answer.end = .silence
    let server = try await TestFileServer.start([answer])
    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(
        url: server.url, attemptsMax: 1, silenceMax: .milliseconds(200)
      ).read(restart: {}) { _ in }
    }
    #expect(error?.code == .unavailable)
    try await server.stop()
  }

  private func redirect(_ location: String) -> TestFileServer.Answer {
    TestFileServer.Answer(
      status: .temporaryRedirect, headers: ["location": location, "content-length": "0"], body: [])
  }

  @Test("a redirect to the same host is followed, also in the middle of a file")
  func redirects() async throws {
    let server = try await TestFileServer.start([
      redirect("/other/b.csv?sig=2"), cut(whole(), after: 1000), redirect("c.csv"),
      redirect("//localhost:1/"), rest(from: 1000),
    ])
    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(url: server.url).read(restart: {}) { _ in }
    }
    #expect(error?.reason == "ERROR_DOWNLOAD_REDIRECTED")
    #expect(error?.message.contains("leads to another host, http://localhost:1") == true)
    #expect(error?.message.contains("secret") == false)
    #expect(
      server.requests.map(\.uri) == [
        "/files/a.csv?sig=secret", "/other/b.csv?sig=2", "/files/a.csv?sig=secret", "/files/c.csv",
      ])
    try await server.stop()

    let other = try await TestFileServer.start([whole()])
    #expect(try await read([redirect(other.url)]).bytes == Self.content)
    try await other.stop()
  }

  @Test("redirects without an end are given up")
  func endlessRedirects() async throws {
    let server = try await TestFileServer.start(
      (0..<9).map { redirect("/\($0)") })
    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(url: server.url).read(restart: {}) { _ in }
    }
    #expect(error?.reason == "ERROR_DOWNLOAD_REDIRECTED")
    #expect(server.requests.count == 6)
    try await server.stop()
  }

  @Test(
    "a redirect is understood as browsers do",
    arguments: [
      ("http://h/a/b?q", "c?r", "http://h/a/c?r"), ("http://h/a/b?q=/x", "/c", "http://h/c"),
      ("http://h/a", "http://H:81/b", "http://H:81/b"),
      ("http://h/a", "https://h/b", "https://h/b"),
      ("https://h/a", "//h:1/b#c", "https://h:1/b"), ("http://h", "x", "http://h/x"),
      ("http://h/a", "https://i/b", nil), ("https://h/a", "http://h/b", nil),
      ("http://h/a", "//h.evil/b", nil), ("http://h/a", "http://h@evil/", nil),
      ("http://h/a", "http://h\\evil/", nil), ("http://h/a", "/b c", nil),
    ])
  func redirected(from: String, location: String, to: String?) throws {
    let url = try DownloadURL(from)
    if let to {
      #expect(try url.redirected(to: location).text == to)
    } else {
      #expect(throws: RPCError.self) { try url.redirected(to: location) }
    }
  }

  @Test("https is spoken with whom an authority answers for")
  func https() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let authorities = folder.path + "/authorities.pem"
    folder.write("authorities.pem", TestCertificate.certificate)
    let server = try await TestFileServer.start(
      [cut(whole(), after: 1000), rest(from: 1000)], isSecure: true)
    let bytes = Mutex<[UInt8]>([])
    // This machine is reached without the proxy.
    let network = NetworkSettings(
      environment: ["SSL_CERT_FILE": authorities, "https_proxy": "http://127.0.0.1:1"])
    _ = try await ArtifactDownload(url: server.url, network: network).read(
      restart: { () throws(RPCError) in bytes.withLock { $0 = [] } }
    ) { (piece) throws(RPCError) in
      let piece = [UInt8](piece)
      bytes.withLock { $0 += piece }
    }
    #expect(bytes.withLock { $0 } == Self.content)

    let error = await #expect(throws: RPCError.self) {
      _ = try await ArtifactDownload(url: server.url).read(restart: {}) { _ in }
    }
    #expect(error?.reason == "ERROR_DOWNLOAD_UNTRUSTED")
    #expect(error?.message.contains("SSL_CERT_FILE") == true)
    #expect(server.requests.count == 2)
    try await server.stop()
  }

  @Test("saves a file under its name only when it is complete")
  func saves() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path + "/report.csv"
    let server = try await TestFileServer.start([
      cut(whole(), after: 10), rest(from: 10),
      whole(Array(Self.content.reversed())),
    ])
    let last = Mutex<ArtifactDownload.Progress?>(nil)
    let download = try ArtifactDownload(url: server.url)
    _ = try await download.save(to: path) { progress in last.withLock { $0 = progress } }
    #expect(folder.read("report.csv") == Self.content)
    #expect(last.withLock { $0?.bytes } == 300_000)
    #expect(last.withLock { $0?.totalBytes } == 300_000)

    await #expect(throws: RPCError.self) { try await download.save(to: path) }
    #expect(folder.read("report.csv") == Self.content)
    #expect(folder.names == ["report.csv"])
    try await server.stop()
  }

  @Test("saves into a folder under the name that the server suggests")
  func savesIntoFolder() async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var answer = whole()
    answer.headers.add(
      name: "content-disposition", value: "attachment; filename=\"../sales 2026.csv\"")
    let server = try await TestFileServer.start([answer])
    let saved = try await ArtifactDownload(url: server.url).save(
      inFolder: folder.path, name: { $0.suggestedName ?? "none" })
    #expect(saved.summary.suggestedName == "_sales 2026.csv")
    #expect(saved.name == "_sales 2026.csv")
    #expect(folder.read("_sales 2026.csv") == Self.content)
    #expect(folder.names == ["_sales 2026.csv"])
    try await server.stop()
  }

  @Test("a download that is called off leaves nothing", arguments: [false, true])
  func cancelled(isNamed: Bool) async throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var answer = whole()
    answer.body.removeLast()
    answer.end = .silence
    let server = try await TestFileServer.start([answer])
    let (began, beginning) = AsyncStream<Void>.makeStream()
    let download = Task { () async -> RPCError? in
      do throws(RPCError) {
        let file = try OutputFile(at: folder.path + "/a", isNamed: isNamed)
        _ = try await ArtifactDownload(url: server.url).read(into: file) { _ in beginning.yield() }
        return nil
      } catch {
        return error
      }
    }
    for await _ in began { break }
    #expect(folder.names.count == (isNamed ? 1 : 0))
    download.cancel()
    #expect(await download.value?.code == .cancelled)
    #expect(folder.names.isEmpty)
    try await server.stop()
  }

  @Test("a file that cannot be written is an error that names it")
  func cannotSave() async throws {
    let error = await #expect(throws: RPCError.self) {
      try await ArtifactDownload(url: "http://127.0.0.1:1/x").save(to: "/nowhere/x.csv")
    }
    #expect(error?.reason == "ERROR_CANNOT_WRITE_FILE")
    #expect(error?.message.contains("/nowhere/x.csv") == true)
  }

  @Test(
    "URLs are taken apart",
    arguments: [
      ("http://h/a?b=c#d", "h", 80, "/a?b=c"), ("http://h:81", "h", 81, "/"),
      ("http://h?q", "h", 80, "/?q"), ("http://[::1]:8080/x", "::1", 8080, "/x"),
      ("http://[::1]/x", "::1", 80, "/x"), ("https://h/a", "h", 443, "/a"),
      ("https://h:80/a", "h", 80, "/a"),
    ])
  func urls(text: String, host: String, port: Int, target: String) throws {
    let url = try DownloadURL(text)
    #expect(url.address == HostPort(host: host, port: port))
    #expect(url.target == target)
    #expect(try DownloadURL(url.text) == url)
  }

  @Test(
    "URLs that cannot be used are refused",
    arguments: [
      "", "h/a", "ftp://h/a", "https:/h/a", "http:///a", "http://:80/a", "http://h:x/a",
      "http://h:99999/a", "http://u:p@h/a", "http://h/a b", "http://h/a\r\nX: y", "http://h/ü",
    ])
  func badURLs(text: String) {
    let error = #expect(throws: RPCError.self) { try DownloadURL(text) }
    #expect(error?.code == .invalidArgument)
  }
}
