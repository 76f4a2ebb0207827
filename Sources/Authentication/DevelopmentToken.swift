internal import JWTKit
private import ProtobufWire
internal import RPCCore
private import Texts

/// Key pairs and tokens for trying out, and for services where nothing issues tokens.
package enum DevelopmentToken {
  /// A new Ed25519 key pair, each half in PEM.
  package static func makeKeyPair() throws -> (privateKey: String, publicKey: String) {
    let key = try EdDSA.PrivateKey()
    let publicKey = key.publicKey
    return (key.pemRepresentation + "\n", publicKey.pemRepresentation + "\n")
  }

  /// Signs a token with an Ed25519 key.
  ///
  /// - Parameters:
  ///   - privateKey: in PEM.
  ///   - domainID: what the bearer reaches; nil: every domain, which needs the role admin.
  ///   - rules: name the claims.
  ///   - issuedAt: seconds since 1970.
  ///   - lifetimeSeconds: until it expires.
  /// - Throws: a `KeyProblem` if the key cannot be used.
  package static func make(
    privateKey: String, subject: String, domainID: String?, roles: [String], rules: TokenRules,
    issuedAt: Int, lifetimeSeconds: Int
  ) async throws -> String {
    let key: EdDSA.PrivateKey
    do {
      key = try EdDSA.PrivateKey(pem: privateKey)
    } catch {
      throw KeyProblem(
        "it is no Ed25519 private key in PEM, as 'reportwire token new-key' makes one")
    }
    var claims = Struct()
    claims["iat"] = .number(issuedAt)
    claims["exp"] = .number(issuedAt + lifetimeSeconds)
    if let issuer = rules.issuer { claims["iss"] = Value(.string(issuer)) }
    if let audience = rules.audience { claims["aud"] = Value(.string(audience)) }
    if !subject.isEmpty { claims[rules.subjectClaim] = Value(.string(subject)) }
    if let domainID { claims[rules.domainClaim] = Value(.string(domainID)) }
    claims[rules.rolesClaim] = Value(
      .list(ListValue(roles.map { Value(.string($0)) })))
    let header = #"{"alg":"EdDSA","typ":"JWT"}"#
    let signed =
      Base64.textForURL(Array(header.utf8)) + "." + Base64.textForURL(Array(try claims.json().utf8))
    let keys = JWTKeyCollection()
    await keys.add(eddsa: key)
    let signature = try await keys.getKey().sign(Array(signed.utf8))
    return signed + "." + Base64.textForURL(signature)
  }
}

extension Value {
  fileprivate static func number(_ value: Int) -> Value { Value(.number(Double(value))) }
}
