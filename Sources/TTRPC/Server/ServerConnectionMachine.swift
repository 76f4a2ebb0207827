package import RPCCore

/// What a server knows about one connection: which streams are open, which ids are used up, and
/// whether to read on. Without NIO, clock or tasks: methods return what is to be done.
///
/// A call goes through `receive` -> (`answeredAtOnce` | `keep` -> `answer`? -> `taskEnded`).
///
/// Wrong calls are of three kinds:
/// - *Our bug* (precondition): `answeredAtOnce` or `keep` without a call that is starting;
///   `taskEnded` of a stream that has no task.
/// - *The peer's fault* (an answer with an error, or the end of the connection): ids that are even,
///   reused or decreasing; data for a stream never opened, or after the request's only message;
///   frames above the limit; bytes that are no frames.
/// - *A harmless race* (ignored): data for a stream that ended while the data was under way; an
///   answer of a task whose call timed out, was refused or lost its peer just before.
package struct ServerConnectionMachine {
  /// What to do with a frame.
  package enum FrameAction: Equatable {
    /// Its data is a request: start the call.
    case start(streamID: UInt32)
    /// Answer with an error; the stream has no task.
    case refuse(streamID: UInt32, RPCError)
    /// Cancel the stream's task and answer with an error.
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
    /// The peer still waits for the task's answer.
    var isAwaited = true
  }

  /// The longest data of a frame, in bytes.
  package let frameBytesMax: Int
  private let callsInFlightMax: Int
  private var phase = Phase.open
  private var lastStreamID: UInt32 = 0
  private var starting: (id: UInt32, isRemoteClosed: Bool)?
  private var streams: [UInt32: Stream] = [:]
  private var isWritable = true

  /// A fresh connection.
  package init(limits: TTRPCLimits) {
    frameBytesMax = limits.frameBytesMax
    callsInFlightMax = limits.callsInFlightMax
  }

  /// Calls whose task has not ended, answered or not.
  package var callsInFlight: Int { streams.count }

  /// Whether frames should be left unread for now.
  package var isPaused: Bool { !isWritable || streams.count >= callsInFlightMax }

  /// Whether the connection has nothing left to do and should close.
  package var isDrained: Bool {
    phase == .draining && streams.isEmpty && starting == nil
  }

  /// Whether the peer is there to be answered.
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
  package mutating func receive(_ header: FrameHeader) -> FrameAction {
    switch header.type {
    case .request: receiveRequest(header)
    case .data: receiveData(header)
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

  private mutating func receiveRequest(_ header: FrameHeader) -> FrameAction {
    let id = header.streamID
    guard id % 2 == 1 else { return .refuse(streamID: id, .streamIDNotOdd(id)) }
    guard id > lastStreamID else {
      return .refuse(streamID: id, .streamIDNotIncreasing(id, after: lastStreamID))
    }
    lastStreamID = id
    if isTooLong(header) { return .refuse(streamID: id, tooLong(header)) }
    guard phase == .open else { return .refuse(streamID: id, .serverStopping) }
    starting = (id, !header.flags.contains(.remoteOpen))
    return .start(streamID: id)
  }

  private mutating func receiveData(_ header: FrameHeader) -> FrameAction {
    let id = header.streamID
    guard id % 2 == 1 else { return .refuse(streamID: id, .streamIDNotOdd(id)) }
    guard id <= lastStreamID else { return .refuse(streamID: id, .streamNotOpen(id)) }
    guard let stream = streams[id], stream.isAwaited else { return .ignore }
    if isTooLong(header) {
      streams[id]!.isAwaited = false
      return .abort(streamID: id, tooLong(header))
    }
    let isMessage = !header.flags.contains(.noData) && header.dataLength > 0
    if stream.isRemoteClosed || isMessage {
      streams[id]!.isAwaited = false
      return .abort(streamID: id, .unexpectedData)
    }
    if header.flags.contains(.remoteClosed) { streams[id]!.isRemoteClosed = true }
    return .ignore
  }

  private func tooLong(_ header: FrameHeader) -> RPCError {
    .frameTooLong(bytes: header.dataLength, bytesMax: frameBytesMax)
  }
}

// MARK: - Calls

extension ServerConnectionMachine {
  /// The call that is starting was answered on the spot.
  package mutating func answeredAtOnce() {
    precondition(starting != nil, "no call is starting")
    starting = nil
  }

  /// The call that is starting goes on in a task.
  package mutating func keep() {
    guard let call = starting else { preconditionFailure("no call is starting") }
    starting = nil
    streams[call.id] = Stream(isRemoteClosed: call.isRemoteClosed)
  }

  /// A task, or its deadline, has the last word of a stream.
  ///
  /// - Returns: whether to send it; false if somebody else had the last word before.
  package mutating func answer(_ id: UInt32) -> Bool {
    guard streams[id]?.isAwaited == true else { return false }
    streams[id]!.isAwaited = false
    return phase != .closed
  }

  /// Whether messages of a response stream are still wanted.
  package func isAwaited(_ id: UInt32) -> Bool {
    phase != .closed && streams[id]?.isAwaited == true
  }

  /// A task ended; its place is free.
  package mutating func taskEnded(_ id: UInt32) {
    precondition(streams.removeValue(forKey: id) != nil, "stream \(id) has no task")
  }
}

// MARK: - Connection

extension ServerConnectionMachine {
  /// The socket takes more bytes, or no more for now.
  package mutating func writabilityChanged(to isWritable: Bool) {
    self.isWritable = isWritable
  }

  /// The server stops: calls under way end, new ones are refused.
  package mutating func drain() {
    if phase == .open { phase = .draining }
  }

  /// The peer is gone.
  ///
  /// - Returns: the streams whose tasks are to be cancelled.
  package mutating func close() -> [UInt32] {
    phase = .closed
    return Array(streams.keys)
  }
}
