private import NIOPosix
internal import ProtobufWire
internal import RPCCore
private import Synchronization
private import Texts

/// Hands out tokens for clients' secrets (RFC 6749): `client_credentials`, and `refresh_token` where a
/// client stands for a user. The tokens are signed with a key of this server's own, and are good at every
/// door like those of other issuers.
package final class OAuthTokens: Sendable {
  /// What is answered: a status of HTTP and JSON.
  package struct Answer: Hashable, Sendable {
    package var status: Int
    package var body: String
    /// When to try again, in seconds; nil: whenever.
    package var retryAfterSeconds: Int64?

    init(_ status: Int, _ members: Struct, retryAfterSeconds: Int64? = nil) {
      self.status = status
      self.retryAfterSeconds = retryAfterSeconds
      body = (try? members.json()) ?? "{}"
    }

    fileprivate static func failed(
      _ code: String, _ description: String, status: Int = 400, retryAfterSeconds: Int64? = nil
    ) -> Answer {
      Answer(
        status,
        ["error": Value(.string(code)), "error_description": Value(.string(description))],
        retryAfterSeconds: retryAfterSeconds)
    }
  }

  /// How long tokens are good, in seconds.
  package struct Lifetimes: Hashable, Sendable {
    package var accessSeconds: Int
    package var refreshSeconds: Int

    package init(accessSeconds: Int, refreshSeconds: Int) {
      self.accessSeconds = accessSeconds
      self.refreshSeconds = refreshSeconds
    }
  }

  /// Secrets that wait to be looked at; more are sent away. One takes about 30 ms.
  static let waitingMax = 64
  /// Of one address, so that it neither tries many before the first is found to be wrong nor takes the
  /// places of all others.
  static let waitingPerHostMax = 8
  /// What a refresh token says that it is, so that it opens no door.
  private static let refreshKind = "REFRESH_TOKEN"
  private static let clientClaim = "client_id"
  private static let scopeClaim = "scope"
  /// What the client was, so that a token ends when it is that no longer.
  private static let stateClaim = "sid"

  private struct State {
    var lockout = ClientLockout()
    var waiting = 0
    var waitingHosts: [UTF8Key: Int] = [:]
    /// The look that was begun last: one is taken after the other, so that they never take more than one
    /// processor.
    var last: Task<Bool, Never>?
  }

  private let clients: OAuthClients
  private let key: OAuthKey
  private let rules: TokenRules
  private let lifetimes: Lifetimes
  /// Seconds since 1970.
  private let now: @Sendable () -> Int64
  /// Seconds of a clock that nobody sets.
  private let elapsed: @Sendable () -> Int64
  private let state: Mutex<State>

  package init(
    clients: OAuthClients, key: OAuthKey, rules: TokenRules, lifetimes: Lifetimes,
    now: @escaping @Sendable () -> Int64, elapsed: @escaping @Sendable () -> Int64
  ) {
    self.clients = clients
    self.key = key
    self.rules = rules
    self.lifetimes = lifetimes
    self.now = now
    self.elapsed = elapsed
    state = Mutex(State())
  }

  /// Answers a request for a token.
  ///
  /// - Parameters:
  ///   - parameters: of the body or the query, decoded; none may be there twice.
  ///   - basic: what stands behind `Authorization: Basic`; nil: nothing.
  ///   - host: the address that it comes from, without its port.
  package func answer(
    _ parameters: [(name: String, value: String)], basic: String?, host: String
  ) async -> Answer {
    var values: [UTF8Key: String] = [:]
    for (name, value) in parameters where !value.isEmpty {
      guard values.updateValue(value, forKey: UTF8Key(name)) == nil else {
        return .failed("invalid_request", "a parameter is there twice")
      }
    }
    func value(_ name: String) -> String? { values[UTF8Key(name)] }
    guard let grant = value("grant_type") else {
      return .failed("invalid_request", "grant_type is required")
    }
    guard grant.isByteEqual(to: "client_credentials") || grant.isByteEqual(to: "refresh_token")
    else {
      return .failed(
        "unsupported_grant_type", "grant_type is client_credentials or refresh_token")
    }
    var credentials = value("client_id").flatMap { id in
      value("client_secret").map { (id: id, secret: $0) }
    }
    if let basic {
      guard value("client_secret") == nil else {
        return .failed("invalid_request", "the client shows its secret twice")
      }
      credentials = Self.credentials(ofBasic: basic)
    }
    guard let credentials else {
      return .failed("invalid_client", "client_id and client_secret are required", status: 401)
    }
    switch await client(credentials.id, credentials.secret, host) {
    case .failure(let answer): return answer.answer
    case .success(let client):
      var granted: [OAuthScope]?
      if grant.isByteEqual(to: "refresh_token") {
        guard let token = value("refresh_token") else {
          return .failed("invalid_request", "refresh_token is required")
        }
        granted = scopes(of: token, client)
        guard granted != nil else {
          return .failed("invalid_grant", "the refresh token is not valid")
        }
      }
      return await tokens(for: client, scope: value("scope"), granted: granted)
    }
  }

  /// RFC 6749, section 2.3.1: both are encoded as forms are.
  private static func credentials(ofBasic text: String) -> (id: String, secret: String)? {
    guard let bytes = Base64.bytes(text),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let id = FormItems.decoded(bytes[..<colon]),
      let secret = FormItems.decoded(bytes[(colon + 1)...])
    else { return nil }
    return (id, secret)
  }

  // MARK: Secrets

  private struct Refusal: Error {
    let answer: Answer
  }

  private func client(
    _ id: String, _ secret: String, _ host: String
  ) async -> Result<OAuthClient, Refusal> {
    let wrong = Answer.failed(
      "invalid_client", "there is no such client, or its secret is another", status: 401)
    guard id.utf8.count <= OAuthClient.textBytesMax, secret.utf8.count <= OAuthClient.textBytesMax
    else { return .failure(Refusal(answer: wrong)) }
    let elapsed = elapsed()
    enum Step {
      case pause(Int64), full
      case look(ClientLockout.Pair)
    }
    let client = clients.client(id)
    let step = state.withLock { state -> Step in
      let host = UTF8Key(host)
      let pair = ClientLockout.Pair(clientID: UTF8Key(client?.id ?? ""), host: host)
      if let pause = state.lockout.pause(pair, at: elapsed) { return .pause(pause) }
      let ofHost = state.waitingHosts[host] ?? 0
      guard state.waiting < Self.waitingMax, ofHost < Self.waitingPerHostMax else { return .full }
      state.waiting += 1
      state.waitingHosts[host] = ofHost + 1
      return .look(pair)
    }
    switch step {
    case .pause(let seconds):
      return .failure(
        Refusal(
          answer: .failed(
            "invalid_client", "too many secrets were wrong; try again later", status: 401,
            retryAfterSeconds: seconds)))
    case .full:
      return .failure(
        Refusal(
          answer: .failed(
            "temporarily_unavailable", "too many clients ask for tokens at once", status: 503,
            retryAfterSeconds: 1)))
    case .look(let pair):
      // Of an id that is no client's the same is done, so that nobody learns from the time that it is none.
      let isRight = await look(client?.secret ?? .nobody, secret)
      let isKnown = isRight && client != nil
      state.withLock { state in
        state.waiting -= 1
        let ofHost = state.waitingHosts[pair.host] ?? 1
        state.waitingHosts[pair.host] = ofHost > 1 ? ofHost - 1 : nil
        if isKnown {
          state.lockout.succeeded(pair)
        } else {
          state.lockout.failed(pair, at: self.elapsed())
        }
      }
      guard isKnown, let client else { return .failure(Refusal(answer: wrong)) }
      return .success(client)
    }
  }

  /// Looks at one secret after the other, on a thread that may be busy.
  private func look(_ hash: ClientSecretHash, _ secret: String) async -> Bool {
    let task = state.withLock { state in
      let before = state.last
      let task = Task {
        _ = await before?.value
        return (try? await NIOThreadPool.singleton.runIfActive { hash.matches(secret) }) ?? false
      }
      state.last = task
      return task
    }
    return await task.value
  }

  // MARK: Tokens

  /// - Parameter granted: what the refresh token has; nil: the client shows none.
  private func tokens(
    for client: OAuthClient, scope: String?, granted: [OAuthScope]?
  ) async -> Answer {
    guard let scopes = scopes(of: client, askedFor: scope, within: granted) else {
      return .failed(
        "invalid_scope", "the \(granted == nil ? "client" : "refresh token") has no such scope")
    }
    let scope = OAuthScope.text(of: scopes)
    let now = now()
    do {
      var answer: Struct = [
        "access_token": Value(.string(try await accessToken(client, scope, now))),
        "token_type": "bearer", "expires_in": Value(.number(Double(lifetimes.accessSeconds))),
        "scope": Value(.string(scope)),
      ]
      if client.user != nil {
        answer["refresh_token"] = Value(
          .string(try await refreshToken(client, granted ?? scopes, now)))
      }
      return Answer(200, answer)
    } catch {
      return .failed("server_error", "no token can be made", status: 500)
    }
  }

  /// - Returns: nil if it asks for one that it may not have.
  private func scopes(
    of client: OAuthClient, askedFor text: String?, within granted: [OAuthScope]?
  ) -> [OAuthScope]? {
    // All is all that the client has by now.
    let bound = granted.flatMap { $0.contains(.all) ? nil : $0 }
    guard let text else { return bound?.filter(client.mayAsk) ?? client.scopes }
    guard text.utf8.count <= OAuthClient.textBytesMax else { return nil }
    let asked = text.split(separator: " ").map { OAuthScope(name: String($0)) }
    let mayAsk = asked.allSatisfy { scope in
      scope.map { client.mayAsk(for: $0) && bound?.contains($0) ?? true } ?? false
    }
    return mayAsk ? OAuthScope.allCases.filter(asked.contains) : nil
  }

  private func accessToken(
    _ client: OAuthClient, _ scope: String, _ now: Int64
  ) async throws -> String {
    var claims = Struct()
    if let audience = rules.audience { claims["aud"] = Value(.string(audience)) }
    // Of a client that stands for nobody it is the client's own id, by which it is known as such.
    claims[rules.subjectClaim] = Value(.string(client.user ?? client.id))
    if let domainID = client.domainID { claims[rules.domainClaim] = Value(.string(domainID)) }
    claims[rules.rolesClaim] = Value(
      .list(ListValue([Value(.string(client.role.name))])))
    // Last: what this server looks at stands whatever the claims above are called.
    add(to: &claims, client, now, lifetimes.accessSeconds)
    claims[Self.scopeClaim] = Value(.string(scope))
    claims[Self.stateClaim] = Value(.string(client.fingerprint))
    return try await key.sign(claims)
  }

  /// - Parameter scopes: the first request's, also behind a refresh that asked for fewer (RFC 6749,
  ///   section 6).
  private func refreshToken(
    _ client: OAuthClient, _ scopes: [OAuthScope], _ now: Int64
  ) async throws -> String {
    var claims = Struct()
    add(to: &claims, client, now, lifetimes.refreshSeconds)
    claims[Self.scopeClaim] = Value(.string(OAuthScope.text(of: scopes)))
    claims["typ"] = Value(.string(Self.refreshKind))
    // With another secret, those of the former one are over.
    claims[Self.stateClaim] = Value(.string(client.secret.fingerprint))
    return try await key.sign(claims)
  }

  private func add(
    to claims: inout Struct, _ client: OAuthClient, _ now: Int64, _ seconds: Int
  ) {
    claims["iat"] = Value(.number(Double(now)))
    claims["exp"] = Value(.number(Double(now + Int64(seconds))))
    claims[Self.clientClaim] = Value(.string(client.id))
    claims["jti"] = Value(.string(Hex.text(UInt64.random(in: 0 ... .max), digits: 16)))
    if let issuer = rules.issuer { claims["iss"] = Value(.string(issuer)) }
  }

  /// Who has a token with these claims, which this server's key has signed; nil: its client is gone, or not
  /// as it was.
  static func caller(of claims: Struct, _ clients: OAuthClients) -> Caller? {
    guard let client = claims.text(clientClaim).flatMap(clients.client),
      claims.text(stateClaim)?.isByteEqual(to: client.fingerprint) == true
    else { return nil }
    return client.caller(in: scopes(in: claims.text(scopeClaim) ?? ""))
  }

  private static func scopes(in text: String) -> [OAuthScope] {
    text.split(separator: " ").compactMap { OAuthScope(name: String($0)) }
  }

  /// What a refresh token was given for; nil: it is none of this client that is good.
  private func scopes(of token: String, _ client: OAuthClient) -> [OAuthScope]? {
    guard client.user != nil, token.utf8.count <= TokenVerifier.tokenBytesMax,
      let claims = key.claims(of: token),
      claims.text("typ")?.isByteEqual(to: Self.refreshKind) == true,
      claims.text(Self.clientClaim)?.isByteEqual(to: client.id) == true,
      claims.text(Self.stateClaim)?.isByteEqual(to: client.secret.fingerprint) == true,
      case .number(let expiry)? = claims["exp"]?.kind, Double(now()) < expiry
    else { return nil }
    // Those of earlier releases do not say it.
    return claims.text(Self.scopeClaim).map { Self.scopes(in: $0) } ?? client.scopes
  }
}
