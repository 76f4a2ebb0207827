import Authentication
import Foundation
import JWTKit
import ProtobufWire

/// Signs tokens as an identity provider does, by the library and not by the code under test.
struct Signer {
  static let moment = 1_800_000_000.0

  let algorithm: any JWTAlgorithm
  let name: String

  static func hmac(_ secret: String) async throws -> Signer {
    let keys = JWTKeyCollection()
    await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    return Signer(algorithm: try await keys.getKey(), name: "HS256")
  }

  static func ecdsa(_ key: ES256PrivateKey) async throws -> Signer {
    let keys = JWTKeyCollection()
    await keys.add(ecdsa: key)
    return Signer(algorithm: try await keys.getKey(), name: "ES256")
  }

  static func eddsa(_ key: EdDSA.PrivateKey) async throws -> Signer {
    let keys = JWTKeyCollection()
    await keys.add(eddsa: key)
    return Signer(algorithm: try await keys.getKey(), name: "EdDSA")
  }

  static func rsa(_ key: Insecure.RSA.PrivateKey) async throws -> Signer {
    let keys = JWTKeyCollection()
    await keys.add(rsa: key, digestAlgorithm: .sha256)
    return Signer(algorithm: try await keys.getKey(), name: "RS256")
  }

  /// - Parameters:
  ///   - claims: JSON; nil: those of a good token of `domain-1`.
  ///   - header: JSON; nil: the signer's own.
  func token(
    _ claims: String? = nil, header: String? = nil, kid: String? = nil
  ) throws -> String {
    let named = kid.map { #","kid":"\#($0)""# } ?? ""
    let header = header ?? #"{"alg":"\#(name)","typ":"JWT"\#(named)}"#
    let signed = encode(Array(header.utf8)) + "." + encode(Array((claims ?? Self.claims()).utf8))
    return signed + "." + encode(try algorithm.sign(Array(signed.utf8)))
  }

  static func claims(
    did: String? = #""domain-1""#, aud: String = #""user-1""#, exp: String? = "1800000600",
    more: String = ""
  ) -> String {
    var members = [#""aud":\#(aud)"#, #""iat":1799999990"#]
    if let did { members.append(#""did":\#(did)"#) }
    if let exp { members.append(#""exp":\#(exp)"#) }
    if !more.isEmpty { members.append(more) }
    return "{\(members.joined(separator: ","))}"
  }

  func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
