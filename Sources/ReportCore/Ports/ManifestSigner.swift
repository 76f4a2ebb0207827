/// Signs manifests with a key of the server's own, Ed25519 (RFC 8032). Which key may change while it
/// works; what one has signed names it.
package protocol ManifestSigner: Sendable {
  /// - Throws: INTERNAL if the system cannot sign.
  func sign(_ payload: [UInt8]) throws(ReportFailure) -> ManifestSignature
}

/// A signature, and whose it is.
package struct ManifestSignature: Hashable, Sendable {
  /// The name of the key: letters, digits, `-` and `_`.
  package var keyID: String
  /// 64 of them.
  package var bytes: [UInt8]

  package init(keyID: String, bytes: [UInt8]) {
    self.keyID = keyID
    self.bytes = bytes
  }
}
