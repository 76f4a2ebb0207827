private import Crypto
internal import JWTKit
internal import ProtobufWire
private import Texts

/// The key that a server signs its own tokens with.
package struct OAuthKey: Sendable {
  private let signer: EdDSA.PrivateKey
  /// Checks what it signed.
  package let tokenKey: TokenKey

  /// - Parameter privateKey: an Ed25519 key in PEM, as `DevelopmentToken.makeKeyPair` makes one.
  /// - Throws: a `KeyProblem` if it is none.
  package init(privateKey: String) async throws {
    do {
      signer = try EdDSA.PrivateKey(pem: privateKey)
    } catch {
      throw KeyProblem("it is no Ed25519 private key in PEM")
    }
    let id =
      "reportwire-"
      + Hex.text(of: SHA256.hash(data: Array(signer.publicKey.pemRepresentation.utf8)).prefix(6))
    guard let key = try await TokenKey.all(in: signer.publicKey.pemRepresentation).first else {
      throw KeyProblem("it has no public key")
    }
    tokenKey = key.named(id, isOwn: true)
  }

  /// A token with these claims.
  func sign(_ claims: Struct) async throws -> String {
    let header = #"{"alg":"EdDSA","kid":\#(JSONText.string(tokenKey.id ?? "")),"typ":"JWT"}"#
    let signed =
      Base64.textForURL(Array(header.utf8)) + "." + Base64.textForURL(Array(try claims.json().utf8))
    let keys = JWTKeyCollection()
    await keys.add(eddsa: signer)
    return signed + "."
      + Base64.textForURL(try await keys.getKey().sign(Array(signed.utf8)))
  }

  /// What a token says that this key has signed; nil if it has not.
  func claims(of token: String) -> Struct? {
    let bytes = Array(token.utf8)
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Base64.bytes(ofURLText: parts[2]),
      tokenKey.verifies(signature, of: bytes[..<parts[1].endIndex]),
      let payload = Base64.bytes(ofURLText: parts[1])
    else { return nil }
    return try? Struct(json: payload, options: JSONDecodingOptions(depthMax: 16))
  }
}
