public import ProtobufWire

/// Writes a response message, in the format of its request, behind what the writer holds already.
public typealias ResponseBody = @Sendable (inout BinaryWriter) throws(RPCError) -> Void

/// How far a call got on the thread that brought it.
public enum Outcome: Sendable {
  /// The response is in the writer.
  case answered
  /// The handler must wait for something: run this in a task of its own. Cancelling that task
  /// cancels the call.
  case later(@Sendable () async throws(RPCError) -> ResponseBody)
  /// The response is a stream: run this in a task of its own, with a place to send to.
  case stream(@Sendable (any ResponseSink) async throws(RPCError) -> Void)
}

/// Where a streaming handler's messages go, before they have types.
public protocol ResponseSink: Sendable {
  /// Sends one message; suspends while the peer reads slower than the handler writes.
  ///
  /// - Throws: `CANCELLED` once the peer is gone.
  func send(_ body: @escaping ResponseBody) async throws(RPCError)
}

/// A typed `ResponseSink`.
public struct ResponseStream<Output: Message>: Sendable {
  @usableFromInline let sink: any ResponseSink
  @usableFromInline let format: PayloadFormat

  /// Types a sink.
  @inlinable
  public init(_ sink: any ResponseSink, _ format: PayloadFormat = .binary) {
    self.sink = sink
    self.format = format
  }

  /// Sends one message; suspends while the peer reads slower than the handler writes.
  @inlinable
  public func send(_ message: Output) async throws(RPCError) {
    try await sink.send { [format] (writer) throws(RPCError) in
      try message.encode(as: format, into: &writer)
    }
  }
}
