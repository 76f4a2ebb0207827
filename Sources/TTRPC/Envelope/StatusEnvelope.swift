import ProtobufWire
package import RPCCore

/// A ttrpc `Response` that carries nothing but a `google.rpc.Status`.
package struct StatusEnvelope {
  /// Longer texts are cut, in bytes of UTF-8, so that a status fits every frame limit.
  package static let messageBytesMax = 900

  /// The encoded `Response`.
  package let bytes: [UInt8]

  /// The envelope of an error: its code and its text, not its cause.
  package init(_ error: RPCError) {
    var writer = BinaryWriter()
    writer.tag(1, .lengthDelimited)
    let status = writer.begin()
    if error.code != .ok {
      writer.tag(1, .varint)
      writer.varint(UInt64(bitPattern: Int64(error.code.rawValue)))
    }
    writer.field(2, Self.cut(error.wireMessage))
    writer.end(status)
    bytes = writer.bytes()
  }

  private static func cut(_ text: String) -> String {
    if text.utf8.count <= messageBytesMax { return text }
    var kept = ""
    var room = messageBytesMax - 3
    for character in text.unicodeScalars {
      room -= UTF8.width(character)
      if room < 0 { break }
      kept.unicodeScalars.append(character)
    }
    return kept + "..."
  }
}
