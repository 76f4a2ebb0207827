import ProtobufWire
package import RPCCore

/// A ttrpc `Response`, read where it lies: valid as long as the bytes it was made of.
package struct ResponseView {
  /// The encoded response message.
  package private(set) var payload = UnsafeRawBufferPointer(start: nil, count: 0)
  private var code = StatusCode.ok
  private var message = ""

  /// Reads an envelope.
  ///
  /// - Throws: an error if the bytes are no `Response`.
  package init(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    while !cursor.isAtEnd {
      let number = try cursor.number()
      switch number {
      case 1 where cursor.has(.lengthDelimited): try readStatus(cursor.slice())
      case 2 where cursor.has(.lengthDelimited): payload = try cursor.slice()
      default: try cursor.skip(number)
      }
    }
  }

  /// Why the call failed; nil if it succeeded. An absent status means success.
  package var error: RPCError? {
    code == .ok ? nil : RPCError(code: code, wireMessage: message)
  }

  private mutating func readStatus(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    while !cursor.isAtEnd {
      let number = try cursor.number()
      switch number {
      case 1 where cursor.has(.varint):
        code = StatusCode(rawValue: Int32(truncatingIfNeeded: try cursor.varint()))
      case 2 where cursor.has(.lengthDelimited): message = try cursor.string("the status message")
      default: try cursor.skip(number)
      }
    }
  }
}

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
