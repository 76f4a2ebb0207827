private import Authentication
private import RPCCore
private import ReportCore

/// What `reportwire token` does.
package enum DevelopmentTokens {
  private static let keyBytesMax = 65_536

  /// Makes an Ed25519 key pair: the private key at a path, the public one at `PATH.pub`.
  ///
  /// - Returns: the path of the public key.
  /// - Throws: `Problems`: something has one of the names, or a file cannot be written.
  package static func makeKey(at path: String) throws(Problems) -> String {
    let publicPath = path + ".pub"
    for path in [path, publicPath] where TextFile.exists(path) {
      throw Problems(path, "a key may be lost if this file is replaced; name another, or remove it")
    }
    let pair: (privateKey: String, publicKey: String)
    do {
      pair = try DevelopmentToken.makeKeyPair()
    } catch {
      throw Problems(path, "no key can be made: \(error)")
    }
    try PrivateFile.write(pair.privateKey, to: path, "the private key")
    try PrivateFile.write(pair.publicKey, to: publicPath, "the public key")
    return publicPath
  }

  /// Signs a token.
  ///
  /// - Parameters:
  ///   - keyPath: the file of an Ed25519 private key.
  ///   - domainID: nil: every domain.
  package static func make(
    keyPath: String, subject: String, domainID: String?, roles: [String], issuer: String?,
    audience: String?, lifetimeSeconds: Int
  ) async throws(Problems) -> String {
    for role in roles where Permission(name: role) == nil {
      throw Problems("--role", "\(role.quoted) is none of read, run, manage and admin")
    }
    guard domainID != nil || roles.contains("admin") else {
      throw Problems(
        "--domain", "only an admin reaches every domain; name one, or add --role admin")
    }
    guard let key = try PrivateFile.read(keyPath, bytesMax: keyBytesMax, "the private key") else {
      throw Problems(keyPath, "there is no such file; 'reportwire token new-key' makes a key")
    }
    var rules = TokenRules(issuer: issuer, audience: audience)
    if audience != nil { rules.subjectClaim = "sub" }
    do {
      return try await DevelopmentToken.make(
        privateKey: key, subject: subject, domainID: domainID, roles: roles, rules: rules,
        issuedAt: Int(SystemClock().now.nanosecondsSinceEpoch / 1_000_000_000),
        lifetimeSeconds: lifetimeSeconds)
    } catch {
      throw Problems(keyPath, "\(error)")
    }
  }
}
