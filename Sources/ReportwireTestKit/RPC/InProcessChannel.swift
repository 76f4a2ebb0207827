internal import ProtobufWire
package import RPCCore

/// A channel that calls a router in this process: everything but the transport is real.
package struct InProcessChannel: RPCChannel {
  private let router: Router
  private let caller: Caller
  private let answerBytesMax: Int

  /// - Parameters:
  ///   - caller: whose calls they are.
  ///   - answerBytesMax: what handlers are told that a response may have; nothing else holds to it.
  package init(
    _ router: Router, caller: Caller = .anonymous, answerBytesMax: Int = 4_194_288
  ) {
    self.router = router
    self.caller = caller
    self.answerBytesMax = answerBytesMax
  }

  package func call(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> [UInt8] {
    var writer = BinaryWriter()
    switch try start(method, request, options, &writer) {
    case .answered: break
    case .later(let body): try await body().encode(into: &writer)
    case .stream:
      throw RPCError(.internal, message: "\(method.fullName) answers with a stream")
    }
    return writer.take()
  }

  package func stream(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> AsyncThrowingStream<[UInt8], any Error> {
    var writer = BinaryWriter()
    guard case .stream(let body) = try start(method, request, options, &writer) else {
      throw RPCError(.internal, message: "\(method.fullName) answers with one message")
    }
    let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
    let task = Task {
      do {
        try await body(Sink(continuation: continuation))
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  private func start(
    _ method: MethodDescriptor, _ request: [UInt8], _ options: CallOptions,
    _ writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    let entry = try router.entry(service: method.service, method: method.name)
    let deadline = options.timeout.map { Deadline(.now.advanced(by: $0)) }
    let context = CallContext(
      metadata: options.metadata, caller: caller, deadline: deadline,
      answerBytesMax: answerBytesMax, peer: "test", transport: "in-process", notes: CallNotes())
    // A typed error cannot leave the closure of `withUnsafeBytes`, so it leaves as a value.
    let result: Result<Outcome, RPCError> = request.withUnsafeBytes { bytes in
      do throws(RPCError) {
        return .success(try entry.start(bytes, context, into: &writer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

private struct Sink: ResponseSink {
  let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

  func send(_ body: @escaping ResponseBody) async throws(RPCError) {
    guard !Task.isCancelled else { throw RPCError.callerGone }
    var writer = BinaryWriter()
    try body(&writer)
    continuation.yield(writer.take())
  }
}
