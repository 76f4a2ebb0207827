import Authentication

@testable import ReportwireServer

/// A key pair, and tokens that are signed with it.
struct TestKeys {
  let privateKey: String
  let publicKey: String

  init() throws {
    (privateKey, publicKey) = try DevelopmentToken.makeKeyPair()
  }

  /// - Parameter moment: when it is issued, in seconds since 1970; nil: now. It is good for ten minutes.
  func token(
    _ role: String, of subject: String = "ada", domain: String?, at moment: Int? = nil
  ) async throws -> String {
    try await DevelopmentToken.make(
      privateKey: privateKey, subject: subject, domainID: domain, roles: [role],
      rules: TokenRules(), issuedAt: moment ?? Int(SystemTime.now() / 1_000_000_000),
      lifetimeSeconds: 600)
  }
}
