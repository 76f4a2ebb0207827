import Foundation
import RPCCore
import RPCServing
import ReportAPI
import ReportwireTestKit
import Synchronization
import Testing

@testable import RESTGateway

@Suite("REST over a socket", .timeLimit(.minutes(5)))
struct RESTTests {
  /// One call with a body of JSON.
  private func post(
    _ gateway: Gateway, _ target: String, _ body: String, _ headers: String...
  ) async throws -> Answer {
    let headers = headers.isEmpty ? ["Content-Type: application/json"] : headers
    return try await gateway.exchange(
      RawRequest(method: "POST", target: target, headers: headers, body: Array(body.utf8)))
  }

  @Test
  func `Path, query and body make one message, and the answer has the names of the proto file`()
    async throws
  {
    try await RESTService().gateway().run { gateway in
      let get = try await gateway.get("/report/v1/report/a%2Fb?domain_id=d&only=x&only=y%20z")
      #expect(get.status == 200)
      #expect(get["content-type"] == "application/json")
      #expect(get.text == #"{"domain_id":"d","report_id":"a/b","created_by":"x y z"}"#)
      let list = try await gateway.get(
        "/report/v1/reports?domainId=d&state=FINISHED&query.page.limit=7&report_id=r")
      #expect(list.text == #"{"results":[{"report_id":"r","state":"FINISHED"}],"total_count":7}"#)
      let create = try await post(
        gateway, "/report/v1/reports?domain_id=passed-over&name=n",
        #"{"domainId":"d","template_id":"t","template_options":{"a_b":[1,null]}}"#)
      #expect(
        create.text
          == #"{"domain_id":"d","report_id":"report-1","template_id":"t","template_options":{"a_b":[1,null]}}"#
      )
      let delete = try await gateway.exchange(
        RawRequest(method: "DELETE", target: "/reportwire/v1/report/r?domain_id=d"))
      #expect(delete.status == 200)
      #expect(delete.text == "{}")
    }
  }

