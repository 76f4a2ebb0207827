package import RPCCore

/// Which tokens are believed, and what their claims mean.
package struct TokenRules: Sendable, Hashable {
  /// What `iss` must be; nil: anything.
  package var issuer: String?
  /// What `aud` must be or hold; nil: anything.
  package var audience: String?
  /// Seconds by which the clocks of issuer and server may differ.
  package var leewaySeconds: Int
  /// The claim with the domain that the bearer reaches.
  package var domainClaim: String
  /// The claim with the name of the bearer.
  package var subjectClaim: String
  /// The claim with the bearer's roles: a list, or text with spaces between.
  package var rolesClaim: String
  /// What a bearer may whose token has no such claim.
  package var defaultRoles: Roles

  /// SpaceONE's claims: `did` for the domain, `aud` for the user; `run` where there are no roles.
  package init(
    issuer: String? = nil, audience: String? = nil, leewaySeconds: Int = 30,
    domainClaim: String = "did", subjectClaim: String = "aud", rolesClaim: String = "roles",
    defaultRoles: Roles = .run
  ) {
    self.issuer = issuer
    self.audience = audience
    self.leewaySeconds = leewaySeconds
    self.domainClaim = domainClaim
    self.subjectClaim = subjectClaim
    self.rolesClaim = rolesClaim
    self.defaultRoles = defaultRoles
  }
}

/// Why a token is not believed. It is for the log: whoever sent the token learns only that it is not.
package enum TokenProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case malformed(String)
  case unknownAlgorithm
  case unknownKey
  case wrongAlgorithm
  case wrongSignature
  case noExpiry
  case expired
  case notYetValid
  case wrongIssuer
  case wrongAudience
  case refreshToken
  case noDomain
  case longClaim(String)
  case unknownClient

  package var description: String {
    switch self {
    case .tooLong(let bytes):
      "the token has \(bytes) bytes; at most \(TokenVerifier.tokenBytesMax) are looked at"
    case .malformed(let what): "the token is malformed: \(what)"
    case .unknownAlgorithm: "the token's algorithm is none that is taken"
    case .unknownKey: "no key has the token's kid"
    case .wrongAlgorithm: "the token's algorithm is not that of its key"
    case .wrongSignature: "the token's signature is wrong"
    case .noExpiry: "the token has no exp, so it would be good for ever"
    case .expired: "the token is expired"
    case .notYetValid: "the token is not valid yet"
    case .wrongIssuer: "the token is of another issuer"
    case .wrongAudience: "the token is for another audience"
    case .refreshToken: "it is a refresh token"
    case .noDomain: "the token names no domain, and its bearer is no admin"
    case .longClaim(let name): "the token's \(name) is too long"
    case .unknownClient: "the token's client is gone, or not as it was when it got the token"
    }
  }
}
