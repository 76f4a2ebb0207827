internal import Foundation
internal import JWTKit
private import ProtobufWire
private import Synchronization
private import Texts

/// A key that tokens are checked with. Its algorithm is its own: what a token says of itself decides
/// nothing (RFC 8725, section 3.1).
package struct TokenKey: Sendable {
  /// The algorithms that are taken (RFC 7518, section 3.1; RFC 8037).
  package enum Algorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256 and a shared secret.
    case hs256 = "HS256"
    /// RSA (PKCS #1) with SHA-256.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
  }

  /// The `kid` of a token that it signed; nil: any.
  package let id: String?
  package let algorithm: Algorithm
  /// Whether it is this server's own, whose tokens are those of its clients.
  let isOwn: Bool
  private let checker: any JWTAlgorithm

  init(id: String?, algorithm: Algorithm, isOwn: Bool = false, checker: any JWTAlgorithm) {
    self.id = id
    self.algorithm = algorithm
    self.isOwn = isOwn
    self.checker = checker
  }

  /// The same key under a name.
  func named(_ id: String, isOwn: Bool) -> TokenKey {
    TokenKey(id: id, algorithm: algorithm, isOwn: isOwn, checker: checker)
  }

  /// Whether a signature is that of some bytes.
  func verifies(_ signature: [UInt8], of bytes: some DataProtocol) -> Bool {
    (try? checker.verify(signature, signs: bytes)) ?? false
  }
}

/// Why a key cannot be used, for the person who wrote it down.
package struct KeyProblem: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}

// MARK: - Reading keys

extension TokenKey {
  /// UTF-8 bytes that a shared secret has at least: those of its signatures (RFC 7518, section 3.2).
  package static let secretBytesMin = 32
  /// Keys of one set at most.
  package static let keysMax = 100

  /// A shared secret.
  package static func secret(_ secret: [UInt8], id: String? = nil) async throws -> TokenKey {
    guard secret.count >= secretBytesMin else {
      throw KeyProblem("the secret has \(secret.count) bytes; it needs \(secretBytesMin)")
    }
    return try await TokenKey(id, .hs256) { keys in
      await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    }
  }

  /// The keys of a file: a JSON Web Key Set (RFC 7517), or public keys and certificates in PEM.
  ///
  /// Of a set, keys for encryption and of kinds that are not taken are passed over.
  ///
  /// - Throws: a `KeyProblem` if there is none, or one is broken.
  package static func all(in text: String) async throws -> [TokenKey] {
    let keys =
      text.contains("-----BEGIN ") ? try await ofPEM(text) : try await ofSet(text)
    guard !keys.isEmpty else {
      throw KeyProblem(
        "there is no key in it that could be used; it must be a JSON Web Key Set or PEM with keys "
          + "for RS256, ES256, EdDSA or HS256")
    }
    return keys
  }

  /// The keys of a set that is published: public ones only. A secret that everybody may fetch is none.
  ///
  /// - Throws: a `KeyProblem` if there is none, or one is broken.
  static func published(in text: String) async throws(KeyProblem) -> [TokenKey] {
    let keys: [TokenKey]
    do {
      keys = try await ofSet(text).filter { $0.algorithm != .hs256 }
    } catch {
      throw error as? KeyProblem ?? KeyProblem("\(error)")
    }
    guard !keys.isEmpty else {
      throw KeyProblem("there is no public key in it for RS256, ES256 or EdDSA")
    }
    return keys
  }

  private static func ofPEM(_ text: String) async throws -> [TokenKey] {
    var keys: [TokenKey] = []
    for part in text.components(separatedBy: "-----BEGIN ").dropFirst() {
      let pem = "-----BEGIN " + part
      if part.hasPrefix("CERTIFICATE-----") {
        keys.append(try await ofCertificate(pem))
      } else if part.hasPrefix("PUBLIC KEY-----") {
        keys.append(try await ofPublicKey(pem))
      } else {
        let label = part.prefix { $0 != "-" }.prefix(40)
        throw KeyProblem(
          "it holds a '\(label)'; what checks tokens is a PUBLIC KEY or a CERTIFICATE"
            + (label.contains("PRIVATE") ? ", and a private key should not be here" : ""))
      }
      guard keys.count <= keysMax else { throw KeyProblem("it has more than \(keysMax) keys") }
    }
    return keys
  }

