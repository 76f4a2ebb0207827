/// What the sender of a frame does next on its stream.
package struct FrameFlags: OptionSet, Hashable, Sendable {
  /// The byte on the wire.
  package let rawValue: UInt8

  /// Takes any byte; unknown bits are ignored, as the protocol asks.
  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The sender sends nothing more on this stream.
  package static let remoteClosed = FrameFlags(rawValue: 1)
  /// The sender will send data frames on this stream.
  package static let remoteOpen = FrameFlags(rawValue: 2)
  /// The frame carries no message, not even an empty one.
  package static let noData = FrameFlags(rawValue: 4)
}
