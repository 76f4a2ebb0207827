import Authentication
import JWTKit
import RPCCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct TokenVerifierTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private func verifier(
    _ rules: TokenRules = TokenRules(), keys: [TokenKey]? = nil, now: Double = Signer.moment
  ) async throws -> TokenVerifier {
    let own = try await TokenKey.secret(Array(Self.secret.utf8))
    return TokenVerifier(keys: keys ?? [own], rules: rules, now: { now })
  }

  private func problem(_ token: String, _ verifier: TokenVerifier) -> TokenProblem? {
    do throws(TokenProblem) {
      _ = try verifier.caller(of: token)
      return nil
    } catch {
      return error
    }
  }

  @Test func aGoodTokenNamesItsBearer() async throws {
    let token = try await Signer.hmac(Self.secret).token()
    let caller = try await verifier().caller(of: token)
    #expect(
      caller
        == Caller(
          subject: "user-1", domains: .only("domain-1"), roles: .run, authentication: .token))
  }

  @Test(
    arguments: [
      (Signer.claims(exp: "1799999970"), TokenProblem.expired),
      (Signer.claims(exp: "1799999970.5"), nil),
      (Signer.claims(exp: nil), .noExpiry),
      (Signer.claims(exp: #""1800000600""#), .noExpiry),
      (Signer.claims(more: #""nbf":1800000030"#), nil),
      (Signer.claims(more: #""nbf":1800000031"#), .notYetValid),
      (Signer.claims(more: #""nbf":"soon""#), .malformed("nbf is no number")),
      (#"{"did":"d","exp":1800000600,"iat":1800000031}"#, .notYetValid),
      (Signer.claims(more: #""typ":"REFRESH_TOKEN""#), .refreshToken),
      (Signer.claims(more: #""cat":"refresh""#), .refreshToken),
      (Signer.claims(more: #""typ":"ACCESS_TOKEN""#), nil),
      (Signer.claims(did: nil), .noDomain),
      (Signer.claims(did: #""""#), .noDomain),
      (Signer.claims(did: "1"), .noDomain),
      (Signer.claims(did: nil, more: #""roles":["admin"]"#), nil),
      (Signer.claims(did: "null", more: #""roles":["admin"]"#), .noDomain),
      (Signer.claims(did: "\"\(String(repeating: "d", count: 256))\""), .longClaim("did")),
      (Signer.claims(aud: "\"\(String(repeating: "u", count: 256))\""), .longClaim("aud")),
      ("[]", .malformed("the payload is no JSON object")),
      (#"{"exp":1800000600,"exp":1}"#, .malformed("the payload is no JSON object")),
    ])
  func claimsAreLookedAt(_ claims: String, _ expected: TokenProblem?) async throws {
    let token = try await Signer.hmac(Self.secret).token(claims)
    let verifier = try await verifier()
    #expect(problem(token, verifier) == expected)
  }

  @Test(
    arguments: [
      (#"{"alg":"none"}"#, TokenProblem.unknownAlgorithm),
      (#"{"alg":"HS512"}"#, .unknownAlgorithm), (#"{"typ":"JWT"}"#, .unknownAlgorithm),
      (#"{"alg":"RS256"}"#, .wrongAlgorithm), (#"{"alg":"hs256"}"#, .unknownAlgorithm),
      (#"{"alg":"HS256","crit":["exp"]}"#, .malformed("the header has crit")),
      ("{", .malformed("the header is no JSON object")),
    ])
  func theHeaderDecidesNothing(_ header: String, _ expected: TokenProblem) async throws {
    let token = try await Signer.hmac(Self.secret).token(header: header)
    let verifier = try await verifier()
    #expect(problem(token, verifier) == expected)
  }

  @Test func whatIsNoTokenIsRefused() async throws {
    let verifier = try await verifier()
    let good = try await Signer.hmac(Self.secret).token()
    let parts = good.split(separator: ".").map(String.init)
    for (token, expected) in [
      ("", TokenProblem.malformed("it has not three parts")),
      ("a.b", .malformed("it has not three parts")),
      (good + ".a", .malformed("it has not three parts")),
      ("a.b.c", .malformed("the header is not base64url")),
      ("\(parts[0]).\(parts[1]).=", .malformed("the signature is not base64url")),
      ("\(parts[0]).\(parts[1]).", .wrongSignature),
      ("\(parts[0]).\(parts[1])A.\(parts[2])", .wrongSignature),
      (String(repeating: "a", count: 8193), .tooLong(bytes: 8193)),
    ] {
      #expect(problem(token, verifier) == expected, "\(token.prefix(40))")
    }
    let other = try await Signer.hmac(String(Self.secret.reversed())).token()
    #expect(problem(other, verifier) == .wrongSignature)
  }

  @Test func aPublicKeyIsNoSecret() async throws {
    // The classic: the public key, which everybody knows, used as the secret of HS256.
    let key = ES256PrivateKey()
    let pem = key.publicKey.pemRepresentation
    let verifier = try await verifier(keys: TokenKey.all(in: pem))
    let forged = try await Signer.hmac(pem).token()
    #expect(problem(forged, verifier) == .wrongAlgorithm)
    let named = try await Signer.hmac(pem).token(kid: "new")
    #expect(problem(named, verifier) == .unknownKey)
    #expect(problem(try await Signer.ecdsa(key).token(), verifier) == nil)
  }

  @Test func rolesAreThoseOfTheClaim() async throws {
    let signer = try await Signer.hmac(Self.secret)
    let verifier = try await verifier(TokenRules(defaultRoles: .read))
    for (more, expected) in [
      ("", Roles.read), (#""roles":["run","manage"]"#, [.run, .manage]),
      (#""roles":"read run""#, [.read, .run]), (#""roles":["DOMAIN_ADMIN"]"#, []),
      (#""roles":[]"#, []), (#""roles":{"admin":true}"#, []), (#""roles":["Admin"]"#, []),
    ] {
      #expect(
        try verifier.caller(of: signer.token(Signer.claims(more: more))).roles == expected,
        "\(more)")
    }
  }

  @Test func issuerAndAudienceAreAskedFor() async throws {
    let signer = try await Signer.hmac(Self.secret)
    let rules = TokenRules(issuer: "https://id", audience: "reports", subjectClaim: "sub")
    let verifier = try await verifier(rules)
    func claims(_ issuer: String, _ audience: String) -> String {
      Signer.claims(aud: audience, more: #""iss":"\#(issuer)","sub":"ada""#)
    }
    #expect(
      try verifier.caller(of: signer.token(claims("https://id", #""reports""#))).subject == "ada")
    #expect(
      try verifier.caller(of: signer.token(claims("https://id", #"["x","reports"]"#))).subject
        == "ada")
    #expect(
      problem(try signer.token(claims("https://other", #""reports""#)), verifier) == .wrongIssuer)
    #expect(problem(try signer.token(claims("https://id", #""x""#)), verifier) == .wrongAudience)
    #expect(problem(try signer.token(), verifier) == .wrongIssuer)
  }

  @Test func claimsHaveTheNamesThatWereSet() async throws {
    let rules = TokenRules(domainClaim: "tenant", subjectClaim: "sub", rolesClaim: "scope")
    let token = try await Signer.hmac(Self.secret).token(
      #"{"tenant":"t","sub":"s","scope":"manage","exp":1800000600}"#)
    let caller = try await verifier(rules).caller(of: token)
    #expect(
      caller == Caller(subject: "s", domains: .only("t"), roles: .manage, authentication: .token))
  }

  @Test func aRememberedTokenExpiresAndGoesWithItsKey() async throws {
    let now = Mutex(Signer.moment)
    let signer = try await Signer.hmac(Self.secret)
    let token = try signer.token()
    let verifier = TokenVerifier(
      keys: [try await .secret(Array(Self.secret.utf8))], rules: TokenRules(),
      now: { now.withLock { $0 } })
    #expect(problem(token, verifier) == nil)
    #expect(problem(token, verifier) == nil)
    now.withLock { $0 = 1_800_000_630 }
    #expect(problem(token, verifier) == .expired)
    now.withLock { $0 = Signer.moment }
    #expect(problem(token, verifier) == nil)
    verifier.change(to: [try await .secret(Array(String(Self.secret.reversed()).utf8))])
    #expect(problem(token, verifier) == .wrongSignature)
  }

  // MARK: Keys

  @Test func keysOfASetAreFoundByTheirNames() async throws {
    let (first, second) = (ES256PrivateKey(), ES256PrivateKey())
    let edwards = try EdDSA.PrivateKey()
    func point(_ key: ES256PrivateKey) throws -> String {
      let parameters = try #require(key.parameters)
      let url = { (text: String) in
        text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      }
      return #""kty":"EC","crv":"P-256","x":"\#(url(parameters.x))","y":"\#(url(parameters.y))""#
    }
    let signer = try await Signer.eddsa(edwards)
    let x = signer.encode(Array(edwards.publicKey.rawRepresentation))
    let set = """
      {"keys":[{\(try point(first)),"kid":"one","use":"sig"},{\(try point(second)),"kid":"two"},
      {"kty":"OKP","crv":"Ed25519","x":"\(x)","kid":"three","alg":"EdDSA"},
      {"kty":"oct","k":"\(signer.encode(Array(Self.secret.utf8)))","kid":"four","alg":"HS256"},
      {"kty":"RSA","use":"enc"},{"kty":"new"},{\(try point(first)),"alg":"ECDH-ES"}]}
      """
    let keys = try await TokenKey.all(in: set)
    #expect(keys.map(\.id) == ["one", "two", "three", "four"])
    #expect(keys.map(\.algorithm) == [.es256, .es256, .edDSA, .hs256])
    let verifier = try await verifier(keys: keys)
    let one = try await Signer.ecdsa(first)
    #expect(problem(try one.token(kid: "one"), verifier) == nil)
    #expect(problem(try one.token(), verifier) == nil)
    #expect(problem(try one.token(kid: "two"), verifier) == .wrongSignature)
    #expect(problem(try one.token(kid: "three"), verifier) == .wrongAlgorithm)
    #expect(problem(try one.token(kid: "five"), verifier) == .unknownKey)
    #expect(problem(try signer.token(kid: "three"), verifier) == nil)
    let shared = try await Signer.hmac(Self.secret)
    #expect(problem(try shared.token(kid: "four"), verifier) == nil)
  }

  @Test func keysInPEMAreOfTheirAlgorithm() async throws {
    let rsa = try Insecure.RSA.PrivateKey(pem: Self.rsaPrivateKey)
    let (ecdsa, eddsa) = (ES256PrivateKey(), try EdDSA.PrivateKey())
    let pem = [
      Self.rsaPublicKey, ecdsa.publicKey.pemRepresentation, eddsa.publicKey.pemRepresentation,
    ].joined(separator: "\n")
    let keys = try await TokenKey.all(in: pem)
    #expect(keys.map(\.algorithm) == [.rs256, .es256, .edDSA])
    let verifier = try await verifier(keys: keys)
    #expect(problem(try await Signer.rsa(rsa).token(), verifier) == nil)
    #expect(problem(try await Signer.ecdsa(ecdsa).token(), verifier) == nil)
    #expect(problem(try await Signer.eddsa(eddsa).token(), verifier) == nil)
    #expect(problem(try await Signer.ecdsa(ES256PrivateKey()).token(), verifier) == .wrongSignature)
  }

  @Test(
    arguments: [
      ("", "neither PEM nor the JSON"), ("{}", "no list 'keys'"), (#"{"keys":[]}"#, "no key in it"),
      (#"{"keys":[1]}"#, "keys[0] is no object"),
      (#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA"}]}"#, "keys[0]: it has no 'y'"),
      (#"{"keys":[{"kty":"oct","k":"c2hvcnQ"}]}"#, "5 bytes"),
      ("-----BEGIN PRIVATE KEY-----\n", "a private key should not be here"),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "none of RSA"),
    ])
  func brokenKeysAreToldOf(_ text: String, _ part: String) async throws {
    let problem = try await #require(throws: KeyProblem.self) {
      _ = try await TokenKey.all(in: text)
    }
    #expect(problem.description.contains(part), "\(problem)")
  }

  @Test func aSetOfTooManyKeysIsRefused() async throws {
    let key = #"{"kty":"oct","k":"\#(String(repeating: "A", count: 43))"}"#
    func set(_ count: Int) -> String {
      #"{"keys":[\#(Array(repeating: key, count: count).joined(separator: ","))]}"#
    }
    #expect(try await TokenKey.all(in: set(TokenKey.keysMax)).count == TokenKey.keysMax)
    await #expect(throws: KeyProblem.self) {
      _ = try await TokenKey.all(in: set(TokenKey.keysMax + 1))
    }
  }

  @Test func developmentTokensAreBelieved() async throws {
    let pair = try DevelopmentToken.makeKeyPair()
    let verifier = try await verifier(keys: TokenKey.all(in: pair.publicKey))
    let token = try await DevelopmentToken.make(
      privateKey: pair.privateKey, subject: "ada", domainID: "domain-9", roles: ["manage"],
      rules: TokenRules(), issuedAt: Int(Signer.moment), lifetimeSeconds: 60)
    #expect(
      try verifier.caller(of: token)
        == Caller(
          subject: "ada", domains: .only("domain-9"), roles: .manage, authentication: .token))
    await #expect(throws: KeyProblem.self) {
      try await DevelopmentToken.make(
        privateKey: pair.publicKey, subject: "", domainID: nil, roles: [], rules: TokenRules(),
        issuedAt: 0, lifetimeSeconds: 1)
    }
  }
}

extension TokenVerifierTests {
  /// Made for these tests and used nowhere else.
  private static let rsaPrivateKey = """
    -----BEGIN PRIVATE KEY-----
    MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDgxRZWpoVleRin
    cQ62U4ohPbH8d4iFkN0+hN93im2I1eMlt4/qzkbv8gIdwU7zTX9Z66WkcUEskMBF
    x1SAO365RvaNKye+w/y0oy3V1yLA6qlaCVFaeTw0in+QA5RLmbY3YUfFM0xsh+TP
    OTS4WAVzcB7VH1AncXDnhFROBguYbWRAA5KY7gkf62HY0Ho5VVpRApSEJ9NqRvkm
    M/8SC4la9OM6bBcbEhzu+fS81ezNdnfq2KhertEmL+uVWLvhYnA4L0OovzqA0zL4
    2N0SNGZTqOK/u02Lpk8ew5zsNiTRoEMHSnaTS1BwqcFmPXshEMICR+gT90SSsM7y
    9CSVkSNjAgMBAAECggEAFa3MrsTW3uekIho8cgdyriwWK6SXzVIglLQaHZyDXgxL
    IUsoHVyR6PitjZMke0EBRHn++vJVd+fqM5C7LLcQTOx0QT9lUPf0OrP2asaaOoMn
    nGCDsTc6QFMPZKODvRrxQTwnwPRmrZ0Zy4bX9+O9etnYj3O6tmMxoZLY0sGwgp30
    DPlBg//5HKx1eFJ3S9sGr82KgEwjQlVFigWRFB2jCiL1kMXGznihVvk4FFn+nKfR
    95lmXe/gumqREFaA23Ig+/kse44mZYs0200HXh0+gVcbamruv7LPHLzcQCifq5I2
    clCDJE6uZ6eoXQGlHpD/aMNJDFJ4Nc5XOV0pG2p88QKBgQD/fv5RUtKeVSJw9y++
    aUiHCAu81rchA7WRhJa3C7SWYh3yVIu//QAKeONd/Ddzqllas7Run4SK8rOmiBNQ
    mCejpa8FOhwq0QBLDVusyhe+m9kMX0/qf4UUvvikk+/zo6QB0dAQ7UUf1p1rVRpj
    qmq4KmndmFDos2J/pMXXXqVr2QKBgQDhNpRSRgGdOpUDpEXoY9ybxDycjd1qp/6O
    qU4ZlY8TYZKMeBEzQ9beb1e16gwmAUde7gY3bLKHjlr1mEjQLGTxLhhiNF9Y7E5q
    G0iXtnMOkGvP/zSfz+ygVLJteEYy9Cf+cZTn8a9pASiQXCSBCcex4xkjU0p7xmqo
    lEVJV/wvmwKBgQCnTt3zGy1ZCZ74IqZdJkycQCSPkHtzXx5zIEQhscScBbxeiAbL
    vj1cnjUlwpf9YjwJLUymdEczRiNmlg0v5bNvcnveDGONljd+7kxuJhjOdPf5JiEL
    Cl53a2cfPtEO1sX7ew2pR/bQFpYXRy90vJAN8ZhJyAiTmYSS2a/EjPH+YQKBgQCe
    h4DYeRbhyj7ilVvwPXso2nWf7eySCzcQzPSA5doU1nYGEu5om7RAVzfygZGTnwrS
    M9KEaSsyaG52un9mqhlT/BKF7j+/pHd+ET6ELJXJBrgdbZNpez8hjP0cObGQZHVS
    kjkzG9lRnNMk6vd3LZ84BJfJWfPwNLcXe2daPWjzSQKBgCPTSW9JUvD2Thxy1A5V
    fUMPvZd1AUVAAJscuysqJqNnh0FxhC2g+BRjKJpUBm49NoTYoxOhtHM/Z1PzlzQa
    XXlzCDnNClm3Tbaov3wx2xnxd2IB9PrlzXMwlBSE7cHnFOACMDnt4ZUQF+8HvUZz
    8ZUjGKPUzUcGKkPmU8DOBkYW
    -----END PRIVATE KEY-----
    """

  private static let rsaPublicKey = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4MUWVqaFZXkYp3EOtlOK
    IT2x/HeIhZDdPoTfd4ptiNXjJbeP6s5G7/ICHcFO801/WeulpHFBLJDARcdUgDt+
    uUb2jSsnvsP8tKMt1dciwOqpWglRWnk8NIp/kAOUS5m2N2FHxTNMbIfkzzk0uFgF
    c3Ae1R9QJ3Fw54RUTgYLmG1kQAOSmO4JH+th2NB6OVVaUQKUhCfTakb5JjP/EguJ
    WvTjOmwXGxIc7vn0vNXszXZ36tioXq7RJi/rlVi74WJwOC9DqL86gNMy+NjdEjRm
    U6jiv7tNi6ZPHsOc7DYk0aBDB0p2k0tQcKnBZj17IRDCAkfoE/dEkrDO8vQklZEj
    YwIDAQAB
    -----END PUBLIC KEY-----
    """
}
