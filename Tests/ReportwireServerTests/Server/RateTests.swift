import RPCCore
import RPCServing
import ReportAPI
import ReportwireTestKit
import Testing

@testable import ReportwireServer

/// Rates of calls where the whole server stands behind them.
@Suite(.timeLimit(.minutes(5))) struct RateTests {
  private static let request = #"{"domain_id":"a"}"#

  @Test func `Ten thousand tokens are counted in a table that does not grow`() async throws {
    let folder = try TestServer.makeFolder()
    let keys = try TestKeys()
    try folder.write("keys.pem", keys.publicKey)
    let server = try await TestServer(
      folder, flags: ["auth.keys": folder.path + "/keys.pem", "rate.calls": "2/86400"])
    let limiter = try #require(server.server.rateGate?.limiter)
    let bytes = limiter.byteCount
    let door = ChannelDoor(channel: InProcessChannel(server.server.router))
    func call(_ token: String) async throws {
      _ = try await door.call(ReportMethods.list.descriptor, Self.request, [("token", token)])
    }
    let last = try await keys.token("read", of: "last", domain: "a")
    for _ in 0..<2 { try await call(last) }
    for number in 0..<10_000 {
      try await call(try await keys.token("read", of: "user-\(number)", domain: "a"))
    }
    // Each is one entry, but for the few that share a set of places with too many others.
    #expect((9000...10_001).contains(limiter.entryCount))
    #expect(limiter.byteCount == bytes)
    #expect(bytes <= 1_048_576)
    // One that has another call is let in, and one that has none is not, whatever the others did.
    let other = try await keys.token("read", of: "user-9999", domain: "a")
    try await call(other)
    let failure = await #expect(throws: DoorFailure.self) { try await call(other) }
    #expect(failure?.status == 429)
    // The same caller with another token is the same caller.
    let moment = Int(SystemTime.now() / 1_000_000_000) - 60
    let again = try await keys.token("read", of: "user-9999", domain: "a", at: moment)
    #expect(again != other)
    await #expect(throws: DoorFailure.self) { try await call(again) }
    try await server.stop()
  }
}
