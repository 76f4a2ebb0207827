/// What the frames of one ttrpc server or client may be. Each limit bounds memory; none is unlimited.
/// What a server's calls and connections may cost besides is the same for all its doors.
public struct TTRPCLimits: Sendable, Hashable {
  /// The largest data length that ttrpc 1.2 allows: 4 MiB.
  public static let protocolFrameBytesMax = 4_194_304

  /// The longest data of a frame, in bytes, in both directions. A longer frame that arrives is
  /// answered `RESOURCE_EXHAUSTED` and skipped without being held; a longer one to be sent is not
  /// sent. At most `protocolFrameBytesMax`.
  public var frameBytesMax: Int {
    didSet { frameBytesMax = min(max(frameBytesMax, 1024), Self.protocolFrameBytesMax) }
  }
  /// How many bytes may wait for one connection's socket; then the server reads no further from it,
  /// holds finished responses back and lets streams wait.
  public var connectionOutboundBytesMax: Int
  /// How many bytes of one response stream a client holds for a reader that lags.
  public var streamInboundBytesMax: Int
  /// How many key-value pairs a request may carry.
  public var metadataEntriesMax: Int

  /// The defaults: frames of 4 MiB, 1 MiB unsent per connection, 256 KiB of a stream held by a client,
  /// 128 pairs.
  public init() {
    frameBytesMax = Self.protocolFrameBytesMax
    connectionOutboundBytesMax = 1_048_576
    streamInboundBytesMax = 262_144
    metadataEntriesMax = 128
  }
}
