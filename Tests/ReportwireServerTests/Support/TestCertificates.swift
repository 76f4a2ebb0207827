import Crypto
import Foundation
import SwiftASN1
import X509

/// An authority that vouches for what a test needs, made anew for each.
struct TestAuthority {
  private let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
  private let name: DistinguishedName
  private let certificate: Certificate

  init() throws {
    name = try DistinguishedName { CommonName("Authority") }
    certificate = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key.publicKey,
      notValidBefore: .now - 3600, notValidAfter: .now + 3600, issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: .init { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) },
      issuerPrivateKey: key)
  }

  /// Its own certificate, in PEM.
  var pem: String {
    get throws { try certificate.serializeAsPEM().pemString + "\n" }
  }

  /// A certificate and its key, in PEM.
  func issue(
    _ commonName: String, _ names: [GeneralName]
  ) throws -> (certificate: String, key: String) {
    let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let leaf = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: own.publicKey,
      notValidBefore: .now - 3600, notValidAfter: .now + 3600, issuer: name,
      subject: DistinguishedName { CommonName(commonName) }, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: .init {
        Critical(BasicConstraints.notCertificateAuthority)
        SubjectAlternativeNames(names)
      },
      issuerPrivateKey: key)
    return (try leaf.serializeAsPEM().pemString + "\n", try own.serializeAsPEM().pemString + "\n")
  }

  /// For a server on this machine.
  func issueServer() throws -> (certificate: String, key: String) {
    try issue(
      "server", [.dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))])
  }
}
