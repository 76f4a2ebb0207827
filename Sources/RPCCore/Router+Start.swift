public import ProtobufWire

extension Router.Entry {
  /// Starts a call with a request in binary, with the interceptors around it.
  ///
  /// - Parameters:
  ///   - payload: the request's bytes; read before this returns, not kept.
  ///   - writer: receives the response where the outcome is `.answered`; what it holds already
  ///     stays. After an error it may hold a part of a response: truncate it.
  public func start(
    _ payload: UnsafeRawBufferPointer, _ context: CallContext, into writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    try start(.binary(payload), context, into: &writer)
  }

  /// Starts a call, with the interceptors around it.
  ///
  /// - Parameters:
  ///   - payload: the request; read before this returns, not kept.
  ///   - writer: receives the response, in the request's format, where the outcome is `.answered`;
  ///     what it holds already stays. After an error it may hold a part of a response: truncate it.
  public func start(
    _ payload: RequestPayload, _ context: CallContext, into writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    let metadataBytes = context.metadata.byteCount
    if interceptors.isEmpty, metadataBytes <= metadataBytesMax {
      return try start(payload, context, &writer)
    }
    var context = context
    // Whoever logs calls sees this one too, but not what is too large to be looked at.
    if metadataBytes > metadataBytesMax { context.metadata = Metadata() }
    try beginAll(&context)
    do throws(RPCError) {
      guard metadataBytes <= metadataBytesMax else {
        throw RPCError.limitReached(
          "The call's metadata has \(metadataBytes) bytes; at most \(metadataBytesMax) are taken.")
      }
      switch try start(payload, context, &writer) {
      case .answered:
        endAll(context, nil)
        return .answered
      case .later(let body):
        return .later { [context] () async throws(RPCError) in
          try await ended(context) { () async throws(RPCError) in try await body() }
        }
      case .stream(let body):
        return .stream { [context] (sink) async throws(RPCError) in
          try await ended(context) { () async throws(RPCError) in try await body(sink) }
        }
      }
    } catch {
      endAll(context, error)
      throw error
    }
  }

  private func ended<Result>(
    _ context: CallContext, _ body: () async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    do throws(RPCError) {
      let result = try await body()
      endAll(context, nil)
      return result
    } catch {
      endAll(context, error)
      throw error
    }
  }

  /// Interceptors that began before one refused are told the end.
  private func beginAll(_ context: inout CallContext) throws(RPCError) {
    for index in interceptors.indices {
      do throws(RPCError) {
        try interceptors[index].begin(&context, of: descriptor)
      } catch {
        for begun in interceptors[..<index].reversed() {
          begun.end(context, of: descriptor, error: error)
        }
        throw error
      }
    }
  }

  private func endAll(_ context: CallContext, _ error: RPCError?) {
    for interceptor in interceptors.reversed() {
      interceptor.end(context, of: descriptor, error: error)
    }
  }
}
