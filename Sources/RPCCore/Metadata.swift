internal import ProtobufWire
internal import Texts

/// The key-value pairs that travel with a call: lower-case keys, several values per key, in order.
/// Keys are compared by their bytes, and only the letters of ASCII have a lower case.
public struct Metadata: Sendable, Hashable {
  /// One pair.
  public struct Entry: Sendable, Hashable {
    /// The key, lower case.
    public let key: String
    /// The value as it came.
    public let value: String
  }

  /// The pairs in the order they came.
  public private(set) var entries: [Entry]

  /// Nothing yet.
  public init() {
    entries = []
  }

  /// Takes pairs; keys are lower-cased.
  public init(_ pairs: [(String, String)]) {
    entries = pairs.map { Entry(key: Self.lowerCase($0.0), value: $0.1) }
  }

  /// UTF-8 bytes of all keys and values.
  public var byteCount: Int {
    entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
  }

  /// Adds a pair behind the others.
  public mutating func append(_ key: String, _ value: String) {
    entries.append(Entry(key: Self.lowerCase(key), value: value))
  }

  /// Adds a pair whose key is lower case already, as those of HTTP/2 are.
  package mutating func append(lowerCased key: String, _ value: String) {
    entries.append(Entry(key: key, value: value))
  }

  /// Where the call stands in a trace. What is no `traceparent`, and more than one, are as good as none.
  var traceParent: TraceParent? {
    var found: String?
    for entry in entries where entry.key.isByteEqual(to: Self.traceparent) {
      if found != nil { return nil }
      found = entry.value
    }
    return found.flatMap(TraceParent.init)
  }

  /// The last value of a key, or nil. Setting replaces every value of the key.
  public subscript(key: String) -> String? {
    get { entries.isEmpty ? nil : entries.last { $0.key.isByteEqual(to: key) }?.value }
    set {
      let key = Self.lowerCase(key)
      entries.removeAll { $0.key.isByteEqual(to: key) }
      if let newValue { entries.append(Entry(key: key, value: newValue)) }
    }
  }

  /// Unicode's own would make a k of the KELVIN SIGN.
  private static func lowerCase(_ key: String) -> String {
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard key.utf8.contains(where: capitals.contains) else { return key }
    return String(decoding: key.utf8.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

extension Metadata: ExpressibleByDictionaryLiteral {
  /// Takes pairs from a literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements)
  }
}

/// The keys that Reportwire reads.
extension Metadata {
  /// A repeated create with the same key returns the report of the first.
  public static let idempotencyKey = "idempotency-key"
  /// Who asks, where the server does not authenticate: becomes `created_by`.
  public static let userID = "user_id"
  /// Names the call across services, for the log.
  public static let transactionID = "transaction_id"
  /// W3C trace context.
  public static let traceparent = "traceparent"
  /// Shows who asks, SpaceONE's way: a JWT.
  public static let token = "token"
  /// The same, HTTP's way: `Bearer` and the token.
  public static let authorization = "authorization"
  /// The domain that a caller narrows itself to.
  public static let domainID = "x_domain_id"
  /// The artifact format that `get_download_url` should name, such as `csv`.
  public static let format = "format"
}
