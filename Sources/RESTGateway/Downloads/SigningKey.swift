import Crypto

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
    id = digest.prefix(4).map { byte in
      (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// `bytesMin` bytes from the system's source of randomness, to be kept by the caller.
  package static func randomSecret() -> [UInt8] {
    SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
  }

  /// HMAC-SHA256 in base64url without padding: 43 characters.
  func signature(of message: [UInt8]) -> String {
    let code = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var bits = 0
    var bitCount = 0
    for byte in code {
      bits = bits << 8 | Int(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        text.append(letters[bits >> bitCount & 63])
      }
      bits &= 1 << bitCount - 1
    }
    if bitCount > 0 { text.append(letters[bits << (6 - bitCount) & 63]) }
    return String(decoding: text, as: UTF8.self)
  }
}
