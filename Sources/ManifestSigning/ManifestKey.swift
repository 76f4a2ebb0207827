internal import Crypto
internal import ProtobufWire
package import ReportCore
private import Synchronization
internal import Texts

/// A private key that signs manifests (Ed25519, RFC 8032).
package struct ManifestKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new one, by chance.
  package init() {
    key = Curve25519.Signing.PrivateKey()
  }

  /// - Returns: nil unless the seed has 32 bytes.
  package init?(seed: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
    self.key = key
  }

  /// The secret that the key is.
  package var seed: [UInt8] { Array(key.rawRepresentation) }

  package var publicKey: ManifestPublicKey { ManifestPublicKey(key.publicKey) }

  func sign(_ payload: [UInt8]) throws(ReportFailure) -> ManifestSignature {
    do {
      return ManifestSignature(
        keyID: publicKey.keyID, bytes: Array(try key.signature(for: payload)))
    } catch {
      throw ReportFailure(.internal, "The manifest cannot be signed.", cause: error)
    }
  }
}

/// Signs with the key in force.
package final class ManifestKeyHolder: ManifestSigner {
  /// The key that signs, and all that may have signed.
  package struct Keys: Sendable {
    package var current: ManifestKey
    /// The present one too, the newest first.
    package var known: [ManifestPublicKey]

    package init(current: ManifestKey, known: [ManifestPublicKey]) {
      self.current = current
      self.known = known
    }
  }

  private let keys: Mutex<Keys>

  package init(_ keys: Keys) {
    self.keys = Mutex(keys)
  }

  /// Signs with other keys from now on.
  package func change(to keys: Keys) {
    self.keys.withLock { $0 = keys }
  }

  package func sign(_ payload: [UInt8]) throws(ReportFailure) -> ManifestSignature {
    try keys.withLock(\.current).sign(payload)
  }

  /// What checks the manifests: a JSON Web Key Set (RFC 7517).
  package var keySet: String { ManifestPublicKey.keySet(keys.withLock(\.known)) }
}

/// A public key that checks manifests.
package struct ManifestPublicKey: Hashable, Sendable {
  /// What comes before the 32 bytes of an Ed25519 key in DER (RFC 8410).
  private static let derHead: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]
  private static let pemHead = "-----BEGIN PUBLIC KEY-----"
  private static let pemEnd = "-----END PUBLIC KEY-----"

  /// 32 of them.
  package let bytes: [UInt8]

  fileprivate init(_ key: Curve25519.Signing.PublicKey) {
    bytes = Array(key.rawRepresentation)
  }

  /// - Returns: nil unless these are 32 bytes.
  package init?(bytes: [UInt8]) {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
    self.init(key)
  }

  /// The name of the key: the thumbprint of its JSON Web Key (RFC 7638), so that whoever has the key
  /// knows the name.
  package var keyID: String {
    let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(text)"}"#
    return Base64.textForURL(Array(SHA256.hash(data: Array(members.utf8))))
  }

  /// As `x` of a JSON Web Key has it.
  package var text: String { Base64.textForURL(bytes) }

  /// A JSON Web Key (RFC 8037).
  package var webKey: String {
    #"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"\#(keyID)","x":"\#(text)"}"#
  }

  /// A JSON Web Key Set.
  package static func keySet(_ keys: [ManifestPublicKey]) -> String {
    #"{"keys":["# + keys.map(\.webKey).joined(separator: ",") + "]}"
  }

  func isGood(_ signature: [UInt8], of payload: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: payload)
  }
}

extension ManifestPublicKey {
  /// The Ed25519 keys in a text: a JSON Web Key, a set of them, or PEM; keys of other kinds are passed
  /// over.
  ///
  /// - Returns: empty if there is none.
  package static func keys(in text: String) -> [ManifestPublicKey] {
    text.utf8.contains(UInt8(ascii: "{")) ? webKeys(in: text) : pemKeys(in: text)
  }

  private static func webKeys(in text: String) -> [ManifestPublicKey] {
    guard let object = try? Struct(json: text) else { return [] }
    guard case .list(let list)? = object["keys"]?.kind else {
      return webKey(object).map { [$0] } ?? []
    }
    return list.values.compactMap { value in
      if case .struct(let member)? = value.kind { webKey(member) } else { nil }
    }
  }

  private static func webKey(_ object: Struct) -> ManifestPublicKey? {
    guard object.text("kty")?.isExactly("OKP") == true,
      object.text("crv")?.isExactly("Ed25519") == true,
      let x = object.text("x"), let bytes = Base64.bytes(ofURLText: x.utf8)
    else { return nil }
    return ManifestPublicKey(bytes: bytes)
  }

  private static func pemKeys(in text: String) -> [ManifestPublicKey] {
    var keys: [ManifestPublicKey] = []
    var digits: [UInt8]?
    for line in text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      if line.elementsEqual(pemHead.utf8) {
        digits = []
      } else if line.elementsEqual(pemEnd.utf8) {
        if let digits, let der = Base64.bytes(String(decoding: digits, as: UTF8.self)),
          der.starts(with: derHead),
          let key = ManifestPublicKey(bytes: Array(der.dropFirst(derHead.count)))
        {
          keys.append(key)
        }
        digits = nil
      } else {
        digits?.append(contentsOf: line)
      }
    }
    return keys
  }
}
