import Authentication
import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportService
import ReportwireClient
import ReportwireTestKit
import Testing

@testable import ReportwireServer

/// Every method of the table, over a door, with every kind of token.
@Suite(.timeLimit(.minutes(5))) struct CallerTests {
  /// What a caller brings.
  private enum Bringing: CaseIterable {
    case nothing, garbage, forged, expired, otherDomain, noRole, read, run, manage, admin

    /// The permission that the roles give, where there is a token that is good for the domain.
    var permission: Permission? {
      switch self {
      case .read: .read
      case .run: .run
      case .manage: .manage
      case .admin: .admin
      default: nil
      }
    }
  }

  private static let domainID = "domain-1"

  private let folder: TemporaryFolder
  private let keys: TestKeys

  init() throws {
    folder = try TestServer.makeFolder()
    keys = try TestKeys()
    try folder.write("keys.pem", keys.publicKey)
  }

  private func token(
    _ bringing: Bringing, now: Int
  ) async throws -> String? {
    func make(
      _ role: String, domain: String = Self.domainID, keys: TestKeys? = nil, at moment: Int? = nil
    ) async throws -> String {
      try await (keys ?? self.keys).token(role, domain: domain, at: moment ?? now)
    }
    switch bringing {
    case .nothing: return nil
    case .garbage: return "garbage"
    case .forged: return try await make("admin", keys: TestKeys())
    case .expired: return try await make("admin", at: now - 1000)
    case .otherDomain: return try await make("admin", domain: "domain-2")
    case .noRole: return try await make("stranger")
    case .read: return try await make("read")
    case .run: return try await make("run")
    case .manage: return try await make("manage")
    case .admin: return try await make("admin")
    }
  }

  @Test func everyMethodLooksAtWhoIsCalling() async throws {
    let server = try await TestServer(folder, flags: ["auth.keys": "keys.pem"])
    let now = Int(SystemTime.now() / 1_000_000_000)
    let methods = server.server.router.methods
    #expect(methods.count > 15)
    for bringing in Bringing.allCases {
      let token = try await token(bringing, now: now)
      for method in methods {
        let code = await code(of: method, token, server.client)
        let expected = expectation(method, bringing)
        switch expected {
        case .ok:
          // Let in: whatever else may be wrong with the request.
          #expect(
            code != .unauthenticated && code != .permissionDenied,
            "\(method.fullName) with \(bringing): \(code)")
        default: #expect(code == expected, "\(method.fullName) with \(bringing)")
        }
      }
    }
    try await server.stop()
  }

  private func expectation(_ method: MethodDescriptor, _ bringing: Bringing) -> StatusCode {
    switch bringing {
    case .garbage, .forged, .expired: return .unauthenticated
    case .nothing: return method.permission == nil ? .ok : .unauthenticated
    case .otherDomain: return namesDomain(method) ? .permissionDenied : .ok
    case .noRole: return method.permission == nil ? .ok : .permissionDenied
    case .read, .run, .manage, .admin:
      guard let needed = method.permission, let has = bringing.permission else { return .ok }
      return has >= needed ? .ok : .permissionDenied
    }
  }

  private func namesDomain(_ method: MethodDescriptor) -> Bool {
    method.input.descriptor.fields.contains { $0.name == "domain_id" }
  }

  private func code(
    of method: MethodDescriptor, _ token: String?, _ client: ReportwireClient
  ) async -> StatusCode {
    var request: [UInt8] = []
    if let field = method.input.descriptor.fields.first(where: { $0.name == "domain_id" }) {
      request = [UInt8(field.number << 3 | 2), UInt8(Self.domainID.utf8.count)]
      request += Self.domainID.utf8
    }
    var metadata = Metadata()
    metadata["token"] = token
    let options = CallOptions(timeout: .seconds(60), metadata: metadata)
    do {
      if method.isServerStreaming {
        for try await _ in try await client.stream(method, request: request, options: options) {
          break
        }
      } else {
        _ = try await client.call(method, request: request, options: options)
      }
      return .ok
    } catch let error as RPCError {
      return error.code
    } catch {
      return .unknown
    }
  }

  @Test func newKeysAreTakenUpAndBrokenOnesAreNot() async throws {
    let log = MessageLog()
    let server = try await TestServer(
      folder, flags: ["auth.keys": "keys.pem"], logger: log.logger)
    let method = TemplateMethods.list.descriptor
    let now = Int(SystemTime.now() / 1_000_000_000)
    let old = try await token(.read, now: now)
    #expect(await code(of: method, old, server.client) == .ok)

    try folder.write("keys.pem", "no key")
    await log.wait(for: "token keys not changed")
    #expect(await code(of: method, old, server.client) == .ok)

    let pair = try TestKeys()
    try folder.write("keys.pem", pair.publicKey)
    await log.wait(for: "tokens are checked with new keys")
    #expect(await code(of: method, old, server.client) == .unauthenticated)
    let new = try await pair.token("read", of: "", domain: Self.domainID, at: now)
    #expect(await code(of: method, new, server.client) == .ok)
    try await server.stop()
  }

  @Test func keysAreFetchedFromAURLAtTheStart() async throws {
    let der = try #require(
      Data(
        base64Encoded: keys.publicKey.split(separator: "\n").dropFirst().dropLast().joined()))
    let x = der.suffix(32).base64EncodedString().replacing("+", with: "-")
      .replacing("/", with: "_").replacing("=", with: "")
    let set = #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"\#(x)"}]}"#
    let issuer = try ScriptedHTTPServer { _, _ in .reply("200 OK", [], set) }
    let url = "http://127.0.0.1:\(issuer.port)/jwks.json"
    let start = ContinuousClock.now
    let server = try await TestServer(folder, flags: ["auth.keys": url])
    let method = TemplateMethods.list.descriptor
    let good = try await token(.read, now: Int(SystemTime.now() / 1_000_000_000))
    #expect(await code(of: method, good, server.client) == .ok)
    let parts = try #require(good?.split(separator: "."))
    let header = Data(#"{"alg":"EdDSA","kid":"two"}"#.utf8).base64EncodedString()
      .replacing("=", with: "")
    for _ in 1...100 {
      #expect(
        await code(of: method, "\(header).\(parts[1]).\(parts[2])", server.client)
          == .unauthenticated)
    }
    // One in half a minute is allowed, which a busy machine may need for so many calls.
    let halfMinutes = Int(start.duration(to: .now) / .seconds(30))
    #expect(issuer.requestCount <= 1 + halfMinutes)
    issuer.stop()
    try await server.stop()
  }

  @Test func aServerWhoseKeysAreAwayStartsAndBelievesNobody() async throws {
    let issuer = try ScriptedHTTPServer { _, _ in .reply("500 Internal Server Error") }
    let log = MessageLog()
    let server = try await TestServer(
      folder, flags: ["auth.keys": "http://127.0.0.1:\(issuer.port)/jwks.json"],
      logger: log.logger)
    await log.wait(for: "token keys not fetched")
    let token = try await token(.admin, now: Int(SystemTime.now() / 1_000_000_000))
    #expect(
      await code(of: TemplateMethods.list.descriptor, token, server.client) == .unauthenticated)
    issuer.stop()
    try await server.stop()
  }

  @Test func keysThatCannotBeUsedStopTheStart() async throws {
    try folder.write("keys.pem", "no key")
    let error = await #expect(throws: Problems.self) {
      _ = try await TestServer(folder, flags: ["auth.keys": "keys.pem"])
    }
    #expect(error?.description.contains("keys.pem: it is neither PEM nor the JSON") == true)
  }
}
