package import RPCCore
import RPCServing

/// What a server knows about the streams of one connection: which ids are used up, and which calls
/// the peer waits for. Without NIO, clock or tasks: methods return what is to be done.
///
/// A call goes through `receive` -> (`answeredAtOnce` | `keep` -> `answered`).
///
/// Wrong calls are of three kinds:
/// - *Our bug* (precondition): `answeredAtOnce` or `keep` without a call that is starting.
/// - *The peer's fault* (an answer with an error, or the end of the connection): ids that are even,
///   reused or decreasing; data for a stream never opened, or after the request's only message;
///   frames above the limit; bytes that are no frames.
/// - *A harmless race* (ignored): data for a stream that ended while the data was under way.
package struct ServerConnectionMachine {
  /// What to do with a frame.
  package enum FrameAction: Equatable {
    /// Its data is a request: start the call.
    case start(streamID: UInt32)
    /// Answer with an error; the stream has no call.
    case refuse(streamID: UInt32, RPCError)
    /// Cancel the stream's call and answer with an error.
    case abort(streamID: UInt32, RPCError)
    /// Nothing.
    case ignore
    /// The peer does not speak ttrpc: close the connection. Later frames are not looked at.
    case close(reason: String)
  }

  private enum Phase {
    case open, draining, closed
  }

  private struct Stream {
    /// The client said that it sends nothing more.
    var isRemoteClosed: Bool
  }

  /// The longest data of a frame, in bytes.
  package let frameBytesMax: Int
  private var phase = Phase.open
  private var lastStreamID: UInt32 = 0
  private var starting: (id: UInt32, isRemoteClosed: Bool)?
  /// Those whose answer the peer waits for.
  private var streams: [UInt32: Stream] = [:]

  /// A fresh connection.
  package init(limits: TTRPCLimits) {
    frameBytesMax = limits.frameBytesMax
  }

  /// How many calls the peer waits for.
  package var streamCount: Int { streams.count }

  /// Whether every call was answered and no other is taken.
  package var isDrained: Bool {
    phase == .draining && streams.isEmpty && starting == nil
  }

  /// Whether frames are still looked at.
  package var isClosed: Bool { phase == .closed }
}

// MARK: - Frames

extension ServerConnectionMachine {
  /// Whether a frame's data is above the limit. Such a frame is given to `receive` as soon as its
  /// header is there and its data is skipped; any other one when it is there as a whole.
  package func isTooLong(_ header: FrameHeader) -> Bool {
    header.dataLength > frameBytesMax
  }

  /// A frame came.
  ///
  /// - Parameter isKept: whether the server has room for its data; if not, it is skipped as one that
  ///   is too long.
  package mutating func receive(_ header: FrameHeader, isKept: Bool = true) -> FrameAction {
    switch header.type {
    case .request: receiveRequest(header, isKept)
    case .data: receiveData(header, isKept)
    case .response: refuseConnection("a response frame came from a client")
    // Later versions may add types of small frames. A huge frame of no known type is something
    // else, such as HTTP, read as if it were ttrpc.
    case _ where isTooLong(header):
      refuseConnection("the bytes are no ttrpc frames (type \(header.type.rawValue))")
    default: .ignore
    }
  }

  private mutating func refuseConnection(_ reason: String) -> FrameAction {
    phase = .closed
    return .close(reason: reason)
  }

  private mutating func receiveRequest(_ header: FrameHeader, _ isKept: Bool) -> FrameAction {
    let id = header.streamID
    guard id % 2 == 1 else { return .refuse(streamID: id, .streamIDNotOdd(id)) }
    guard id > lastStreamID else {
      return .refuse(streamID: id, .streamIDNotIncreasing(id, after: lastStreamID))
    }
    lastStreamID = id
    if let reason = skipReason(header, isKept) { return .refuse(streamID: id, reason) }
    guard phase == .open else { return .refuse(streamID: id, .serverStopping) }
    starting = (id, !header.flags.contains(.remoteOpen))
    return .start(streamID: id)
  }

  private mutating func receiveData(_ header: FrameHeader, _ isKept: Bool) -> FrameAction {
    let id = header.streamID
    guard id % 2 == 1 else { return .refuse(streamID: id, .streamIDNotOdd(id)) }
    guard id <= lastStreamID else { return .refuse(streamID: id, .streamNotOpen(id)) }
    guard let stream = streams[id] else { return .ignore }
    if let reason = skipReason(header, isKept) {
      streams[id] = nil
      return .abort(streamID: id, reason)
    }
    let isMessage = !header.flags.contains(.noData) && header.dataLength > 0
    if stream.isRemoteClosed || isMessage {
      streams[id] = nil
      return .abort(streamID: id, .unexpectedData)
    }
    if header.flags.contains(.remoteClosed) { streams[id]!.isRemoteClosed = true }
    return .ignore
  }

  private func skipReason(_ header: FrameHeader, _ isKept: Bool) -> RPCError? {
    if isTooLong(header) {
      return .frameTooLong(bytes: header.dataLength, bytesMax: frameBytesMax)
    }
    return isKept ? nil : .serverFull
  }
}

// MARK: - Calls

extension ServerConnectionMachine {
  /// The call that is starting was answered on the spot.
  package mutating func answeredAtOnce() {
    precondition(starting != nil, "no call is starting")
    starting = nil
  }

  /// The call that is starting goes on, and is answered later.
  package mutating func keep() {
    guard let call = starting else { preconditionFailure("no call is starting") }
    starting = nil
    streams[call.id] = Stream(isRemoteClosed: call.isRemoteClosed)
  }

  /// A call has had its answer.
  package mutating func answered(_ id: UInt32) {
    streams[id] = nil
  }
}

// MARK: - Connection

extension ServerConnectionMachine {
  /// The server stops: calls under way end, new ones are refused.
  package mutating func drain() {
    if phase == .open { phase = .draining }
  }

  /// The peer is gone.
  package mutating func close() {
    phase = .closed
    streams = [:]
  }
}
