private import ProtobufWire
package import RPCCore
private import Synchronization
private import Texts

/// Turns a token (a JWT, RFC 7519, signed as in RFC 7515) into a caller.
///
/// A token that was believed is remembered until it expires or the keys change, so that a signature is
/// checked once and not with each call.
package final class TokenVerifier: Sendable {
  /// UTF-8 bytes of a token at most.
  package static let tokenBytesMax = 8192
  /// Tokens remembered at most; then all are forgotten.
  static let rememberedMax = 4096
  /// UTF-8 bytes of a subject or a domain at most.
  private static let claimBytesMax = 255
  /// A token without a kid is tried with so many keys of its algorithm.
  private static let triesMax = 8

  private struct Believed {
    let caller: Caller
    let until: Double
    /// Of a token of this server: how often the clients had changed before they were looked at.
    var clientChanges: Int?
  }

  private struct State {
    var keys: [TokenKey]
    var believed: [UTF8Key: Believed] = [:]
    /// How often the keys changed.
    var changes = 0
  }

  private let rules: TokenRules
  private let clients: OAuthClients?
  private let now: @Sendable () -> Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - clients: those whose tokens this server signs; nil: it signs none, and none is believed.
  ///   - now: seconds since 1970.
  package init(
    keys: [TokenKey], rules: TokenRules, clients: OAuthClients? = nil,
    now: @escaping @Sendable () -> Double
  ) {
    self.rules = rules
    self.clients = clients
    self.now = now
    state = Mutex(State(keys: keys))
  }

  /// Checks with other keys from now on.
  package func change(to keys: [TokenKey]) {
    state.withLock { state in
      state.keys = keys
      state.believed = [:]
      state.changes += 1
    }
  }

  /// How many tokens are remembered.
  var rememberedCount: Int { state.withLock(\.believed.count) }

  /// Who has a token.
  package func caller(of token: String) throws(TokenProblem) -> Caller {
    guard token.utf8.count <= Self.tokenBytesMax else {
      throw .tooLong(bytes: token.utf8.count)
    }
    let key = UTF8Key(token)
    let now = now()
    let (believed, keys, changes) = state.withLock { ($0.believed[key], $0.keys, $0.changes) }
    if let believed, now < believed.until,
      believed.clientChanges == nil || believed.clientChanges == clients?.changes
    {
      return believed.caller
    }
    let fresh = try verify(token, keys, now)
    state.withLock { state in
      // A key that was taken away while it was used is not to be believed any longer.
      guard state.changes == changes else { return }
      if state.believed.count >= Self.rememberedMax { state.believed = [:] }
      state.believed[key] = fresh
    }
    return fresh.caller
  }

  private func verify(
    _ token: String, _ keys: [TokenKey], _ now: Double
  ) throws(TokenProblem) -> Believed {
    let bytes = Array(token.utf8)
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("it has not three parts") }
    let header = try Self.object(parts[0], "header")
    guard let signature = Base64.bytes(ofURLText: parts[2]) else {
      throw .malformed("the signature is not base64url")
    }
    // Extensions that must be understood: none is.
    guard header["crit"] == nil else { throw .malformed("the header has crit") }
    let candidates = try Self.candidates(header, keys)
    // Header and payload, as they stand.
    let signed = bytes[..<parts[1].endIndex]
    let key = candidates.prefix(Self.triesMax).first { $0.verifies(signature, of: signed) }
    guard let key else { throw .wrongSignature }
    return try believe(try Self.object(parts[1], "payload"), isOwn: key.isOwn, now)
  }

  private static func candidates(
    _ header: Struct, _ keys: [TokenKey]
  ) throws(TokenProblem) -> [TokenKey] {
    guard let name = header.text("alg"), let algorithm = TokenKey.Algorithm(rawValue: name) else {
      throw .unknownAlgorithm
    }
    let kid = header.text("kid")
    let named = keys.filter { key in
      guard let kid, let id = key.id else { return true }
      return UTF8Key(id) == UTF8Key(kid)
    }
    if named.isEmpty { throw .unknownKey }
    let candidates = named.filter { $0.algorithm == algorithm }
    guard candidates.isEmpty else { return candidates }
    // Keys without a name, such as a shared secret beside a set, may be any, and none of them is the one.
    throw kid != nil && named.allSatisfy { $0.id == nil } ? .unknownKey : .wrongAlgorithm
  }

  private static func object(
    _ part: ArraySlice<UInt8>, _ what: String
  ) throws(TokenProblem) -> Struct {
    guard let bytes = Base64.bytes(ofURLText: part) else {
      throw .malformed("the \(what) is not base64url")
    }
    do {
      return try Struct(json: bytes, options: JSONDecodingOptions(depthMax: 16))
    } catch {
      throw .malformed("the \(what) is no JSON object")
    }
  }
}

