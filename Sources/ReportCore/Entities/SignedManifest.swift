internal import Texts

/// A manifest with its signature, as it is kept and handed out: a JSON text of five lines.
///
///     {"manifest":
///     <what is signed: these bytes, without the line's end>
///     ,"signature":
///     {"alg":"EdDSA","kid":"<name of the key>","value":"<64 bytes as base64url>"}
///     }
///
/// So it can be read as any JSON, and whoever checks it takes the second line as it is and need not
/// write JSON the same way again.
package struct SignedManifest: Hashable, Sendable {
  /// Bytes that a manifest may have at most where one is read from outside.
  package static let bytesMax = 16_777_216

  /// What is signed: a JSON object on one line.
  package var payload: [UInt8]
  package var signature: ManifestSignature

  private static let head = "{\"manifest\":"
  private static let middle = ",\"signature\":"
  private static let beforeKey = #"{"alg":"EdDSA","kid":""#
  private static let beforeValue = #"","value":""#
  private static let end = #""}"#

  package init(payload: [UInt8], signature: ManifestSignature) {
    self.payload = payload
    self.signature = signature
  }

  /// Reads what `bytes` wrote. Strict: of every signed manifest there is one text.
  ///
  /// - Returns: nil for anything else.
  package init?(bytes: [UInt8]) {
    guard bytes.count <= Self.bytesMax else { return nil }
    // One more than there may be: a text that is all line ends is not cut into as many pieces.
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: 6, omittingEmptySubsequences: false)
    guard lines.count == 6 else { return nil }
    let texts = [Self.beforeKey, Self.beforeValue, Self.end].map { Array($0.utf8) }
    var rest = lines[3]
    guard rest.starts(with: texts[0]) else { return nil }
    rest = rest.dropFirst(texts[0].count)
    let keyID = rest.prefix { $0 != UInt8(ascii: "\"") }
    rest = rest.dropFirst(keyID.count)
    guard rest.starts(with: texts[1]) else { return nil }
    rest = rest.dropFirst(texts[1].count)
    let value = rest.prefix { $0 != UInt8(ascii: "\"") }
    guard let signature = Base64.bytes(ofURLText: value),
      let key = String(validating: keyID, as: UTF8.self)
    else { return nil }
    self.init(
      payload: Array(lines[1]), signature: ManifestSignature(keyID: key, bytes: signature))
    // Whatever else there is to differ in.
    guard self.bytes == bytes else { return nil }
  }

  /// The text.
  package var bytes: [UInt8] {
    var bytes = Array("\(Self.head)\n".utf8)
    bytes += payload
    let value = Base64.textForURL(signature.bytes)
    let mark = "\(Self.beforeKey)\(signature.keyID)\(Self.beforeValue)\(value)\(Self.end)"
    bytes += Array("\n\(Self.middle)\n\(mark)\n}\n".utf8)
    return bytes
  }
}
