import Crypto
internal import Texts

/// A secret that signs download URLs.
package struct SigningKey: Sendable {
  /// Shorter secrets are refused: they can be guessed.
  package static let bytesMin = 32

  /// Names the key in a URL without telling anything of it, so that keys can be changed while URLs
  /// of the former one are still good: 8 hexadecimal digits.
  let id: String
  private let key: SymmetricKey

  /// nil if the secret has less than `bytesMin` bytes.
  package init?(secret: [UInt8]) {
    guard secret.count >= Self.bytesMin else { return nil }
    key = SymmetricKey(data: secret)
    let digest = HMAC<SHA256>.authenticationCode(for: Array("key id".utf8), using: key)
    id = Hex.text(of: digest.prefix(4))
  }

  /// `bytesMin` bytes from the system's source of randomness, to be kept by the caller.
  package static func randomSecret() -> [UInt8] {
    SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
  }

  /// HMAC-SHA256 in base64url without padding: 43 characters.
  func signature(of message: [UInt8]) -> String {
    Base64.textForURL(Array(HMAC<SHA256>.authenticationCode(for: message, using: key)))
  }
}
