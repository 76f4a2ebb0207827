package import RPCCore

/// What a client knows about one connection: which ids are used and which calls wait for what.
/// Without NIO, clock or tasks: methods return what is to be done.
///
/// Wrong calls are of three kinds:
/// - *Our bug* (precondition): none; every method may be called in every state.
/// - *The peer's fault* (`close`, which fails every call): a response for an id never used, data for
///   a unary call, a request from a server.
/// - *A harmless race* (ignored): what comes for a call that timed out or was withdrawn, since ttrpc
///   cannot tell a server that a call is withdrawn.
package struct ClientConnectionMachine {
  /// What a call waits for.
  package enum Kind: Hashable {
    /// One response.
    case unary
    /// Any number of messages.
    case stream
  }

  /// What to do with a frame.
  package enum FrameAction: Equatable {
    /// Its data is the `Response` that ends the call.
    case end(streamID: UInt32)
    /// Its data is a message of the stream, and perhaps the last one.
    case message(streamID: UInt32, isLast: Bool)
    /// The stream ended well, without another message.
    case endOfStream(streamID: UInt32)
    /// The call failed because of this frame.
    case fail(streamID: UInt32, RPCError)
    /// Nothing.
    case ignore
    /// The peer does not speak ttrpc as it should: close the connection.
    case close(reason: String)
  }

  /// The longest data of a frame, in bytes.
  package let frameBytesMax: Int
  private var nextStreamID: UInt32
  private var calls: [UInt32: Kind] = [:]
  private var isClosed = false

  /// A fresh connection, whose first call gets an odd id.
  package init(limits: TTRPCLimits, firstStreamID: UInt32 = 1) {
    frameBytesMax = limits.frameBytesMax
    nextStreamID = firstStreamID
  }

  /// How many calls wait.
  package var callsInFlight: Int { calls.count }

  /// Whether another call can be opened: not after the end, and not once all ids are used.
  package var isOpen: Bool { !isClosed && nextStreamID != 0 }

  /// A call begins.
  ///
  /// - Returns: its id; nil if the connection takes no more.
  package mutating func open(_ kind: Kind) -> UInt32? {
    guard isOpen else { return nil }
    let id = nextStreamID
    calls[id] = kind
    nextStreamID = id == UInt32.max ? 0 : id + 2
    return id
  }

  /// Whether a frame's data is above the limit; it is then skipped.
  package func isTooLong(_ header: FrameHeader) -> Bool {
    header.dataLength > frameBytesMax
  }

  /// A frame came.
  package mutating func receive(_ header: FrameHeader) -> FrameAction {
    let id = header.streamID
    guard header.type == .response || header.type == .data else {
      return header.type.isKnown || isTooLong(header)
        ? .close(reason: "a frame of type \(header.type.rawValue) came from the server") : .ignore
    }
    guard let kind = calls[id] else {
      return wasUsed(id) ? .ignore : .close(reason: "a frame came for stream \(id), never opened")
    }
    if isTooLong(header) {
      calls[id] = nil
      return .fail(
        streamID: id, .frameTooLong(bytes: header.dataLength, bytesMax: frameBytesMax))
    }
    if header.type == .response {
      calls[id] = nil
      return .end(streamID: id)
    }
    guard kind == .stream else {
      return .close(reason: "stream data came for the unary call \(id)")
    }
    let isLast = header.flags.contains(.remoteClosed)
    if isLast { calls[id] = nil }
    if header.flags.contains(.noData) { return isLast ? .endOfStream(streamID: id) : .ignore }
    return .message(streamID: id, isLast: isLast)
  }

  /// The caller does not wait any more.
  package mutating func withdraw(_ id: UInt32) {
    calls[id] = nil
  }

  /// The connection is gone.
  ///
  /// - Returns: the calls that fail by that.
  package mutating func close() -> [UInt32] {
    isClosed = true
    defer { calls = [:] }
    return calls.keys.sorted()
  }

  private func wasUsed(_ id: UInt32) -> Bool {
    id % 2 == 1 && (id < nextStreamID || nextStreamID == 0)
  }
}
