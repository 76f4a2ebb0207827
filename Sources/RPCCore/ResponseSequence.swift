public import ProtobufWire

/// The messages of a response stream, decoded as they are read.
///
/// Cancelling the task that iterates, or dropping the iterator and the sequence, withdraws the call.
/// Iterate it once.
public struct ResponseSequence<Output: Message>: AsyncSequence, Sendable {
  /// A message.
  public typealias Element = Output
  /// The peer's status, or `UNAVAILABLE` once the connection is lost.
  public typealias Failure = RPCError

  private let messages: AsyncThrowingStream<[UInt8], any Error>
  private let method: MethodDescriptor

  /// Types the messages of a method's stream.
  public init(_ messages: AsyncThrowingStream<[UInt8], any Error>, of method: MethodDescriptor) {
    self.messages = messages
    self.method = method
  }

  /// Reads from the beginning.
  public func makeAsyncIterator() -> Iterator {
    Iterator(messages: messages.makeAsyncIterator(), method: method)
  }

  /// Reads message by message.
  public struct Iterator: AsyncIteratorProtocol {
    var messages: AsyncThrowingStream<[UInt8], any Error>.Iterator
    let method: MethodDescriptor

    /// The next message; nil at the end.
    public mutating func next() async throws(RPCError) -> Output? {
      try await next(isolation: nil)
    }

    /// The next message; nil at the end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> Output? {
      let message: [UInt8]?
      do {
        message = try await messages.next(isolation: actor)
      } catch let error as RPCError {
        throw error
      } catch {
        throw RPCError(.unknown, message: "\(error)", cause: error)
      }
      return try message.map { (bytes) throws(RPCError) in
        try Output.response(bytes, of: method)
      }
    }
  }
}

extension Message {
  /// Decodes a response.
  static func response(
    _ bytes: [UInt8], of method: MethodDescriptor
  ) throws(RPCError) -> Self {
    do throws(WireError) {
      return try Self(protobuf: bytes)
    } catch {
      throw RPCError(
        .internal, reason: "ERROR_MALFORMED_RESPONSE",
        message: "The response of \(method.fullName) cannot be decoded: \(error)", cause: error)
    }
  }

  /// Encodes a request.
  func request() throws(RPCError) -> [UInt8] {
    do throws(WireError) {
      return try protobuf()
    } catch {
      throw RPCError.invalidParameter("request", reason: "\(error)")
    }
  }
}
