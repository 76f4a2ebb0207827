import Foundation
import JWTKit
import ProtobufWire
import RPCCore
import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import Authentication

@Suite(.timeLimit(.minutes(5))) struct RemoteKeysTests {
  /// Keys that are fetched as a test says, on a clock that it moves.
  private final class Bench: Sendable {
    enum Step: Sendable {
      case set(String, maxAge: Int? = nil)
      case failure
      /// Nothing comes until the gate is open, and then a failure.
      case hang(Gate)
    }

    let clock = FakeClock()
    /// The last one is said again and again.
    let steps: Mutex<[Step]>
    let fetches = Signal()
    let applied = Mutex<[Int]>([])
    let told = Mutex<[String]>([])

    init(_ steps: [Step]) { self.steps = Mutex(steps) }

    func keys(_ limits: KeySchedule.Limits = KeySchedule.Limits()) -> RemoteKeys {
      RemoteKeys(
        { [self] () async throws(KeyProblem) in
          let step = steps.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
          fetches.fire()
          switch step {
          case .set(let text, let maxAge): return KeyFetch.Found(text: text, maxAge: maxAge)
          case .failure: throw KeyProblem("no luck")
          case .hang(let gate):
            await gate.wait()
            throw KeyProblem("no luck")
          }
        }, limits,
        time: RemoteKeys.Time(
          now: { [clock] in clock.monotonic.nanoseconds },
          sleep: { [clock] in try await clock.sleep(until: MonotonicInstant(nanoseconds: $0)) }),
        random: { 1 },
        apply: { [self] keys in applied.withLock { $0.append(keys.count) } },
        tell: { [self] event in
          let text =
            switch event {
            case .fetched(let count, let isNew): "\(count) keys\(isNew ? ", new" : "")"
            case .failed(let problem): "\(problem)"
            case .stale: "stale"
            }
          told.withLock { $0.append(text) }
        })
    }

    var toldNow: [String] { told.withLock { $0 } }
    var appliedNow: [Int] { applied.withLock { $0 } }
  }

  private static func set(_ keys: [(kid: String, key: EdDSA.PrivateKey)]) -> String {
    let members = keys.map { kid, key in
      let der = Data(
        base64Encoded: key.publicKey.pemRepresentation
          .split(separator: "\n").dropFirst().dropLast().joined())!
      let x = der.suffix(32).base64EncodedString().replacing("+", with: "-")
        .replacing("/", with: "_").replacing("=", with: "")
      return #"{"kty":"OKP","crv":"Ed25519","kid":"\#(kid)","x":"\#(x)"}"#
    }
    return #"{"keys":[\#(members.joined(separator: ","))]}"#
  }

  private static func set(_ kids: String...) throws -> String {
    set(try kids.map { (kid: $0, key: try EdDSA.PrivateKey()) })
  }

  @Test func keysAreFetchedAgainWhenTheyAreOld() async throws {
    let (first, second) = (try Self.set("a"), try Self.set("a", "b"))
    let bench = Bench([.set(first), .set(first, maxAge: 120), .set(second)])
    let keys = bench.keys()
    await keys.look()
    bench.clock.advance(by: .seconds(599))
    await keys.look()
    #expect(bench.toldNow == ["1 keys, new"])
    bench.clock.advance(by: .seconds(1))
    await keys.look()
    #expect(bench.toldNow == ["1 keys, new", "1 keys"])
    bench.clock.advance(by: .seconds(120))
    await keys.look()
    #expect(bench.toldNow == ["1 keys, new", "1 keys", "2 keys, new"])
    #expect(bench.appliedNow == [1, 2])
  }

  @Test func theLastGoodKeysAreKeptAndNotForEver() async throws {
    let set = try Self.set("a")
    var limits = KeySchedule.Limits()
    limits.stale = 1000
    let bench = Bench([.set(set), .failure, .set("{}"), .set("garbage"), .failure])
    let keys = bench.keys(limits)
    await keys.look()
    bench.clock.advance(by: .seconds(600))
    await keys.look()
    for pause in [5, 10, 20] {
      bench.clock.advance(by: .seconds(pause))
      await keys.look()
    }
    #expect(bench.toldNow.count == 5)
    // They were good for 600 seconds, and 1000 more are not over.
    bench.clock.advance(by: .seconds(965))
    await keys.look()
    #expect(bench.appliedNow == [1])
    bench.clock.advance(by: .seconds(1))
    for _ in 1...2 { await keys.look() }
    #expect(bench.appliedNow == [1, 0])
    #expect(bench.toldNow.count { $0 == "stale" } == 1)
    // The same ones again are good again.
    bench.steps.withLock { $0 = [.set(set)] }
    bench.clock.advance(by: .seconds(600))
    await keys.look()
    #expect(bench.appliedNow == [1, 0, 1])
  }

  @Test func aFloodOfUnknownKeysMakesOneFetchInThirtySeconds() async throws {
    let gate = Gate()
    let bench = Bench([.set(try Self.set("a")), .hang(gate)])
    let keys = bench.keys()
    await keys.look()
    for _ in 0..<1000 { #expect(keys.demand() == nil) }
    bench.clock.advance(by: .seconds(30))
    let waits = (0..<1000).compactMap { _ in keys.demand() }
    #expect(waits.count == 1000)
    await bench.fetches.wait(for: 2)
    #expect(keys.waitingCount == 1000)
    gate.open()
    await withTaskGroup(of: Void.self) { group in
      for wait in waits { group.addTask { await wait() } }
    }
    #expect(bench.fetches.count == 2)
    #expect(keys.demand() == nil)
  }

  @Test func nobodyWaitsLongerThanFiveSeconds() async throws {
    let gate = Gate()
    let bench = Bench([.set(try Self.set("a")), .hang(gate)])
    let keys = bench.keys()
    await keys.look()
    bench.clock.advance(by: .seconds(31))
    let end = bench.clock.monotonic.advanced(by: .seconds(5))
    let wait = try #require(keys.demand())
    await bench.fetches.wait(for: 2)
    let late = try #require(keys.demand())
    await bench.clock.advance(toSleeperAt: end)
    await wait()
    await late()
    #expect(!gate.isOpen)
    #expect(keys.demand() == nil)
    gate.open()
  }

  @Test func theLoopFetchesWhenItIsTimeAndEnds() async throws {
    let bench = Bench([.set(try Self.set("a"), maxAge: 90)])
    let keys = bench.keys()
    await keys.look()
    let running = Task { await keys.run() }
    let start = FakeClock.monotonicStart
    for seconds: Int64 in [60, 90, 150, 180] {
      await bench.clock.advance(toSleeperAt: start.advanced(by: .seconds(seconds)))
    }
    await bench.fetches.wait(for: 3)
    running.cancel()
    await running.value
    #expect(bench.fetches.count == 3)
  }

  @Test(
    arguments: [
      (0, 60.0), (1, 60), (60, 60), (3600, 3600), (86_400, 86_400), (.max, 86_400),
    ] as [(Int, Double)])
  func lifetimesHaveBounds(maxAge: Int, seconds: Double) {
    var schedule = KeySchedule(KeySchedule.Limits(), at: 0)
    #expect(schedule.isDue(at: 0))
    schedule.begin(at: 0)
    #expect(!schedule.isDue(at: 0))
    schedule.succeed(maxAge: maxAge, at: 0)
    #expect(schedule.nextAt == Int64(seconds * 1e9))
  }

  @Test func pausesGrowAfterFailuresAndAreNotTheSameEverywhere() {
    var pauses: [[Double]] = []
    for random in [0.0, 1] {
      var schedule = KeySchedule(KeySchedule.Limits(), at: 0)
      pauses.append(
        (1...10).map { _ in
          schedule.begin(at: 0)
          schedule.fail(random: random, at: 0)
          return Double(schedule.nextAt) / 1e9
        })
    }
    #expect(pauses[1] == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600])
    #expect(pauses[0] == pauses[1].map { $0 / 2 })
  }

  @Test(arguments: [
    ("", "neither PEM nor the JSON"), ("<html>", "neither PEM nor the JSON"),
    ("{}", "no list 'keys'"), (#"{"keys":[]}"#, "no public key"), (#"{"keys":[1]}"#, "no object"),
    (#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}"#, "keys[0]"),
    (
      #"{"keys":[{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}"#,
      "no public key"
    ),
    (
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n",
      "neither PEM nor the JSON"
    ),
  ])
  func onlyPublicKeysOfASetArePublished(text: String, reason: String) async {
    let error = await #expect(throws: KeyProblem.self) {
      _ = try await TokenKey.published(in: text)
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  // MARK: A call

  private static let method = Method<Empty, Empty>(service: "s", name: "m", permission: .read)

  /// A token with a key that is new is taken once the key is there, which the call waits for; meanwhile and
  /// afterwards the algorithm of each key is its own.
  @Test func aCallWaitsForTheKeyOfItsTokenOnce() async throws {
    let (old, new) = (try EdDSA.PrivateKey(), try EdDSA.PrivateKey())
    let published = Mutex(Self.set([("old", old)]))
    let server = try ScriptedHTTPServer { _, _ in
      .reply("200 OK", ["Cache-Control: max-age=3600"], published.withLock { $0 })
    }
    defer { server.stop() }
    let clock = FakeClock()
    let verifier = TokenVerifier(keys: [], rules: TokenRules(), now: { Signer.moment })
    let keys = RemoteKeys(
      KeyFetch(try KeyURL("http://127.0.0.1:\(server.port)/keys")), staleSeconds: 86_400,
      time: RemoteKeys.Time(
        now: { clock.monotonic.nanoseconds },
        sleep: { try await clock.sleep(until: MonotonicInstant(nanoseconds: $0)) }),
      apply: { verifier.change(to: $0) }, tell: { _ in })
    await keys.look()
    var router = Router(interceptors: [Authenticator(verifier, demand: { keys.demand() })])
    router.register(Self.method) { request, context in
      guard context.metadata[Metadata.token] == nil else { throw RPCError.callerGone }
      return request
    }
    let channel = InProcessChannel(router, caller: .anonymous)
    func call(_ token: String) async throws {
      _ = try await channel.call(
        Self.method.descriptor, request: [],
        options: CallOptions(metadata: Metadata([("token", token)])))
    }
    let newToken = try await Signer.eddsa(new).token(kid: "new")
    try await call(Signer.eddsa(old).token(kid: "old"))
    published.withLock { $0 = Self.set([("new", new)]) }
    // Too early to ask again.
    await #expect(throws: RPCError.self) { try await call(newToken) }
    #expect(server.requestCount == 1)
    clock.advance(by: .seconds(30))
    try await call(newToken)
    #expect(server.requestCount == 2)
    // What was taken away is gone.
    await #expect(throws: RPCError.self) {
      try await call(Signer.eddsa(old).token(kid: "old"))
    }
    let stolen = try await Signer.hmac(String(repeating: "x", count: 32)).token(kid: "new")
    await #expect(throws: RPCError.self) { try await call(stolen) }
    for number in 0..<200 {
      await #expect(throws: RPCError.self) {
        try await call(Signer.eddsa(new).token(kid: "unknown-\(number)"))
      }
    }
    #expect(server.requestCount == 2)
  }
}
