import Foundation
import Logging
import RESTGateway
import ReportCore
import ReportwireTestKit
import Testing

@Suite("Downloads refused over a socket", .timeLimit(.minutes(5)))
struct DownloadRefusalTests {
  private static let foreign =
    #"{"detail":{"code":"ERROR_PERMISSION_DENIED","message":"Permission denied. "#
    + #"(reason = the download URL is not valid)"}}"#

  @Test func `A URL with any part changed is refused, and the file not touched`() async throws {
    try await Gateway().run { gateway in
      let good = gateway.target
      var tampered = [
        good.replacing(Gateway.domain, with: "domain-000000000002"),
        good.replacing(Gateway.report, with: "report-000000000002"),
        good.replacing("/csv?", with: "/json?"),
        good.replacing("expires=18", with: "expires=19"),
        good.replacing("expires=", with: "expires=0"),
        good.replacing("key=", with: "key=0"),
        good.replacing("signature=", with: "signature=A"),
        String(good.dropLast()), good + "A", good + "=", good + "&signature=A",
        good.replacing("&key=", with: "&key=&key="),
        String(good.prefix { $0 != "?" }), String(good.prefix { $0 != "&" }),
      ]
      // Each character of the signature.
      let start = try #require(good.firstRange(of: "signature=")).upperBound
      for index in good[start...].indices {
        tampered.append(
          good.replacingCharacters(in: index...index, with: good[index] == "A" ? "B" : "A"))
      }
      for target in tampered {
        let answer = try await gateway.get(target)
        #expect(answer.status == 403, "\(target)")
        #expect(answer.text == Self.foreign)
        #expect(answer["content-type"] == "application/json")
        #expect(answer["cache-control"] == "no-store")
      }
      #expect(gateway.artifacts.openedPaths.isEmpty)
      #expect(try await gateway.get(good).status == 200)
    }
  }

  @Test(arguments: ["&", "&token=J.W.T", "?token=J.W.T", "&x=1&y"])
  func `What a caller puts behind a URL is passed over, and not logged`(
    _ more: String
  ) async throws {
    try await Gateway().run { gateway in
      let answer = try await gateway.get(gateway.target + more)
      #expect(answer.status == 200)
      let line = try #require(await gateway.log.nextRequest())
      #expect(!line.metadata.values.contains { $0.contains("J.W.T") || $0.contains("?") })
    }
  }

  @Test func `A URL whose every byte is escaped is the same`() async throws {
    try await Gateway().run { gateway in
      let escaped = gateway.target.utf8.map { byte in
        "/?&=".utf8.contains(byte)
          ? String(Unicode.Scalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
      }
      // What follows the first slash names the endpoint, which is not escaped.
      let rest = String(escaped.joined().dropFirst("/artifacts".count * 3 - 2))
      let answer = try await gateway.get("/artifacts" + rest)
      #expect(answer.status == 200)
    }
  }

  @Test(arguments: ["GET", "HEAD"])
  func `A file that was removed from the server is gone`(_ method: String) async throws {
    var gateway = Gateway()
    gateway.artifacts = MemoryArtifacts([:])
    try await gateway.run { gateway in
      let answer = try await gateway.exchange(
        RawRequest(method: method, target: gateway.target))
      #expect(answer.status == 410)
      if method == "GET" {
        #expect(
          answer.text
            == #"{"detail":{"code":"ERROR_ARTIFACT_GONE","message":"The file was removed from the "#
            + #"server; create the report again. (report_id = \#(Gateway.report), format = csv)"}}"#
        )
      }
      let line = try #require(await gateway.log.nextRequest())
      #expect(line.level == .info && line.metadata["code"] == "ERROR_ARTIFACT_GONE")
    }
  }

  @Test func `A URL of another server's key is refused`() async throws {
    try await Gateway().run { gateway in
      let target = gateway.signer(Gateway.key(9)).url(
        domainID: Gateway.domain, reportID: Gateway.report, format: .csv)
      let answer = try await gateway.get(target)
      #expect(answer.status == 403)
      #expect(answer.text == Self.foreign)
    }
  }

