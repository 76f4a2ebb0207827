import Foundation
import Logging
import RESTGateway
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Downloads over a socket", .timeLimit(.minutes(5)))
struct DownloadTests {
  @Test func `A good URL gives the file, and says what it is`() async throws {
    try await Gateway().run { gateway in
      let answer = try await gateway.get()
      #expect(answer.status == 200)
      #expect(answer.body == PatternReader.bytes(0..<1000))
      let expected = [
        "content-length": "1000", "content-type": "text/csv; charset=utf-8",
        "etag": "\"\(Gateway.sha256)\"", "accept-ranges": "bytes", "cache-control": "private",
        "content-disposition": "attachment; filename=\"costs_20261125.csv\"",
        "x-content-type-options": "nosniff",
      ]
      for (name, value) in expected { #expect(answer[name] == value) }
      #expect(answer["transfer-encoding"] == nil)
      #expect(answer["content-range"] == nil)
    }
  }

  @Test func `A compressed file is named with both its extensions`() async throws {
    var gateway = Gateway()
    let format = ReportFormat(rawValue: "csv.gz")
    gateway.artifact.format = format
    gateway.artifact.path = "domain-1/report-1.x-y/csv.gz-2.csv.gz"
    gateway.artifacts = MemoryArtifacts([gateway.artifact.path: gateway.reader])
    try await gateway.run { gateway in
      let target = gateway.target(domain: Gateway.domain, format: format.rawValue)
      let answer = try await gateway.get(target)
      #expect(answer["content-disposition"] == "attachment; filename=\"costs_20261125.csv.gz\"")
      #expect(answer["content-encoding"] == nil)
    }
  }

  @Test func `HEAD has the same headers and no body`() async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let target = gateway.target
      let (get, head, next) = try await blocking {
        let connection = try RawConnection(port: port)
        return (
          try RawConnection(port: port).exchange(RawRequest(target: target)),
          try connection.exchange(
            RawRequest(method: "HEAD", target: target, headers: ["Range: bytes=0-1"])),
          // A body would be read as the head of this one.
          try connection.exchange(RawRequest(target: "/check"))
        )
      }
      #expect(head.status == 200)
      let sorted: (Answer) -> [String] = { answer in
        answer.headers.filter { $0.name != "date" }.map { "\($0.name): \($0.value)" }.sorted()
      }
      #expect(sorted(head) == sorted(get))
      #expect(next.status == 200)
    }
  }

  @Test(arguments: [1, 7, 499, 500, 999] as [Int64])
  func `A download that is resumed has identical bytes`(_ cut: Int64) async throws {
    try await Gateway().run { gateway in
      let tag = "If-Range: \"\(Gateway.sha256)\""
      let start = try await gateway.get(nil, "Range: bytes=0-\(cut - 1)", tag)
      let rest = try await gateway.get(nil, "Range: bytes=\(cut)-", tag)
      let whole = try await gateway.get()
      #expect(start.status == 206)
      #expect(rest.status == 206)
      #expect(start.body + rest.body == whole.body)
      #expect(rest["content-range"] == "bytes \(cut)-999/1000")
      #expect(rest["content-length"] == "\(1000 - cut)")
      #expect(rest["etag"] == whole["etag"])
    }
  }

  @Test func `Ranges are served by one, refused beyond the end, else ignored`() async throws {
    try await Gateway().run { gateway in
      let suffix = try await gateway.get(nil, "Range: bytes=-10")
      #expect(suffix.status == 206)
      #expect(suffix.body == PatternReader.bytes(990..<1000))
      let beyond = try await gateway.get(nil, "Range: bytes=1000-")
      #expect(beyond.status == 416)
      #expect(beyond["content-range"] == "bytes */1000")
      #expect(beyond.text.hasPrefix(#"{"detail":{"code":"ERROR_RANGE_NOT_SATISFIABLE""#))
      for header in ["Range: bytes=0-1,4-5", "Range: lines=0-1", "Range: bytes=5-2"] {
        let answer = try await gateway.get(nil, header)
        #expect(answer.status == 200)
        #expect(answer.body.count == 1000)
      }
      let twice = try await gateway.get(nil, "Range: bytes=0-1", "Range: bytes=4-5")
      #expect(twice.status == 200)
    }
  }

  @Test func `An empty file is whole, and has no ranges`() async throws {
    try await Gateway(bytes: 0).run { gateway in
      let whole = try await gateway.get()
      #expect(whole.status == 200)
      #expect(whole["content-length"] == "0")
      #expect(try await gateway.get(nil, "Range: bytes=0-").status == 416)
    }
  }

  @Test(arguments: [
    ("\"other\"", 200), ("W/\"\(Gateway.sha256)\"", 200), ("*", 200),
    ("Wed, 21 Oct 2026 07:28:00 GMT", 200), ("\"\(Gateway.sha256)\"", 206),
  ])
  func `A range is served only of the file that was begun`(
    _ condition: String, _ status: Int
  ) async throws {
    try await Gateway().run { gateway in
      let answer = try await gateway.get(nil, "Range: bytes=0-1", "If-Range: \(condition)")
      #expect(answer.status == status)
      #expect(answer.body.count == (status == 200 ? 1000 : 2))
    }
  }

  @Test(arguments: [
    ("If-None-Match: \"\(Gateway.sha256)\"", 304), ("If-None-Match: *", 304),
    ("If-None-Match: \"x\", W/\"\(Gateway.sha256)\"", 304), ("If-None-Match: \"x\"", 200),
    ("If-Match: \"\(Gateway.sha256)\"", 200), ("If-Match: *", 200), ("If-Match: \"x\"", 412),
    ("If-Match: W/\"\(Gateway.sha256)\"", 412), ("If-Match: nonsense", 412),
  ])
  func `Conditions on the entity tag hold`(_ header: String, _ status: Int) async throws {
    try await Gateway().run { gateway in
      let port = gateway.port
      let target = gateway.target
      let (answer, next) = try await blocking {
        let connection = try RawConnection(port: port)
        return (
          try connection.exchange(RawRequest(target: target, headers: [header])),
          try connection.exchange(RawRequest(target: "/check"))
        )
      }
      #expect(answer.status == status)
      #expect(answer["etag"] == "\"\(Gateway.sha256)\"")
      #expect(answer.body.isEmpty == (status == 304))
      #expect((answer["content-length"] == nil) == (status == 304))
      #expect(next.status == 200)
    }
  }

  @Test func `A name that is not ASCII is sent in both forms`() async throws {
    var gateway = Gateway()
    gateway.name = "Größe \"日本\"\r\n/x"
    try await gateway.run { gateway in
      let answer = try await gateway.get()
      #expect(
        answer["content-disposition"]
          == "attachment; filename=\"Gr__e _______x.csv\"; "
          + "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_%E6%97%A5%E6%9C%AC____x.csv")
    }
  }

  @Test func `A big file comes whole, and little is read ahead of its reader`() async throws {
    let size: Int64 = 100 << 20
    let reader = TestReader(byteCount: size)
    try await Gateway(bytes: size, reader: reader).run { gateway in
      let port = gateway.port
      let target = gateway.target
      let aheadMost = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(RawRequest(target: target).text)
        let (_, first) = try #require(connection.receiveHead())
        var isSame = first == PatternReader.bytes(0..<Int64(first.count))
        var received = Int64(first.count)
        var aheadMost: Int64 = 0
        while received < size {
          let piece = connection.receive(countMax: 1 << 20)
          try #require(!piece.isEmpty)
          let range = received..<received + Int64(piece.count)
          isSame = isSame && piece == PatternReader.bytes(range)
          received += Int64(piece.count)
          aheadMost = max(aheadMost, reader.furthest - received)
        }
        #expect(isSame)
        return aheadMost
      }
      // What the server holds, and the sockets' buffers.
      #expect(aheadMost < 48 << 20)
    }
  }

  @Test func `A peer that takes nothing is left, after little was read for it`() async throws {
    let size: Int64 = 1 << 30
    var gateway = Gateway(bytes: size)
    gateway.configuration.stallTimeout = .milliseconds(20)
    try await gateway.run { gateway in
      let port = gateway.port
      let target = gateway.target
      let connection = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(RawRequest(target: target).text)
        return connection
      }
      let line = try #require(await gateway.log.nextRequest())
      #expect(line.metadata["code"] == "ERROR_CANCELLED")
      #expect(line.level == .info)
      let bytes = try #require(line.metadata["bytes"].flatMap { Int64($0) })
      #expect(bytes < 16 << 20)
      withExtendedLifetime(connection) {}
    }
  }

  @Test func `A file that ends too early cuts the connection and is logged`() async throws {
    let gateway = Gateway(bytes: 500_000, reader: TestReader(byteCount: 500_000, brokenAt: 300_000))
    try await gateway.run { gateway in
      let answer = try await gateway.get()
      #expect(answer["content-length"] == "500000")
      #expect(answer.body.count <= 300_000)
      let line = try #require(await gateway.log.nextRequest())
      #expect(line.level == .error)
      #expect(line.metadata["code"] == "ERROR_UNKNOWN")
      #expect(line.metadata["cause"]?.contains("300000") == true)
    }
  }

  @Test func `A file of another size than it had is an incident`() async throws {
    var gateway = Gateway()
    gateway.artifacts = MemoryArtifacts([gateway.artifact.path: TestReader(byteCount: 999)])
    try await gateway.run { gateway in
      let answer = try await gateway.get()
      #expect(answer.status == 500)
      let line = try #require(await gateway.log.nextRequest())
      let incident = try #require(line.metadata["incident"])
      #expect(line.level == .error)
      #expect(
        answer.text
          == #"{"detail":{"code":"ERROR_UNKNOWN","message":"An unexpected error occurred. "#
          + "(incident = \(incident))\"}}")
    }
  }

  @Test func `A stop in order lets a download finish`() async throws {
    let size: Int64 = 64 << 20
    try await Gateway(bytes: size).run { gateway in
      let port = gateway.port
      let target = gateway.target
      let (connection, first) = try await blocking {
        let connection = try RawConnection(port: port)
        try connection.send(RawRequest(target: target).text)
        return (connection, connection.receiveHead()?.1.count ?? 0)
      }
      await gateway.group.stop()
      let received = try await blocking {
        var received = first
        while true {
          let piece = connection.receive(countMax: 1 << 20)
          if piece.isEmpty { return received }
          received += piece.count
        }
      }
      #expect(received == size)
    }
  }
}
