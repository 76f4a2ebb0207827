private import ProtobufWire
package import RPCCore
private import Synchronization
private import Texts

/// How many calls one caller may make in a time; a part of them may come at once.
package struct RateLimit: Hashable, Sendable {
  /// Calls that may come at once, and in each such time.
  package let calls: Int
  package let seconds: Int

  package init(calls: Int, seconds: Int) {
    self.calls = calls
    self.seconds = seconds
  }

  /// Reads `CALLS/SECONDS`, such as `100/10`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let calls = Int(parts[0]), let seconds = Int(parts[1]),
      (1...1_000_000).contains(calls), (1...86_400).contains(seconds)
    else { return nil }
    self.init(calls: calls, seconds: seconds)
  }

  /// Between two calls, when all that may come at once have come.
  var intervalNanoseconds: Int64 { max(Int64(seconds) * 1_000_000_000 / Int64(calls), 1) }
  var burstNanoseconds: Int64 { intervalNanoseconds * Int64(calls) }
}

/// Counts the calls of everybody by the generic cell rate algorithm: for each there is one number, the
/// moment when all of its calls will be forgotten. So each has what is its own, whatever others do.
///
/// The memory is a table of a fixed size. Whoever has all calls free is the same as whoever is not in it, and
/// makes room for others; where all places that an entry could have are taken, the one that is free the
/// soonest is forgotten, which is to its good.
package final class RateLimiter: Sendable {
  /// Places that an entry may have.
  private static let ways = 8

  private struct Entry {
    var key: UInt64 = 0
    /// Nanoseconds of the limiter's clock.
    var freeAt: Int64 = .min
  }

  private let sets: Int
  private let seed: UInt64
  private let now: @Sendable () -> Int64
  private let entries: Mutex<[Entry]>

  /// - Parameters:
  ///   - entriesMax: at least; sixteen bytes each.
  ///   - now: nanoseconds of a clock that nobody sets.
  package init(entriesMax: Int = 16_384, now: @escaping @Sendable () -> Int64) {
    var sets = 1
    while sets * Self.ways < entriesMax { sets *= 2 }
    self.sets = sets
    seed = .random(in: .min ... .max)
    self.now = now
    entries = Mutex(Array(repeating: Entry(), count: sets * Self.ways))
  }

  /// Bytes of the table.
  package var byteCount: Int { sets * Self.ways * MemoryLayout<Entry>.stride }

  /// How many callers have calls that are not forgotten yet.
  package var entryCount: Int {
    let now = now()
    return entries.withLock { entries in entries.count { $0.freeAt > now } }
  }

  /// Counts a call, unless there are too many.
  ///
  /// - Parameters:
  ///   - key: whose call of what it is, see `key(_:_:)`.
  /// - Returns: nil if it may be made; else nanoseconds until one may.
  package func wait(_ key: UInt64, _ limit: RateLimit) -> Int64? {
    let now = now()
    let first = Int(truncatingIfNeeded: key & UInt64(sets - 1)) * Self.ways
    return entries.withLock { entries in
      var place = first
      for index in first..<(first + Self.ways) {
        if entries[index].key == key, entries[index].freeAt != .min {
          place = index
          break
        }
        if entries[index].freeAt < entries[place].freeAt { place = index }
      }
      let isSame = entries[place].key == key
      let freeAt = isSame ? max(entries[place].freeAt, now) : now
      let next = freeAt + limit.intervalNanoseconds
      let excess = next - now - limit.burstNanoseconds
      guard excess <= 0 else { return excess }
      entries[place] = Entry(key: key, freeAt: next)
      return nil
    }
  }

  /// Tells callers and what they call apart. Others cannot know who shares a number with whom.
  package func key(_ caller: Caller, peer: String, _ what: String) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(seed)
    // Not by what it may: the same caller with a token that may less is the same.
    hasher.combine(UTF8Key(caller.subject))
    hasher.combine(caller.domains)
    hasher.combine(caller.authentication)
    hasher.combine(caller.isApplication)
    // Whoever does not say who it is, is known by its address.
    if caller.authentication == .none { hasher.combine(UTF8Key(PeerAddress.host(of: peer))) }
    hasher.combine(UTF8Key(what))
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

/// A call was one too many. It is the cause of the error that its caller gets.
package struct RateExceeded: Error, Hashable, Sendable {
  /// Until a call may be made.
  package let nanoseconds: Int64

  /// Rounded up.
  package var seconds: Int64 { max((nanoseconds + 999_999_999) / 1_000_000_000, 1) }
}

/// Refuses calls of which somebody makes too many, whatever door they come through. Stands behind who finds
/// out who is calling. Where nothing is limited there is none.
package struct RateGate: Interceptor {
  package let limiter: RateLimiter
  private let standard: RateLimit?
  private let methods: [(name: String, limit: RateLimit)]
  /// Of the method that it looks at; nil: none, or all that have no limit of their own.
  private var own: (name: String, limit: RateLimit)?

  /// - Parameters:
  ///   - standard: of all methods together that have none of their own; nil: none.
  ///   - methods: by the method's name with the last part of its service: `Report.create`.
  package init(
    _ limiter: RateLimiter, standard: RateLimit?,
    methods: [(name: String, limit: RateLimit)] = []
  ) {
    self.limiter = limiter
    self.standard = standard
    self.methods = methods
  }

  package func forMethod(_ method: MethodDescriptor) -> any Interceptor {
    var gate = self
    let service = method.service.split(separator: ".").last.map(String.init) ?? method.service
    let name = "\(service).\(method.name)"
    gate.own = methods.first { $0.name.isByteEqual(to: name) }
    return gate
  }

  package func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    guard let limit = own?.limit ?? standard else { return }
    let key = limiter.key(context.caller, peer: context.peer, own?.name ?? "")
    guard let wait = limiter.wait(key, limit) else { return }
    let excess = RateExceeded(nanoseconds: wait)
    var error = RPCError.limitReached(
      "Too many calls: \(limit.calls) may be made in \(limit.seconds) s. "
        + "Try again in \(excess.seconds) s.")
    error.cause = excess
    throw error
  }

  package func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {}
}