// MARK: - Claims

extension TokenVerifier {
  private func believe(
    _ claims: Struct, isOwn: Bool, _ now: Double
  ) throws(TokenProblem) -> Believed {
    let leeway = Double(rules.leewaySeconds)
    guard case .number(let expiry)? = claims["exp"]?.kind else { throw .noExpiry }
    if now >= expiry + leeway { throw .expired }
    for name in ["nbf", "iat"] {
      switch claims[name]?.kind {
      case .number(let moment): if moment > now + leeway { throw .notYetValid }
      case nil: break
      default: throw .malformed("\(name) is no number")
      }
    }
    if let issuer = rules.issuer, !Self.texts(claims["iss"]).contains(UTF8Key(issuer)) {
      throw .wrongIssuer
    }
    if let audience = rules.audience, !Self.texts(claims["aud"]).contains(UTF8Key(audience)) {
      throw .wrongAudience
    }
    // SpaceONE's tokens name their kind; one that only renews others is no key to reports.
    for name in ["typ", "cat"] where claims.text(name)?.uppercased().contains("REFRESH") == true {
      throw .refreshToken
    }
    if isOwn {
      let changes = clients?.changes
      guard let caller = clients.flatMap({ OAuthTokens.caller(of: claims, $0) }) else {
        throw .unknownClient
      }
      return Believed(caller: caller, until: expiry + leeway, clientChanges: changes)
    }
    let roles = roles(claims)
    let subject = try bounded(
      rules.subjectClaim, Self.texts(claims[rules.subjectClaim]).first)
    // Of a token that stands for nobody else the client is the subject (RFC 9068, section 2.2).
    let isApplication = claims.text("client_id")?.isByteEqual(to: subject) ?? false
    let caller = Caller(
      subject: subject, domains: try domains(claims, roles), roles: roles, authentication: .token,
      isApplication: isApplication)
    return Believed(caller: caller, until: expiry + leeway)
  }

  private func domains(_ claims: Struct, _ roles: Roles) throws(TokenProblem) -> Caller.Domains {
    let domain = try bounded(rules.domainClaim, claims.text(rules.domainClaim).map { UTF8Key($0) })
    if !domain.isEmpty { return .only(domain) }
    guard roles.permit(.admin), claims[rules.domainClaim] == nil else { throw .noDomain }
    return .every
  }

  private func roles(_ claims: Struct) -> Roles {
    let names: [UTF8Key]
    switch claims[rules.rolesClaim]?.kind {
    case nil: return rules.defaultRoles
    case .string(let text): names = text.split(separator: " ").map { UTF8Key(String($0)) }
    default: names = Self.texts(claims[rules.rolesClaim])
    }
    // A role that means nothing here gives nothing.
    return names.reduce(into: Roles()) { roles, name in
      if let role = Permission(name: name.text) { roles.insert(Roles(role)) }
    }
  }

  private func bounded(_ name: String, _ text: UTF8Key?) throws(TokenProblem) -> String {
    let text = text?.text ?? ""
    guard text.utf8.count <= Self.claimBytesMax else { throw .longClaim(name) }
    return text
  }

  /// A text, or those of a list.
  private static func texts(_ value: Value?) -> [UTF8Key] {
    switch value?.kind {
    case .string(let text): return [UTF8Key(text)]
    case .list(let list):
      return list.values.compactMap { item in
        guard case .string(let text)? = item.kind else { return nil }
        return UTF8Key(text)
      }
    default: return []
    }
  }
}
