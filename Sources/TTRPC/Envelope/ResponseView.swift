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
