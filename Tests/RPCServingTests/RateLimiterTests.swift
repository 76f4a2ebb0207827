import ProtobufWire
import RPCCore
import Synchronization
import Testing

@testable import RPCServing

@Suite struct RateLimiterTests {
  /// A clock that a test sets.
  private final class Time: Sendable {
    private let nanoseconds = Mutex<Int64>(1_000_000_000_000)

    var now: Int64 { nanoseconds.withLock { $0 } }

    func pass(_ milliseconds: Int64) {
      nanoseconds.withLock { $0 += milliseconds * 1_000_000 }
    }
  }

  private let time = Time()

  private func makeLimiter(_ entries: Int = 16_384) -> RateLimiter {
    RateLimiter(entriesMax: entries, now: { [time] in time.now })
  }

  private static func caller(
    _ name: String, in domain: String = "d", roles: Roles = .run
  ) -> Caller {
    Caller(subject: name, domains: .only(domain), roles: roles, authentication: .token)
  }

  @Test func `All calls may come at once, and then one in each interval`() {
    let limiter = makeLimiter()
    let limit = RateLimit(calls: 100, seconds: 10)
    let key = limiter.key(Self.caller("ada"), peer: "p", "")
    for _ in 0..<100 { #expect(limiter.wait(key, limit) == nil) }
    #expect(limiter.wait(key, limit) == 100_000_000)
    time.pass(60)
    #expect(limiter.wait(key, limit) == 40_000_000)
    time.pass(40)
    #expect(limiter.wait(key, limit) == nil)
    #expect(limiter.wait(key, limit) == 100_000_000)
    time.pass(10_000)
    for _ in 0..<100 { #expect(limiter.wait(key, limit) == nil) }
    #expect(limiter.wait(key, limit) != nil)
  }

  @Test func `A refused call costs nothing`() {
    let limiter = makeLimiter()
    let limit = RateLimit(calls: 1, seconds: 1)
    let key = limiter.key(Self.caller("ada"), peer: "p", "")
    #expect(limiter.wait(key, limit) == nil)
    for _ in 0..<1000 { #expect(limiter.wait(key, limit) == 1_000_000_000) }
    time.pass(1000)
    #expect(limiter.wait(key, limit) == nil)
  }

  @Test func `Callers, methods and addresses have each their own`() {
    let limiter = makeLimiter()
    let ada = Self.caller("ada")
    let keys: Set = [
      limiter.key(ada, peer: "1.2.3.4:5", ""), limiter.key(ada, peer: "1.2.3.4:5", "Report.create"),
      limiter.key(Self.caller("bob"), peer: "1.2.3.4:5", ""),
      limiter.key(Self.caller("ada", in: "e"), peer: "1.2.3.4:5", ""),
      limiter.key(.anonymous, peer: "1.2.3.4:5", ""),
      limiter.key(.anonymous, peer: "1.2.3.5:5", ""),
    ]
    #expect(keys.count == 6)
    let reader = Self.caller("ada", roles: .read)
    #expect(limiter.key(ada, peer: "1.2.3.4:5", "") == limiter.key(reader, peer: "1.2.3.4:5", ""))
    // Two names that look alike, written with other scalars, are two.
    #expect(
      limiter.key(Self.caller("\u{e9}"), peer: "p", "")
        != limiter.key(Self.caller("e\u{301}"), peer: "p", ""))
    #expect(limiter.key(ada, peer: "1.2.3.4:5", "") == limiter.key(ada, peer: "9.9.9.9:9", ""))
    #expect(
      limiter.key(.anonymous, peer: "1.2.3.4:5", "")
        == limiter.key(.anonymous, peer: "1.2.3.4:6", ""))
  }

  @Test func `Ten thousand callers fit into a table that does not grow`() {
    let limiter = makeLimiter()
    let limit = RateLimit(calls: 2, seconds: 10)
    #expect(limiter.byteCount == 262_144)
    let keys = (0..<10_000).map { limiter.key(Self.caller("user-\($0)"), peer: "p", "") }
    for key in keys { #expect(limiter.wait(key, limit) == nil) }
    for key in keys { #expect(limiter.wait(key, limit) == nil) }
    // Of a set with more callers than places the one that is free the soonest is forgotten, to its good.
    let refused = keys.count { limiter.wait($0, limit) != nil }
    #expect(refused > 8000)
    #expect(limiter.byteCount == 262_144)
  }

  @Test func `Of two tenants at once neither takes what is the other's`() {
    let limiter = makeLimiter()
    let limit = RateLimit(calls: 100, seconds: 10)
    let greedy = limiter.key(Self.caller("a", in: "a"), peer: "p", "")
    let modest = limiter.key(Self.caller("b", in: "b"), peer: "p", "")
    var taken = 0
    for _ in 0..<1000 {
      for _ in 0..<50 where limiter.wait(greedy, limit) == nil { taken += 1 }
      #expect(limiter.wait(modest, limit) == nil)
      time.pass(100)
    }
    // Its burst, and one in each interval.
    #expect((1099...1101).contains(taken))
  }

  @Test func `Whoever comes into a full set takes the place of the one that is free the soonest`() {
    let limiter = makeLimiter(8)
    let limit = RateLimit(calls: 2, seconds: 10)
    for key in 1...8 as ClosedRange<UInt64> {
      #expect(limiter.wait(key, limit) == nil)
      if key != 5 { #expect(limiter.wait(key, limit) == nil) }
    }
    #expect(limiter.wait(9, limit) == nil)
    #expect(limiter.wait(1, limit) != nil)
    // It was forgotten, so that all its calls are free.
    #expect(limiter.wait(5, limit) == nil)
  }

  @Test(arguments: [
    ("100/10", RateLimit(calls: 100, seconds: 10)), ("1/1", RateLimit(calls: 1, seconds: 1)),
    ("", nil), ("100", nil), ("0/1", nil), ("1/0", nil), ("1/2/3", nil), ("-1/1", nil),
    ("a/b", nil), ("1000001/1", nil), ("1/86401", nil), ("100/10 ", nil),
  ])
  func `Rates are written as calls and seconds`(_ text: String, _ limit: RateLimit?) {
    #expect(RateLimit(text) == limit)
  }

  @Test func `A gate refuses with how long to wait, and methods may have limits of their own`()
    throws
  {
    let gate = RateGate(
      makeLimiter(), standard: RateLimit(calls: 2, seconds: 10),
      methods: [("Report.create", RateLimit(calls: 1, seconds: 1))])
    func call(_ service: String, _ name: String, _ caller: String = "ada") throws(RPCError) {
      let method = MethodDescriptor(
        service: service, name: name, input: Empty.self, output: Empty.self)
      var context = CallContext(caller: Self.caller(caller), peer: "p", transport: "t")
      try gate.forMethod(method).begin(&context, of: method)
    }
    try call("a.Report", "create")
    let error = #expect(throws: RPCError.self) { try call("a.Report", "create") }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message == "Too many calls: 1 may be made in 1 s. Try again in 1 s.")
    #expect((error?.cause as? RateExceeded)?.seconds == 1)
    try call("a.Report", "create", "bob")
    try call("a.Report", "get")
    try call("a.Report", "list")
    #expect(throws: RPCError.self) { try call("b.Template", "get") }
    time.pass(5000)
    try call("b.Template", "get")
  }
}
