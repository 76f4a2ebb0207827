internal import RPCCore

/// One call of a connection, from its first header field to its last byte.
final class GRPCStream {
  /// How far the request has come.
  enum Request {
    /// Its header is being read.
    case header
    /// Its message is awaited.
    case message
    /// It is over, or what still comes of it does not matter.
    case done
  }

  /// How a response ends.
  enum End {
    case well
    case failure(RPCError)
  }

  let id: Int32
  var request = Request.header

  // Of the header.
  var isPost = false
  var path: [UInt8] = []
  var contentType: [UInt8] = []
  var encoding: [UInt8] = []
  var metadata = Metadata()
  var headerBytes = 0
  var headerFields = 0
  var timeoutNanoseconds: Int64 = 0
  /// What is wrong with the header; known once all of it is read.
  var headerProblem: RPCError?
  var entry: Router.Entry?
  /// Of a call that goes both ways.
  var dialog: (any GRPCDialog)?

  // Of the message.
  var prefix: [UInt8] = []
  /// Whether messages may be compressed, the answers too.
  var isCompressed = false
  /// The message's length; nil before its prefix is there.
  var messageLength: Int?
  var message: [UInt8] = []
  /// What the connection keeps for the message.
  var keptBytes = 0
  /// Whether there is room for the whole message, so that the peer may send it.
  var isAdmitted = true
  /// When the request was complete.
  var arrivedAt = ContinuousClock.now
  /// Bytes that came and were not given back to the peer's window.
  var withheldBytes = 0

  // Of the response.
  private var outbound: [[UInt8]] = []
  private var firstOffset = 0
  /// Bytes that wait for the peer's window or the socket.
  private(set) var unsentBytes = 0
  /// Bytes that are kept for those, until the last of a part is sent.
  private(set) var outboundBytes = 0
  var hasHeader = false
  /// Whether some of it is on its way.
  var hasSent = false
  var isStreaming = false
  /// How it ends; nil while it goes on.
  var end: End?
  var isRunning = false

  init(_ id: Int32) {
    self.id = id
  }

  var isEnded: Bool { end != nil }

  /// Puts bytes behind those that wait.
  func append(_ bytes: [UInt8]) {
    outbound.append(bytes)
    unsentBytes += bytes.count
    outboundBytes += bytes.count
  }

  /// Moves what waits to where it is sent from.
  ///
  /// - Returns: how many bytes were moved.
  func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while let first = outbound.first, count < buffer.count {
      let piece = min(first.count - firstOffset, buffer.count - count)
      first.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + piece)])
          .copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[firstOffset..<(firstOffset + piece)]))
      }
      count += piece
      firstOffset += piece
      if firstOffset == first.count {
        outboundBytes -= first.count
        outbound.removeFirst()
        firstOffset = 0
      }
    }
    unsentBytes -= count
    return count
  }
}
