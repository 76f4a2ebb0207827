import ProtobufWire

/// What a caller may say about one call.
public struct CallOptions: Sendable {
  /// How long the call may take; nil: as the channel is configured.
  public var timeout: Duration?
  /// What travels with the call.
  public var metadata: Metadata

  /// Makes options.
  public init(timeout: Duration? = nil, metadata: Metadata = Metadata()) {
    self.timeout = timeout
    self.metadata = metadata
  }
}

/// A way to call methods: a ttrpc connection, a pool of them, or a router in this process.
public protocol RPCChannel: Sendable {
  /// Calls a unary method. Cancelling the task withdraws the call.
  ///
  /// - Parameter request: the encoded request message.
  /// - Returns: the encoded response message.
  /// - Throws: the peer's status, or `UNAVAILABLE` if it cannot be reached.
  func call(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> [UInt8]

  /// Calls a server-streaming method. Cancelling the task that iterates, or dropping the iterator,
  /// withdraws the call.
  ///
  /// - Returns: the encoded response messages in order; ends by throwing the peer's status if that
  ///   is not OK.
  func stream(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> AsyncThrowingStream<[UInt8], any Error>
}

extension RPCChannel {
  /// Calls a unary method with messages.
  public func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> Output {
    let answer = try await call(
      method.descriptor, request: request.request(), options: options)
    return try Output.response(answer, of: method.descriptor)
  }

  /// Calls a server-streaming method with messages.
  public func stream<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseSequence<Output> {
    let messages = try await stream(
      method.descriptor, request: request.request(), options: options)
    return ResponseSequence(messages, of: method.descriptor)
  }
}