  @Test
  func `A short request is taken on its connection's loop, a long one or a list away from it`()
    async throws
  {
    let service = RESTService()
    try await service.gateway { $0.decodedOnLoopBytesMax = 1000 }.run { gateway in
      for bytes in [10, 2000, 10] {
        let name = String(repeating: "n", count: bytes)
        let create = try await post(
          gateway, "/report/v1/reports", #"{"domain_id":"d","name":"\#(name)"}"#)
        #expect(create.status == 200)
      }
      let list = try await gateway.exchange(
        RawRequest(target: "/report/v1/reports?domain_id=d"))
      #expect(list.status == 200)
    }
    #expect(service.areOnLoop.withLock { $0 } == [true, false, true, false])
  }

  @Test func `What cannot be taken is refused with its reason`() async throws {
    try await RESTService().gateway().run { gateway in
      let json = "Content-Type: application/json"
      let cases: [(RawRequest, Int, String)] = [
        (RawRequest(target: "/report/v1/report/r"), 400, "domain_id"),
        (
          RawRequest(target: "/report/v1/report/r?domain_id=d&nobody=1"), 400,
          #"no field \"nobody\""#
        ),
        (RawRequest(target: "/report/v1/reports?domain_id=d&state=NOBODY"), 400, "state"),
        (RawRequest(target: "/report/v1/report/stranger?domain_id=d"), 404, "ERROR_NOT_FOUND"),
        (RawRequest(target: "/report/v1/nothing"), 404, "ERROR_NOT_FOUND"),
        (RawRequest(method: "PUT", target: "/report/v1/reports"), 405, "ERROR_METHOD_NOT_ALLOWED"),
        (
          RawRequest(target: "/report/v1/report/r?domain_id=d", headers: ["Accept: text/html"]),
          406,
          "application/json"
        ),
        (
          RawRequest(
            target: "/reportwire/v1/report/r/watch?domain_id=d",
            headers: ["Accept: application/json"]),
          406, "text/event-stream"
        ),
        (
          RawRequest(
            method: "POST", target: "/report/v1/reports", headers: ["Content-Type: text/plain"],
            body: [0x7B, 0x7D]), 415, "application/json"
        ),
        (
          RawRequest(
            method: "POST", target: "/report/v1/reports", headers: [json, "Content-Encoding: br"],
            body: [0x7B, 0x7D]), 415, "gzip"
        ),
        (
          RawRequest(method: "POST", target: "/report/v1/reports", headers: [json], body: [0x5B]),
          400,
          "ERROR_INVALID_PARAMETER"
        ),
        (
          RawRequest(
            method: "POST", target: "/report/v1/reports", headers: [json],
            body: Array(#"{"nobody":1}"#.utf8)), 400, "nobody"
        ),
        (
          RawRequest(
            target: "/report/v1/report/r?domain_id=d", headers: [json], body: [0x7B, 0x7D]),
          400, "body"
        ),
        (
          RawRequest(target: "/report/v1/report/r?domain_id=d", headers: ["Grpc-Timeout: 1"]), 400,
          "grpc-timeout"
        ),
        (
          RawRequest(target: "/report/v1/report/r?domain_id=d", headers: ["X-Timeout-Seconds: 0"]),
          504,
          "ERROR_REQUEST_TIMEOUT"
        ),
      ]
      for (request, status, text) in cases {
        let answer = try await gateway.exchange(request)
        #expect(answer.status == status, "\(request)")
        #expect(answer.text.contains(text), "\(answer.text)")
        #expect(answer.text.hasPrefix(#"{"detail":{"code":"ERROR_"#))
        if status == 405 { #expect(answer["allow"] == "GET, HEAD, OPTIONS, POST") }
      }
    }
  }

  @Test func `HEAD is GET without the body, and OPTIONS names what may be done`() async throws {
    try await RESTService().gateway().run { gateway in
      let path = "/report/v1/report/r?domain_id=d"
      let head = try await gateway.exchange(RawRequest(method: "HEAD", target: path))
      #expect(head.status == 200)
      #expect(head["content-length"] == "\(try await gateway.get(path).body.count)")
      let options = try await gateway.exchange(RawRequest(method: "OPTIONS", target: path))
      #expect(options.status == 204)
      #expect(options["allow"] == "GET, HEAD, OPTIONS")
      let watch = try await gateway.exchange(
        RawRequest(method: "HEAD", target: "/reportwire/v1/report/r/watch?domain_id=d"))
      #expect(watch.status == 405)
      #expect(watch["allow"] == "GET, OPTIONS")
    }
  }

  @Test func `What goes along with a call is taken from the header`() async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let answer = try await post(
        gateway, "/report/v1/reports", #"{"domain_id":"d"}"#, "Authorization: Bearer x",
        "Idempotency-Key: k", "User-Id: u", "X-Request-Id: one", "Cookie: c",
        "X-Timeout-Seconds: 60")
      #expect(answer["x-request-id"] == "one")
      let other = try await post(
        gateway, "/report/v1/reports", #"{"domain_id":"d"}"#,
        "X-Request-Id: \(String(repeating: "x", count: 129))")
      #expect(other["x-request-id"]?.utf8.count == 16)
    }
    let contexts = service.created.withLock { $0.map(\.1) }
    let pairs = contexts[0].metadata.entries.map { "\($0.key)=\($0.value)" }.sorted()
    #expect(
      pairs == ["authorization=Bearer x", "idempotency-key=k", "transaction_id=one", "user_id=u"])
    #expect(contexts[0].transport == "http")
    #expect(contexts[0].deadline != nil)
    #expect(contexts[1].metadata.entries.isEmpty)
    #expect(contexts[1].deadline == nil)
  }

  @Test func `Bodies are compressed both ways`() async throws {
    try await RESTService().gateway().run { gateway in
      let body = try #require(Gzip.compressed(Array(#"{"domain_id":"d","template_id":"t"}"#.utf8)))
      let create = try await gateway.exchange(
        RawRequest(
          method: "POST", target: "/report/v1/reports",
          headers: ["Content-Type: application/json", "Content-Encoding: gzip"], body: body))
      #expect(create.text == #"{"domain_id":"d","report_id":"report-1","template_id":"t"}"#)
      let path = "/report/v1/report/long?domain_id=d"
      let long = try await gateway.get(path, "Accept-Encoding: br, gzip")
      #expect(long["content-encoding"] == "gzip")
      #expect(long.body.count < 10_000)
      #expect(
        try Gzip.decompressed(long.body, bytesMax: 1 << 20) == (try await gateway.get(path).body))
      let short = try await gateway.get("/report/v1/report/r?domain_id=d", "Accept-Encoding: gzip")
      #expect(short["content-encoding"] == nil)
    }
  }

