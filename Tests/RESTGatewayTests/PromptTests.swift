import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import ReportwireTestKit
import Synchronization
import Testing

@testable import RESTGateway

@Suite("Requests that are answered where they are read")
struct PromptHandlerTests {
  /// Answers paths that begin with `/ready`.
  private func makeChannel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(
      handler: PromptHandler { request in
        guard let path = request.path, path.hasPrefix("/ready") else { return nil }
        return (HTTPResponse(status: .ok), ByteBuffer(string: path))
      })
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func head(
    _ path: String, _ method: HTTPRequest.Method = .get, _ fields: HTTPFields = [:]
  ) -> HTTPRequest {
    HTTPRequest(method: method, scheme: "http", authority: nil, path: path, headerFields: fields)
  }

  /// Brings requests without bodies in one read.
  private func read(_ requests: HTTPRequest..., by channel: EmbeddedChannel) {
    for request in requests {
      channel.pipeline.fireChannelRead(HTTPRequestPart.head(request))
      channel.pipeline.fireChannelRead(HTTPRequestPart.end(nil))
    }
    channel.pipeline.fireChannelReadComplete()
  }

  /// The paths that went on, each with its end.
  private func wentOn(_ channel: EmbeddedChannel) throws -> [String] {
    var paths: [String] = []
    while let part = try channel.readInbound(as: HTTPRequestPart.self) {
      guard case .head(let request) = part else {
        Issue.record("\(part) came before a head")
        break
      }
      paths.append(request.path ?? "")
      #expect(try channel.readInbound(as: HTTPRequestPart.self) == .end(nil))
    }
    return paths
  }

  /// The bodies of the responses that were written.
  private func written(_ channel: EmbeddedChannel) throws -> [String] {
    var bodies: [String] = []
    while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
      if case .body(let body) = part { bodies.append(String(buffer: body)) }
    }
    return bodies
  }

  private func respond(
    by channel: EmbeddedChannel, _ text: String, _ fields: HTTPFields = [:]
  ) {
    channel.write(
      HTTPResponsePart.head(HTTPResponse(status: .ok, headerFields: fields)), promise: nil)
    channel.write(HTTPResponsePart.body(ByteBuffer(string: text)), promise: nil)
    channel.writeAndFlush(HTTPResponsePart.end(nil), promise: nil)
  }

  @Test func `One that is ready has a whole response and goes nowhere`() throws {
    let channel = try makeChannel()
    read(head("/ready"), by: channel)
    #expect(try channel.readOutbound() == HTTPResponsePart.head(HTTPResponse(status: .ok)))
    #expect(try channel.readOutbound() == HTTPResponsePart.body(ByteBuffer(string: "/ready")))
    #expect(try channel.readOutbound() == HTTPResponsePart.end(nil))
    #expect(try wentOn(channel).isEmpty)
  }

  @Test func `Nothing is answered before what waits for its response`() throws {
    let channel = try makeChannel()
    read(head("/slow"), by: channel)
    read(head("/ready1"), by: channel)
    #expect(try wentOn(channel) == ["/slow", "/ready1"])
    respond(by: channel, "slow")
    read(head("/ready2"), by: channel)
    #expect(try wentOn(channel) == ["/ready2"])
    respond(by: channel, "1")
    respond(by: channel, "2")
    read(head("/ready3"), by: channel)
    #expect(try wentOn(channel).isEmpty)
    #expect(try written(channel) == ["slow", "1", "2", "/ready3"])
  }

  @Test func `One of a read is answered, those behind it have their turns`() throws {
    let channel = try makeChannel()
    read(head("/ready1"), head("/ready2"), head("/ready3"), by: channel)
    #expect(try written(channel) == ["/ready1"])
    #expect(try wentOn(channel) == ["/ready2", "/ready3"])
    respond(by: channel, "2")
    respond(by: channel, "3")
    read(head("/ready4"), by: channel)
    #expect(try written(channel) == ["2", "3", "/ready4"])
  }

  @Test(
    arguments: [
      (HTTPRequest.Method.head, HTTPFields()), (.post, HTTPFields()), (.options, HTTPFields()),
      (.get, [.contentLength: "0"]), (.get, [.transferEncoding: "chunked"]),
      (.get, [.connection: "close"]),
    ] as [(HTTPRequest.Method, HTTPFields)])
  func `Others than a GET alone go on`(_ method: HTTPRequest.Method, _ fields: HTTPFields) throws {
    let channel = try makeChannel()
    read(head("/ready", method, fields), by: channel)
    #expect(try wentOn(channel) == ["/ready"])
    #expect(try written(channel).isEmpty)
  }

  @Test func `A body goes on with its request, piece by piece`() throws {
    let channel = try makeChannel()
    let parts: [HTTPRequestPart] = [
      .head(head("/ready", .get, [.contentLength: "2"])), .body(ByteBuffer(string: "a")),
      .body(ByteBuffer(string: "b")), .end(nil),
    ]
    for part in parts { try channel.writeInbound(part) }
    for part in parts { #expect(try channel.readInbound() == part) }
  }

  @Test func `A peer that does not take what is written waits for its turn`() throws {
    let channel = try makeChannel()
    channel.isWritable = false
    read(head("/ready1"), by: channel)
    #expect(try wentOn(channel) == ["/ready1"])
    respond(by: channel, "1")
    channel.isWritable = true
    read(head("/ready2"), by: channel)
    #expect(try written(channel) == ["1", "/ready2"])
  }

  @Test func `Nothing is answered behind what ends the connection`() throws {
    let asked = try makeChannel()
    read(head("/slow", .get, [.connection: "close"]), by: asked)
    let answered = try makeChannel()
    read(head("/slow"), by: answered)
    let cases: [(EmbeddedChannel, HTTPFields)] = [
      (asked, HTTPFields()), (answered, [.connection: "close"]),
    ]
    for (channel, fields) in cases {
      respond(by: channel, "slow", fields)
      read(head("/ready"), by: channel)
      #expect(try wentOn(channel) == ["/slow", "/ready"])
      #expect(try written(channel) == ["slow"])
    }
    struct NoHTTP: Error {}
    let broken = try makeChannel()
    broken.pipeline.fireErrorCaught(NoHTTP())
    #expect(throws: NoHTTP.self) { try broken.throwIfErrorCaught() }
    read(head("/ready"), by: broken)
    #expect(try wentOn(broken) == ["/ready"])
  }
}

