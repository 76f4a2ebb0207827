/// What the data of a frame is.
package struct FrameType: RawRepresentable, Hashable, Sendable {
  /// The byte on the wire; other bytes than the three named ones are kept.
  package let rawValue: UInt8

  /// Takes any byte.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// A `Request`: opens a stream.
  package static let request = FrameType(rawValue: 1)
  /// A `Response`: ends a stream.
  package static let response = FrameType(rawValue: 2)
  /// A message of a stream, without an envelope.
  package static let data = FrameType(rawValue: 3)

  /// Whether this protocol version knows the type.
  package var isKnown: Bool { (1...3).contains(rawValue) }
}