  @Test func `A body may be as long as it may, whether plain or compressed`() async throws {
    var gateway = RESTService().gateway()
    gateway.configuration.requestBodyBytesMax = 1000
    try await gateway.run { gateway in
      func body(_ count: Int) -> [UInt8] {
        Array(#"{"domain_id":"d","name":""#.utf8)
          + [UInt8](repeating: 0x78, count: count - 27) + Array(#""}"#.utf8)
      }
      func status(_ body: [UInt8], _ headers: String...) async throws -> Int {
        try await gateway.exchange(
          RawRequest(
            method: "POST", target: "/report/v1/reports",
            headers: ["Content-Type: application/json"] + headers, body: body)
        ).status
      }
      let gzip = "Content-Encoding: gzip"
      let whole = try await status(body(1000))
      #expect(whole == 200)
      let tooLong = try await status(body(1001))
      #expect(tooLong == 413)
      let compressed = try await status(try #require(Gzip.compressed(body(1000))), gzip)
      #expect(compressed == 200)
      let bomb = try await status(try #require(Gzip.compressed(body(1001))), gzip)
      #expect(bomb == 413)
      let broken = try await status([1, 2, 3], gzip)
      #expect(broken == 400)
    }
  }

  /// It is written away from the loop, on which the connection is closed.
  @Test func `A long answer is whole when its connection is closed behind it`() async throws {
    try await RESTService().gateway().run { gateway in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<16 {
          group.addTask {
            for _ in 0..<40 {
              let answer = try await gateway.exchange(
                RawRequest(
                  target: "/report/v1/report/long?domain_id=d", headers: ["Connection: close"]))
              #expect(answer.status == 200)
              #expect(answer.text.utf8.count > 100_000)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `An answer may be as long as it may`() async throws {
    let service = RESTService()
    try await service.gateway { $0.answerBytesMax = 50_000 }.run { gateway in
      let answer = try await gateway.get("/report/v1/report/long?domain_id=d")
      #expect(answer.status == 429)
      #expect(answer.text.contains("50000 bytes"))
    }
  }

  @Test func `What all doors keep together is kept here too, and given back`() async throws {
    let service = RESTService()
    let gateway = service.gateway { $0.serverBytesMax = 160_000 }
    let budget = try #require(gateway.calls?.budget)
    try await gateway.run { gateway in
      let long = try await gateway.get("/report/v1/report/long?domain_id=d")
      #expect(long.status == 429)
      #expect(long.text.contains("is not kept"))
      let body = #"{"domain_id":"d","name":"\#(String(repeating: "x", count: 60_000))"}"#
      let create = try await post(gateway, "/report/v1/reports", body)
      #expect(create.status == 429)
      #expect(try await gateway.get("/report/v1/report/r?domain_id=d").status == 200)
    }
    #expect(budget.bytesKept == 0)
  }

  @Test func `A call ends at its deadline`() async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let answer = try await gateway.get(
        "/report/v1/report/hang?domain_id=d", "X-Timeout-Seconds: 0.05")
      #expect(answer.status == 504)
      await service.cancelled.wait()
    }
  }

  @Test(arguments: ["/report/v1/report/hang", "/reportwire/v1/report/silent/watch"])
  func `A caller who leaves cancels its call`(_ path: String) async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let port = gateway.port
      var connection: RawConnection? = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(RawRequest(target: path + "?domain_id=d").text)
        return connection
      }
      await service.began.wait()
      withExtendedLifetime(connection) {}
      connection = nil
      await service.cancelled.wait()
    }
  }

  @Test(arguments: [
    (
      "application/x-ndjson", "r",
      "{\"report_id\":\"r\",\"rows\":\"1\"}\n|{\"report_id\":\"r\",\"rows\":\"3\"}\n|0\r\n\r\n"
    ),
    (
      "text/event-stream", "r",
      "data: {\"report_id\":\"r\",\"rows\":\"1\"}\n\n|\"3\"}\n\n|event: end\ndata: {}\n\n|0\r\n\r\n"
    ),
    ("*/*", "broken", "\"1\"}\n|{\"detail\":{\"code\":\"ERROR_PERMISSION_DENIED\"|}}\n|0\r\n\r\n"),
    ("text/event-stream", "broken", "event: error\ndata: {\"detail\":{|0\r\n\r\n"),
  ])
  func `A stream comes as lines or as events`(
    _ accept: String, _ report: String, _ wanted: String
  ) async throws {
    try await RESTService().gateway().run { gateway in
      let port = gateway.port
      try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(
          RawRequest(
            target: "/reportwire/v1/report/\(report)/watch?domain_id=d",
            headers: ["Accept: \(accept)"]
          ).text)
        let (head, first) = try #require(connection.receiveHead())
        #expect(head.status == 200)
        #expect(head["content-type"] == (accept == "*/*" ? "application/x-ndjson" : accept))
        var text = String(decoding: first, as: UTF8.self)
        while !text.hasSuffix("0\r\n\r\n") {
          text += String(decoding: connection.receive(), as: UTF8.self)
        }
        var rest = text[...]
        for piece in wanted.split(separator: "|") {
          let range = try #require(rest.range(of: piece), "\(piece) in \(text)")
          rest = rest[range.upperBound...]
        }
      }
    }
  }

  @Test func `A stream that fails at once has a status, and one that is silent says that it lives`()
    async throws
  {
    let service = RESTService()
    var gateway = service.gateway()
    try await gateway.run { gateway in
      let stranger = try await gateway.get("/reportwire/v1/report/stranger/watch?domain_id=d")
      #expect(stranger.status == 404)
    }
    gateway.configuration.heartbeat = .milliseconds(20)
    try await gateway.run { gateway in
      let port = gateway.port
      try await blocking {
        for (accept, heartbeat) in [
          ("*/*", "1\r\n\n\r\n"), ("text/event-stream", "3\r\n:\n\n\r\n"),
        ] {
          let connection = try RawConnection(port: port)
          try connection.send(
            RawRequest(
              target: "/reportwire/v1/report/silent/watch?domain_id=d",
              headers: ["Accept: \(accept)", "X-Timeout-Seconds: 30"]
            ).text)
          let (head, first) = try #require(connection.receiveHead())
          #expect(head.status == 200)
          #expect(connection.receive(until: heartbeat + heartbeat, having: first))
        }
      }
    }
  }

  @Test func `A stream ends at its deadline`() async throws {
    try await RESTService().gateway().run { gateway in
      let port = gateway.port
      try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(
          RawRequest(
            target: "/reportwire/v1/report/hang/watch?domain_id=d", headers: ["Grpc-Timeout: 50m"]
          ).text)
        let (_, first) = try #require(connection.receiveHead())
        #expect(connection.receive(until: "ERROR_REQUEST_TIMEOUT", having: first))
      }
    }
  }

  @Test func `Whoever does not read keeps the handler waiting, and leaving ends it`() async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let port = gateway.port
      var connection: RawConnection? = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(
          RawRequest(target: "/reportwire/v1/report/flood/watch?domain_id=d").text)
        return connection
      }
      await service.sent.wait()
      withExtendedLifetime(connection) {}
      connection = nil
      await service.cancelled.wait()
      #expect(gateway.calls.map { $0.budget.bytesKept < 1 << 20 } == true)
    }
  }

  @Test func `The documents are served`() async throws {
    try await RESTService().gateway().run { gateway in
      let openAPI = try await gateway.get("/openapi.json")
      #expect(openAPI["content-type"] == "application/json")
      let object = try JSONSerialization.jsonObject(with: Data(openAPI.body)) as? [String: Any]
      let paths = try #require(object?["paths"] as? [String: [String: Any]])
      #expect(paths["/report/v1/reports"]?.keys.sorted() == ["get", "post"])
      let list = try #require(paths["/report/v1/reports"]?["get"] as? [String: Any])
      #expect(list["description"] as? String == "A <comment> & `code`.")
      let names = (list["parameters"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
      #expect(names?.contains("query.page.limit") == true)
      let page = try await gateway.get("/docs")
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page.text.contains("A &lt;comment&gt; &amp; <code>code</code>."))
      #expect(!page.text.contains("src="))
      #expect(try await post(gateway, "/docs", "{}").status == 405)
    }
  }
}
