import Logging
import RESTGateway
import ReportCore
import ReportwireTestKit
import Testing

@Suite("HTTP server over a socket", .timeLimit(.minutes(5)))
struct HTTPServerTests {
  @Test func `The check says that it serves`() async throws {
    try await Gateway().run { gateway in
      let answer = try await gateway.get("/check")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"status":"SERVING"}"#)
      #expect(answer["content-type"] == "application/json")
      let head = try await gateway.exchange(RawRequest(method: "HEAD", target: "/check?x=1"))
      #expect(head.status == 200)
      #expect(head["content-length"] == "20")
      #expect(head.body.isEmpty)
    }
  }

  @Test func `The public keys of manifests are there for everybody`() async throws {
    try await Gateway().run { gateway in
      let answer = try await gateway.get("/keys")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"keys":[{"kty":"OKP"}]}"#)
      #expect(answer["content-type"] == "application/jwk-set+json")
      #expect(answer["cache-control"] == "no-cache")
      let head = try await gateway.exchange(RawRequest(method: "HEAD", target: "/keys"))
      #expect(head["content-length"] == "24")
      #expect(head.body.isEmpty)
      let post = try await gateway.exchange(RawRequest(method: "POST", target: "/keys"))
      #expect(post.status == 405)
      #expect(try await gateway.get("/keys/").status == 404)
    }
  }

  @Test func `A file that is in no storage is served as any other`() async throws {
    var gateway = Gateway()
    gateway.artifact.format = .manifest
    gateway.artifact.path = "manifest-1.manifest.json"
    gateway.artifact.bytes = 10
    gateway.content = Array("0123456789".utf8)
    let target = gateway.target(domain: Gateway.domain, format: "manifest")
    try await gateway.run { gateway in
      let whole = try await gateway.get(target)
      #expect(whole.status == 200)
      #expect(whole.text == "0123456789")
      #expect(whole["content-disposition"]?.contains(".manifest.json\"") == true)
      let part = try await gateway.exchange(
        RawRequest(target: target, headers: ["Range: bytes=3-5"]))
      #expect(part.status == 206)
      #expect(part.text == "345")
    }
  }

  @Test func `The check fails when the server does not serve`() async throws {
    var gateway = Gateway()
    gateway.isServing = false
    try await gateway.run { gateway in
      let answer = try await gateway.get("/check")
      #expect(answer.status == 503)
      #expect(answer.text == #"{"status":"NOT_SERVING"}"#)
    }
  }

  /// RFC 9112, section 9.3, and RFC 9110, section 7.6.1. What the response says; nil: nothing, and
  /// the connection stays.
  @Test(arguments: [
    ("1.1", [], nil), ("1.1", ["Connection: close"], "close"),
    ("1.1", ["Connection: Close"], "close"), ("1.1", ["connection: TE, close"], "close"),
    ("1.1", ["Connection: TE", "Connection: CLOSE ,x"], "close"),
    ("1.1", ["Connection: keep-alive"], nil), ("1.1", ["Connection: closed"], nil),
    ("1.1", ["Connection: keep-alive, close"], "close"), ("1.0", [], "close"),
    ("1.0", ["Connection: TE"], "close"), ("1.0", ["Connection: Keep-Alive"], "keep-alive"),
  ])
  func `A connection ends with the request that says so`(
    _ version: String, _ headers: [String], _ said: String?
  ) async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let request = RawRequest(target: "/check", headers: headers, version: version)
      let (first, second) = try await blocking {
        let connection = try RawConnection(port: port)
        // Both at once: what follows the last request is not answered.
        try connection.send(request.text + RawRequest(target: "/check").text)
        let first = try connection.receiveAnswer(to: "GET")
        return (first, connection.receiveHead()?.0)
      }
      #expect(first.status == 200)
      #expect(first["connection"] == said)
      #expect((second?.status == 200) == (said != "close"))
      #expect(second?["connection"] == nil)
    }
  }

  @Test func `The check names the sources that are away, and still says that it serves`()
    async throws
  {
    var gateway = Gateway()
    gateway.unavailableSources = ["costs", "a\"b"]
    try await gateway.run { gateway in
      let answer = try await gateway.get("/check")
      #expect(answer.status == 200)
      #expect(
        answer.text == #"{"status":"SERVING","unavailable_sources":["costs","a\"b"]}"#)
    }
  }

  @Test func `Requests of one connection are answered in turn`() async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let requests = [
        RawRequest(target: gateway.target), RawRequest(target: "/check"),
        RawRequest(target: "/nothing"), RawRequest(target: gateway.target),
      ]
      let statuses = try await blocking {
        let connection = try RawConnection(port: port)
        return try requests.map { try connection.exchange($0).status }
      }
      #expect(statuses == [200, 200, 404, 200])
    }
  }

  @Test func `A request is logged in one line, without its signature`() async throws {
    try await Gateway().run { gateway in
      _ = try await gateway.get(nil, "Range: bytes=0-9")
      let line = try #require(await gateway.log.nextRequest())
      #expect(line.level == .info)
      #expect(line.metadata["method"] == "GET")
      #expect(line.metadata["path"] == "/artifacts/\(Gateway.domain)/\(Gateway.report)/csv")
      #expect(line.metadata["status"] == "206")
      #expect(line.metadata["code"] == "OK")
      #expect(line.metadata["bytes"] == "10")
      #expect(line.metadata["peer"]?.hasPrefix("127.0.0.1:") == true)
      #expect(line.metadata["duration_us"].flatMap { Int($0) } != nil)
      #expect(!line.metadata.values.contains { $0.contains("signature") })
      _ = try await gateway.get("/nothing")
      let refused = try #require(await gateway.log.nextRequest())
      #expect(refused.metadata["status"] == "404")
      #expect(refused.metadata["code"] == "ERROR_NOT_FOUND")
    }
  }

  @Test func `A header beyond the limits is refused, whichever the limit`() async throws {
    var gateway = Gateway()
    gateway.configuration.headerFieldBytesMax = 1000
    gateway.configuration.headerListBytesMax = 4000
    gateway.configuration.headerFieldsMax = 10
    try await gateway.run { gateway in
      let tooMuch = [
        RawRequest(target: "/check", headers: ["A: " + String(repeating: "x", count: 1100)]),
        RawRequest(target: "/check?" + String(repeating: "x", count: 1100)),
        RawRequest(
          target: "/check",
          headers: (0..<6).map { "A\($0): " + String(repeating: "x", count: 800) }),
        RawRequest(target: "/check", headers: (0..<12).map { "A\($0): x" }),
      ]
      for request in tooMuch {
        let answer = try await gateway.exchange(request)
        #expect(answer.status == 400, "\(request.text.prefix(40))")
      }
      let within = [
        RawRequest(target: "/check", headers: ["A: " + String(repeating: "x", count: 900)]),
        RawRequest(target: "/check", headers: (0..<9).map { "A\($0): x" }),
      ]
      for request in within {
        let answer = try await gateway.exchange(request)
        #expect(answer.status == 200)
      }
    }
  }

  @Test(arguments: ["Content-Length: 5", "Transfer-Encoding: chunked"])
  func `A body that nobody wants does not get in the way of the next request`(
    _ header: String
  ) async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let body = header.hasPrefix("C") ? "hello" : "5\r\nhello\r\n0\r\n\r\n"
      let request = RawRequest(method: "POST", target: "/check", headers: [header])
      let statuses = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(request.text + body + RawRequest(target: "/check").text)
        let first = try connection.receiveAnswer(to: "POST").status
        return [first, try connection.receiveAnswer(to: "GET").status]
      }
      #expect(statuses == [405, 200])
    }
  }

  @Test(arguments: ["Content-Length: 1001", "Transfer-Encoding: chunked"])
  func `A body beyond the limit is refused and ends the connection`(_ header: String) async throws {
    var gateway = Gateway()
    gateway.configuration.requestBodyBytesMax = 1000
    try await gateway.run { gateway in
      let port = gateway.port
      let request = RawRequest(method: "POST", target: "/check", headers: [header])
      let (answer, next) = try await blocking {
        let connection = try RawConnection(port: port)
        let body = String(repeating: "x", count: 1001)
        let isChunked = header.hasPrefix("T")
        try connection.send(request.text + (isChunked ? "3e9\r\n\(body)\r\n" : ""))
        let answer = try connection.receiveAnswer(to: "POST")
        // It may be closed already: then this fails, and there is nothing to receive either.
        try? connection.send((isChunked ? "0\r\n\r\n" : body) + RawRequest(target: "/check").text)
        return (answer, connection.receive())
      }
      #expect(answer.status == 413)
      #expect(answer["connection"] == "close")
      #expect(answer.text.contains("ERROR_LIMIT_REACHED"))
      #expect(next.isEmpty)
    }
  }

  @Test func `What is no HTTP is refused`() async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let status = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send("\u{16}\u{3}\u{1} hello\r\n\r\n")
        return connection.receiveHead()?.0.status
      }
      #expect(status == 400)
    }
  }

  @Test(arguments: [
    ("", false, 100), ("GET /check HTTP/1.1\r\nHost: te", false, 100),
    // Time enough to answer, also for a busy machine.
    ("GET /check HTTP/1.1\r\nHost: t\r\n\r\n", true, 3000),
  ])
  func `A connection that says nothing more is closed`(
    _ sent: String, _ isAnswered: Bool, _ idleMilliseconds: Int
  ) async throws {
    var gateway = Gateway()
    gateway.configuration.idleTimeout = .milliseconds(idleMilliseconds)
    try await gateway.run { gateway in
      let port = gateway.port
      let bytes = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(sent)
        var bytes = 0
        while true {
          let count = connection.receive().count
          if count == 0 { return bytes }
          bytes += count
        }
      }
      #expect((bytes > 0) == isAnswered)
    }
  }

  @Test(arguments: [0, 1, 2])
  func `A new connection takes the place of the one that is silent for longest`(
    _ talking: Int
  ) async throws {
    var gateway = Gateway()
    gateway.configuration.connectionsMax = talking == 2 ? 3 : 100
    gateway.configuration.connectionsPerPeerMax = 3
    try await gateway.run { gateway in
      let port = gateway.port
      let answered = try await blocking {
        let request = RawRequest(target: "/check")
        let connections = try (0..<3).map { _ in
          let connection = try RawConnection(port: port)
          _ = try connection.exchange(request)
          return connection
        }
        // Whoever has talked is not the one.
        for _ in 0..<talking {
          for connection in connections[..<talking] { _ = try connection.exchange(request) }
        }
        let late = try RawConnection(port: port)
        let status = try late.exchange(request).status
        let silent = connections[talking % 3]
        let left = silent.receive()
        return [status] + (left.isEmpty ? [0] : [1])
          + (try connections.indices.filter { $0 != talking % 3 }.map {
            try connections[$0].exchange(request).status
          })
      }
      #expect(answered == [200, 0, 200, 200])
    }
  }

  @Test func `Thousands of silent connections leave the check answering`() async throws {
    var gateway = Gateway()
    gateway.configuration.connectionsMax = 40
    gateway.configuration.connectionsPerPeerMax = 10
    try await gateway.run { gateway in
      let port = gateway.port
      let statuses = try await blocking {
        var silent: [RawConnection] = []
        var statuses: [Int] = []
        for number in 0..<200 {
          let connection = try RawConnection(port: port)
          // Some say nothing, others a part of a request.
          if number % 2 == 0 {
            try? connection.send("POST /check HTTP/1.1\r\nContent-Length: 9\r\n")
          }
          if number % 4 == 0 { try? connection.send("Host: x\r\n\r\nabc") }
          silent.append(connection)
          if number % 50 == 49 {
            statuses.append(
              try RawConnection(port: port).exchange(RawRequest(target: "/check")).status)
          }
        }
        return statuses
      }
      #expect(statuses == [200, 200, 200, 200])
    }
  }

  @Test(arguments: [
    "GET /check HTT", "GET /check HTTP/1.1\r\nHost: te",
    "POST /check HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nabc",
  ])
  func `A request that is left half sent closes its connection`(_ sent: String) async throws {
    var gateway = Gateway()
    gateway.configuration.requestTimeout = .milliseconds(100)
    try await gateway.run { gateway in
      let port = gateway.port
      let received = try await blocking {
        let connection = try RawConnection(port: port)
        // The request before is not this one's time.
        let first = try connection.exchange(RawRequest(target: "/check"))
        try connection.send(sent)
        return (first.status, connection.receive().count)
      }
      #expect(received == (200, 0))
    }
  }
}