  private static func ofPublicKey(_ pem: String) async throws -> TokenKey {
    if let key = try? Insecure.RSA.PublicKey(pem: pem) { return try await of(key, nil) }
    if let key = try? ES256PublicKey(pem: pem) { return try await of(key, nil) }
    if let key = try? EdDSA.PublicKey(pem: pem) { return try await of(key, nil) }
    throw KeyProblem("a public key in it is none of RSA with 2048 bits or more, P-256 and Ed25519")
  }

  private static func ofCertificate(_ pem: String) async throws -> TokenKey {
    if let key = try? Insecure.RSA.PublicKey(certificatePEM: pem) { return try await of(key, nil) }
    if let key = try? ES256PublicKey(certificate: pem) { return try await of(key, nil) }
    throw KeyProblem("a certificate in it has no RSA key with 2048 bits or more, and none on P-256")
  }

  private static func ofSet(_ text: String) async throws -> [TokenKey] {
    let set: Struct
    do {
      set = try Struct(json: text)
    } catch {
      throw KeyProblem("it is neither PEM nor the JSON of a key set: \(error)")
    }
    guard case .list(let items)? = set["keys"]?.kind else {
      throw KeyProblem("it has no list 'keys', as a JSON Web Key Set does")
    }
    guard items.values.count <= keysMax else {
      throw KeyProblem("it has \(items.values.count) keys; at most \(keysMax) are taken")
    }
    var keys: [TokenKey] = []
    for (index, item) in items.values.enumerated() {
      guard case .struct(let members)? = item.kind else {
        throw KeyProblem("keys[\(index)] is no object")
      }
      do {
        if let key = try await ofMembers(members) { keys.append(key) }
      } catch {
        throw KeyProblem("keys[\(index)]: \(error)")
      }
    }
    return keys
  }

  /// - Returns: nil for a key that is not for tokens, or of a kind that is not taken.
  private static func ofMembers(_ members: Struct) async throws -> TokenKey? {
    func text(_ name: String) throws -> String {
      guard let text = members.text(name) else { throw KeyProblem("it has no '\(name)'") }
      return text
    }
    if let use = members.text("use"), use != "sig" { return nil }
    let id = members.text("kid")
    let algorithm = members.text("alg")
    func fits(_ own: Algorithm) -> Bool { algorithm == nil || algorithm == own.rawValue }
    switch (members.text("kty"), members.text("crv")) {
    case ("RSA", _) where fits(.rs256):
      return try await of(
        try Insecure.RSA.PublicKey(modulus: text("n"), exponent: text("e")), id)
    case ("EC", "P-256") where fits(.es256):
      return try await of(try ES256PublicKey(parameters: (x: text("x"), y: text("y"))), id)
    case ("OKP", "Ed25519") where fits(.edDSA):
      return try await of(try EdDSA.PublicKey(x: text("x"), curve: .ed25519), id)
    case ("oct", _) where fits(.hs256):
      guard let secret = Base64.bytes(ofURLText: try text("k").utf8) else {
        throw KeyProblem("'k' is not base64url")
      }
      return try await .secret(secret, id: id)
    default: return nil
    }
  }

  private static func of(_ key: Insecure.RSA.PublicKey, _ id: String?) async throws -> TokenKey {
    try await TokenKey(id, .rs256) { await $0.add(rsa: key, digestAlgorithm: .sha256) }
  }

  private static func of(_ key: ES256PublicKey, _ id: String?) async throws -> TokenKey {
    try await TokenKey(id, .es256) { await $0.add(ecdsa: key) }
  }

  private static func of(_ key: EdDSA.PublicKey, _ id: String?) async throws -> TokenKey {
    try await TokenKey(id, .edDSA) { await $0.add(eddsa: key) }
  }

  /// A collection of one key is where JWTKit hands out its algorithm.
  private init(
    _ id: String?, _ algorithm: Algorithm, _ add: (JWTKeyCollection) async -> Void
  ) async throws {
    let keys = JWTKeyCollection()
    await add(keys)
    self.init(id: id, algorithm: algorithm, checker: try await keys.getKey())
  }
}
