/// What the calls of one gRPC connection may be. What connections and calls cost besides is the same for
/// all doors: `ServingLimits`.
package struct GRPCLimits: Sendable, Hashable {
  /// The longest request message, in bytes, once it is inflated.
  package var messageBytesMax: Int
  /// Bytes of the header fields of a call, names and values, with 32 for each field as HTTP/2 counts.
  package var headerBytesMax: Int
  /// Header fields of a call.
  package var headerFieldsMax: Int
  /// How many bytes may wait for one connection's socket; then nothing more is read from it.
  package var connectionOutboundBytesMax: Int
  /// How much of a message may come before there is room for all of it, in bytes.
  package var streamWindowBytes: Int
  /// Frames that cost their sender nothing (PING, SETTINGS, WINDOW_UPDATE, PRIORITY, empty DATA) or cancel
  /// a call, beyond which a connection is closed. Each call that is answered, or withdrawn after a part of its
  /// answer, allows for as many again as `controlFramesPerCall`.
  package var controlFramesMax: Int
  package var controlFramesPerCall: Int
  /// So many bytes of answers allow for another such frame: who reads a long answer opens windows all the
  /// time.
  package var bytesPerControlFrame: Int
  /// So many more are allowed for in each second: who waits for long pings now and then.
  package var controlFramesPerSecond: Int

  /// Messages of 4 MiB in, 32 KiB of headers in 256 fields, 1 MiB unsent, windows of 16 KiB, 2000 control
  /// frames, and for each call 20 more, for each KiB of answers one and for each second ten.
  package init() {
    messageBytesMax = 4_194_304
    headerBytesMax = 32_768
    headerFieldsMax = 256
    connectionOutboundBytesMax = 1_048_576
    streamWindowBytes = 16_384
    controlFramesMax = 2000
    controlFramesPerCall = 20
    bytesPerControlFrame = 1024
    controlFramesPerSecond = 10
  }
}