  @Test func `A URL of a former key is served`() async throws {
    var gateway = Gateway()
    gateway.key = Gateway.key(2)
    gateway.formerKeys = [.init(Gateway.key(1))]
    try await gateway.run { gateway in
      let target = gateway.signer(Gateway.key(1)).url(
        domainID: Gateway.domain, reportID: Gateway.report, format: .csv)
      let answer = try await gateway.get(target)
      #expect(answer.status == 200)
    }
  }

  @Test func `A URL expires at its second, and the answer says so`() async throws {
    try await Gateway().run { gateway in
      let target = gateway.target
      gateway.clock.advance(by: .seconds(900) - .nanoseconds(1))
      #expect(try await gateway.get(target).status == 200)
      gateway.clock.advance(by: .nanoseconds(1))
      let answer = try await gateway.get(target)
      #expect(answer.status == 403)
      #expect(
        answer.text
          == #"{"detail":{"code":"ERROR_PERMISSION_DENIED","message":"Permission denied. "#
          + #"(reason = the download URL has expired, ask for a new one)"}}"#)
    }
  }

  @Test func `A well signed URL of what is not there is not found`() async throws {
    try await Gateway().run { gateway in
      for target in [
        gateway.target(domain: "domain-000000000002"),
        gateway.target(domain: Gateway.domain, format: "json"),
        gateway.target(domain: Gateway.domain, report: "re\"port\n"),
      ] {
        let answer = try await gateway.get(target)
        #expect(answer.status == 404)
        #expect(answer.text.hasPrefix(#"{"detail":{"code":"ERROR_NOT_FOUND","message":"Resource"#))
      }
      let answer = try await gateway.get(gateway.target(domain: "d", report: "re\"port\n"))
      #expect(answer.text.hasSuffix(#"(report_id = re\"port\n)"}}"#))
    }
  }

  @Test(arguments: [
    "/artifacts/../../etc/passwd", "/artifacts/%2e%2e/%2e%2e/etc%2fpasswd",
    "/artifacts/%2E%2E%2F%2E%2E%2Fetc/passwd/csv", "/artifacts/..%2f..%2f..%2fetc/passwd/csv",
    "/artifacts/%252e%252e/%252e%252e/csv", "/artifacts/..\\..\\etc/passwd/csv",
    "/artifacts/..%5c..%5cetc/passwd/csv", "/artifacts/%c0%ae%c0%ae/%c0%ae%c0%ae/csv",
    "/artifacts/d/r/csv%00.json", "/artifacts/d/r/../../../etc/passwd", "/artifacts//etc/passwd",
    "//artifacts/d/r/csv", "/artifacts/./d/r/csv", "/artifacts/d/r/csv/", "/artifacts/",
    "/artifacts",
    "/../check", "/check/../artifacts/d/r/csv", "/%63heck", "http://test/artifacts/../etc/passwd/x",
    "/artifacts/d/r/csv;x", "/", "/nothing", "*", "/CHECK", "/check/",
  ])
  func `A path that leads elsewhere leads nowhere`(_ path: String) async throws {
    try await Gateway().run { gateway in
      let query = gateway.target.drop { $0 != "?" }
      for target in [path, path + query] {
        let answer = try await gateway.get(target)
        #expect([403, 404].contains(answer.status), "\(target): \(answer.status)")
        #expect(answer.text.hasPrefix(#"{"detail":{"code":"ERROR_"#))
      }
      #expect(gateway.artifacts.openedPaths.isEmpty)
    }
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
  func `Another method is not allowed`(_ method: String) async throws {
    try await Gateway().run { gateway in
      for target in [gateway.target, "/check"] {
        let answer = try await gateway.exchange(RawRequest(method: method, target: target))
        #expect(answer.status == 405)
        #expect(answer["allow"] == "GET, HEAD")
        #expect(answer.text.contains("ERROR_METHOD_NOT_ALLOWED"))
      }
      let nothing = try await gateway.exchange(RawRequest(method: method, target: "/nothing"))
      #expect(nothing.status == 404)
    }
  }
}