@Suite("Calls that are begun where their requests are read")
struct HandoverTests {
  private func exchange() -> GatewayResponder.Exchange {
    GatewayResponder.Exchange(
      HTTPRequest(method: .get, scheme: "http", authority: nil, path: "/ready"), path: "/ready",
      GatewayConnection(EmbeddedChannel(), lane: nil, date: HTTPDate()))
  }

  @Test func `One is taken once`() async throws {
    let handover = GatewayResponder.Handover()
    #expect(handover.take() == nil)
    handover.put(GatewayResponder.Begun(exchange()) { Reply(status: .accepted, headers: [:]) })
    let begun = try #require(handover.take())
    #expect(handover.take() == nil)
    #expect(try await begun.reply().status == .accepted)
  }

  @Test func `One that nobody comes for is cancelled, and ended before its connection is`()
    async
  {
    let ended = Signal()
    let begun = GatewayResponder.Begun(exchange()) {
      defer { ended.fire() }
      await Signal().wait()
      return Reply(status: .ok, headers: [:])
    }
    await begun.abandon()
    #expect(ended.count == 1)
  }

  @Test func `One that nobody takes is let go with its connection`() {
    weak var left: GatewayResponder.Handover?
    do {
      let handover = GatewayResponder.Handover()
      handover.put(GatewayResponder.Begun(exchange()) { Reply(status: .ok, headers: [:]) })
      left = handover
    }
    #expect(left == nil)
  }
}

@Suite("Prompt answers over a socket", .timeLimit(.minutes(5)))
struct PromptAnswerTests {
  private static func target(_ id: String, _ bytes: Int = 0) -> String {
    "/report/v1/report/\(id)?domain_id=d" + (bytes > 0 ? "&only=\(bytes)" : "")
  }

  @Test func `An answer at hand needs no task, and says what any other says`() async throws {
    let service = RESTService()
    let gateway = service.gateway()
    try await gateway.run { gateway in
      let answers = [
        try await gateway.get(Self.target("ready"), "X-Request-Id: one"),
        try await gateway.get(Self.target("ready"), "X-Request-Id: one", "Connection: close"),
      ]
      for answer in answers {
        #expect(answer.status == 200)
        #expect(answer.text == #"{"report_id":"ready"}"#)
        #expect(answer["x-request-id"] == "one")
        #expect(answer["content-type"] == "application/json")
        #expect(answer["content-length"] == "\(answer.body.count)")
        #expect(answer["date"]?.hasSuffix(" GMT") == true)
      }
      #expect(answers[0]["vary"] == answers[1]["vary"])
      for _ in answers {
        let line = try #require(await gateway.log.nextRequest())
        #expect(line.metadata["status"] == "200")
        #expect(line.metadata["code"] == "OK")
        #expect(line.metadata["bytes"] == "21")
        #expect(line.metadata["request_id"] == "one")
        #expect(line.metadata["path"] == "/report/v1/report/ready")
      }
    }
    // The second one ends its connection, which goes the way of all others.
    #expect(service.areInTask.withLock { $0 } == [false, true])
  }

