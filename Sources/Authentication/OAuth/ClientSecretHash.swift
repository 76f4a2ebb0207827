private import Crypto
private import CryptoExtras
internal import Foundation
private import Texts

/// What is kept of a client's secret: a salt and a slow hash, from which nobody learns the secret.
///
/// Written `scrypt$N$SALT$HASH`: scrypt (RFC 7914) with cost N, blocks of 8 and no parallelism; salt and
/// hash in base64url.
package struct ClientSecretHash: Hashable, Sendable {
  /// Memory that one hash takes is 1024 times as many bytes: 8 MiB, and about 30 ms.
  static let cost = 8192
  /// What may be set, so that no configuration makes a hash take more memory or time than a server has.
  private static let costs = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536]
  private static let saltBytes = 16
  private static let hashBytes = 32
  private static let algorithm = "scrypt"

  private let cost: Int
  private let salt: [UInt8]
  private let hash: [UInt8]

  /// A new secret of 256 bits, in base64url, and what is to be kept of it.
  package static func make() throws -> (secret: String, hash: ClientSecretHash) {
    let secret = Base64.textForURL(random(32))
    let salt = random(saltBytes)
    let hash = try derive(secret, salt: salt, cost: cost)
    return (secret, ClientSecretHash(cost: cost, salt: salt, hash: hash))
  }

  /// What no secret has: for callers who name no client, so that an answer takes as long.
  package static let nobody = ClientSecretHash(
    cost: cost, salt: Array(repeating: 0, count: saltBytes),
    hash: Array(repeating: 0, count: hashBytes))

  private init(cost: Int, salt: [UInt8], hash: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.hash = hash
  }

  /// Reads what `text` writes; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].utf8.elementsEqual(Self.algorithm.utf8),
      let cost = Int(parts[1]), Self.costs.contains(cost),
      let salt = Base64.bytes(ofURLText: parts[2].utf8), (16...64).contains(salt.count),
      let hash = Base64.bytes(ofURLText: parts[3].utf8), hash.count == Self.hashBytes
    else { return nil }
    self.init(cost: cost, salt: salt, hash: hash)
  }

  package var text: String {
    "\(Self.algorithm)$\(cost)$\(Base64.textForURL(salt))$\(Base64.textForURL(hash))"
  }

  /// Whether a secret is the one that it was made of. Takes its time, and the same time for every secret.
  package func matches(_ secret: String) -> Bool {
    guard let derived = try? Self.derive(secret, salt: salt, cost: cost) else { return false }
    return zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Tells this hash from others of the client, and nothing of the secret.
  var fingerprint: String { Hex.text(of: SHA256.hash(data: Array(text.utf8)).prefix(8)) }

  private static func derive(_ secret: String, salt: [UInt8], cost: Int) throws -> [UInt8] {
    try KDF.Scrypt.deriveKey(
      from: Array(secret.utf8), salt: salt, outputByteCount: hashBytes, rounds: cost, blockSize: 8,
      parallelism: 1
    ).withUnsafeBytes { Array($0) }
  }

  private static func random(_ bytes: Int) -> [UInt8] {
    SymmetricKey(size: SymmetricKeySize(bitCount: 8 * bytes)).withUnsafeBytes { Array($0) }
  }
}
