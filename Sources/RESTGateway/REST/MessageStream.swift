import HTTPTypes
import HummingbirdCore
import NIOCore
internal import RPCCore
internal import Texts

/// The answer of a streaming method, as it is written: a message, and what tells that nothing came for a
/// while, or that it ends.
struct MessageStream: Sendable {
  /// How messages stand beside each other.
  enum Form: String, Sendable {
    /// Server-sent events (WHATWG HTML, section 9.2).
    case events = "text/event-stream"
    /// A line of JSON each.
    case lines = "application/x-ndjson"

    func message(_ bytes: [UInt8]) -> ByteBuffer {
      var buffer = ByteBuffer()
      buffer.reserveCapacity(bytes.count + 8)
      if self == .events { buffer.writeString("data: ") }
      buffer.writeBytes(bytes)
      buffer.writeString(self == .events ? "\n\n" : "\n")
      return buffer
    }

    /// Readers pass over a comment, and over an empty line.
    var heartbeat: ByteBuffer { ByteBuffer(string: self == .events ? ":\n\n" : "\n") }

    /// The last that is written. Lines end by themselves; events would begin anew.
    func end(_ error: RPCError?) -> ByteBuffer {
      guard let error else {
        return ByteBuffer(string: self == .events ? "event: end\ndata: {}\n\n" : "")
      }
      let text = HTTPFailure(error).text
      return ByteBuffer(string: self == .events ? "event: error\ndata: \(text)\n\n" : text + "\n")
    }
  }

  /// A peer that left, whatever the connection says of it.
  struct PeerGone: Error {}

  let form: Form
  let pipe: MessagePipe
  let first: MessagePipe.Item
  /// So long nothing may come before the peer is told that the stream lives.
  let heartbeat: TimeAmount
  let eventLoop: any EventLoop

  /// The first item of a stream, so that a call which fails at once has a status of its own.
  static func next(
    of pipe: MessagePipe, within heartbeat: TimeAmount, on eventLoop: any EventLoop
  ) async throws(RPCError) -> MessagePipe.Item {
    let timer = eventLoop.scheduleTask(in: heartbeat) { pipe.beSilent() }
    defer { timer.cancel() }
    return try await pipe.next()
  }

  /// Writes all of it. A message is asked for when the connection took the one before.
  ///
  /// - Returns: how it ended.
  /// - Throws: `PeerGone`, or what the connection says.
  func write(
    to writer: inout any ResponseBodyWriter, written: inout Int64
  ) async throws -> RPCError? {
    defer { pipe.close() }
    var item = first
    while true {
      let piece: ByteBuffer
      var ending: RPCError??
      switch item {
      case .message(let bytes): piece = form.message(bytes)
      case .silence: piece = form.heartbeat
      case .end(let error):
        if error == .callerGone { throw PeerGone() }
        piece = form.end(error)
        ending = .some(error)
      }
      if piece.readableBytes > 0 { try await writer.write(piece) }
      // Else the connection would learn too late that the peer is slow, and pieces pile up.
      try await eventLoop.submit {}.get()
      written += Int64(piece.readableBytes)
      if let ending { return ending }
      item = try await Self.next(of: pipe, within: heartbeat, on: eventLoop)
    }
  }
}
