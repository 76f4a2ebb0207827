package import RPCCore

/// A ttrpc `Request`, read where it lies: valid as long as the bytes it was made of.
package struct RequestView {
  /// The full name of the service, not checked to be UTF-8.
  package private(set) var service = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The short name of the method, not checked to be UTF-8.
  package private(set) var method = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The encoded request message.
  package private(set) var payload = UnsafeRawBufferPointer(start: nil, count: 0)
  /// What is left of the caller's deadline; 0: none; negative: it is over.
  package private(set) var timeoutNanoseconds: Int64 = 0
  /// What travels with the call.
  package private(set) var metadata = Metadata()

  /// Reads an envelope: unknown fields are skipped, the last of several values counts.
  ///
  /// - Throws: `INVALID_ARGUMENT` if the bytes are no `Request`, `RESOURCE_EXHAUSTED` for more
  ///   than `metadataEntriesMax` pairs.
  package init(
    _ bytes: UnsafeRawBufferPointer, metadataEntriesMax: Int
  ) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    while !cursor.isAtEnd {
      let tag = try cursor.tag()
      switch tag {
      case Self.tag(1): service = try cursor.slice()
      case Self.tag(2): method = try cursor.slice()
      case Self.tag(3): payload = try cursor.slice()
      case 4 << 3 | EnvelopeCursor.WireType.varint:
        timeoutNanoseconds = Int64(bitPattern: try cursor.varint())
      case Self.tag(5):
        guard metadata.entries.count < metadataEntriesMax else {
          throw .tooMuchMetadata(entriesMax: metadataEntriesMax)
        }
        try readPair(try cursor.slice())
      default: try cursor.skip(tag: tag)
      }
    }
  }

  private static func tag(_ number: UInt64) -> UInt64 {
    number << 3 | EnvelopeCursor.WireType.lengthDelimited
  }

  private mutating func readPair(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    var cursor = EnvelopeCursor(bytes)
    var key = ""
    var value = ""
    while !cursor.isAtEnd {
      let tag = try cursor.tag()
      switch tag {
      case Self.tag(1): key = try Self.string(cursor.slice(), "a metadata key")
      case Self.tag(2): value = try Self.string(cursor.slice(), "the metadata value of \(key)")
      default: try cursor.skip(tag: tag)
      }
    }
    metadata.append(key, value)
  }

  /// A string of its own.
  package static func string(
    _ bytes: UnsafeRawBufferPointer, _ what: @autoclosure () -> String
  ) throws(RPCError) -> String {
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw .malformedEnvelope("\(what()) is not UTF-8")
    }
    return string
  }
}