  @Test func `What a handler refuses at once is told as ever`() async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let cases: [(String, Int, String)] = [
        (Self.target("nobody"), 404, "ERROR_NOT_FOUND"),
        ("/report/v1/report/ready", 400, "ERROR_REQUIRED_PARAMETER"),
        (Self.target("ready") + "&nobody=1", 400, "ERROR_INVALID_PARAMETER"),
        (Self.target("ready") + "&only=%", 400, "ERROR_INVALID_PARAMETER"),
      ]
      for (target, status, code) in cases {
        let answer = try await gateway.get(target)
        #expect(answer.status == status)
        #expect(answer.text.contains(#""code":"\#(code)""#))
        #expect(answer["x-request-id"] != nil)
        #expect(await gateway.log.nextRequest()?.metadata["code"] == code)
      }
      let late = try await gateway.get(Self.target("ready"), "X-Timeout-Seconds: 0")
      #expect(late.status == 504)
      let type = try await gateway.get(Self.target("ready"), "Accept: text/html")
      #expect(type.status == 406)
    }
    #expect(service.areInTask.withLock { $0 } == [false])
  }

  @Test func `Answers come in the order of their requests, whichever way they take`() async throws {
    try await RESTService().gateway().run { gateway in
      let port = gateway.port
      let ids = (0..<60).map { $0.isMultiple(of: 3) ? "later\($0)" : "ready\($0)" }
      try await blocking {
        let connection = try RawConnection(port: port)
        // In one piece, then one by one, then in pairs.
        for count in [ids.count, 1, 2] {
          for start in stride(from: 0, to: ids.count, by: count) {
            let some = ids[start..<start + count]
            try connection.send(
              some.map { RawRequest(target: Self.target($0)).text }.joined())
            for id in some {
              let answer = try connection.receiveAnswer(to: "GET")
              #expect(answer.text.contains(#""report_id":"\#(id)""#))
            }
          }
        }
      }
    }
  }

  /// Around 65,536 bytes, where an answer is no longer written in one.
  @Test(arguments: [1000, 65_000, 65_536, 70_000, 300_000])
  func `An answer at hand may be as long as any, plain or compressed`(_ bytes: Int) async throws {
    let service = RESTService()
    try await service.gateway().run { gateway in
      let plain = try await gateway.get(Self.target("ready", bytes))
      #expect(plain["content-encoding"] == nil)
      #expect(plain.body.count > bytes)
      #expect(plain.text.hasSuffix(String(repeating: "x", count: bytes) + "\"}"))
      let packed = try await gateway.get(Self.target("ready", bytes), "Accept-Encoding: gzip")
      #expect(packed["content-encoding"] == "gzip")
      #expect(packed.body.count < bytes)
    }
    #expect(service.areInTask.withLock { $0 } == [false, false])
  }

  @Test func `A connection keeps its version, and garbage behind a good request its answer`()
    async throws
  {
    try await RESTService().gateway().run { gateway in
      let port = gateway.port
      try await blocking {
        let old = try RawConnection(port: port)
        let request = RawRequest(
          target: Self.target("ready"), headers: ["Connection: keep-alive"], version: "1.0")
        for _ in 0..<2 {
          #expect(try old.exchange(request)["connection"] == "keep-alive")
        }
        let broken = try RawConnection(port: port)
        try broken.send(RawRequest(target: Self.target("ready")).text + "no HTTP\r\n\r\n")
        #expect(try broken.receiveAnswer(to: "GET").status == 200)
        #expect(try broken.receiveAnswer(to: "GET").status == 400)
        #expect(broken.receive().isEmpty)
      }
    }
  }

  @Test func `A connection that is silent behind its answer is closed`() async throws {
    var gateway = RESTService().gateway()
    gateway.configuration.idleTimeout = .seconds(3)
    try await gateway.run { gateway in
      let port = gateway.port
      try await blocking {
        let connection = try RawConnection(port: port)
        // On a busy machine the time may be over before the request is read.
        try? connection.send(RawRequest(target: Self.target("ready")).text)
        while !connection.receive().isEmpty {}
      }
    }
  }

  @Test func `A stop in order closes a connection of which nothing is asked`() async throws {
    try await RESTService().gateway().run { gateway in
      let port = gateway.port
      let connection = try await blocking {
        let connection = try RawConnection(port: port)
        let answer = try connection.exchange(RawRequest(target: Self.target("ready")))
        #expect(answer.status == 200)
        return connection
      }
      await gateway.group.stop()
      #expect(try await blocking { connection.receive().isEmpty })
    }
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
  ])
  func `A date is written as RFC 9110 has it`(_ seconds: Int64, _ text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }
}
