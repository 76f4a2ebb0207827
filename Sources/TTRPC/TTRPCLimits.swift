/// What one ttrpc server or client allows. Each limit bounds memory or time; none is unlimited.
public struct TTRPCLimits: Sendable, Hashable {
  /// The largest data length that ttrpc 1.2 allows: 4 MiB.
  public static let protocolFrameBytesMax = 4_194_304

  /// The longest data of a frame, in bytes, in both directions. A longer frame that arrives is
  /// answered `RESOURCE_EXHAUSTED` and skipped without being held; a longer one to be sent is not
  /// sent. At most `protocolFrameBytesMax`.
  public var frameBytesMax: Int {
    didSet { frameBytesMax = min(max(frameBytesMax, 1024), Self.protocolFrameBytesMax) }
  }
  /// How many calls of one connection may be unfinished; then the server stops reading from it
  /// until one ends.
  public var callsInFlightMax: Int
  /// How many bytes may wait for one connection's socket; then the server stops reading from it,
  /// holds finished responses back as messages and lets streams wait.
  public var connectionOutboundBytesMax: Int
  /// How many bytes of one response stream may wait for the socket; then its handler waits, and
  /// the rest of the connection's room stays for the other calls.
  public var streamOutboundBytesMax: Int
  /// How many bytes of one response stream a client holds for a reader that lags.
  public var streamInboundBytesMax: Int
  /// How many key-value pairs a request may carry.
  public var metadataEntriesMax: Int
  /// How many connections a server has open; it closes those beyond at once.
  public var connectionsMax: Int
  /// How long a connection may go without a whole frame and without an unfinished call, in
  /// milliseconds; then the server closes it.
  public var idleMilliseconds: Int

  /// The defaults: frames of 4 MiB, 1024 calls in flight, 1 MiB unsent per connection, 256 KiB per
  /// stream in each direction, 128 pairs, 4096 connections, an hour.
  public init() {
    frameBytesMax = Self.protocolFrameBytesMax
    callsInFlightMax = 1024
    connectionOutboundBytesMax = 1_048_576
    streamOutboundBytesMax = 262_144
    streamInboundBytesMax = 262_144
    metadataEntriesMax = 128
    connectionsMax = 4096
    idleMilliseconds = 3_600_000
  }
}
