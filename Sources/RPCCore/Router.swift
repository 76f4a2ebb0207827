public import ProtobufWire

/// The server's side of the method table: finds the handler of a call, decodes its request, runs
/// the interceptors around it and turns whatever it throws into an `RPCError`.
///
/// Built once, then only read: every door shares one.
public struct Router: Sendable {
  /// A method with its handler, types erased.
  public struct Entry: Sendable {
    /// The method.
    public let descriptor: MethodDescriptor
    @usableFromInline let start:
      @Sendable (UnsafeRawBufferPointer, CallContext, inout BinaryWriter) throws(RPCError) ->
        Outcome
    @usableFromInline let interceptors: [any Interceptor]
  }

  private var entries: [UTF8Key: Entry] = [:]
  @usableFromInline let interceptors: [any Interceptor]

  /// An empty router; the first interceptor is the outermost.
  public init(interceptors: [any Interceptor] = []) {
    self.interceptors = interceptors
  }

  /// The methods that have handlers, sorted by full name.
  public var methods: [MethodDescriptor] {
    entries.values.map(\.descriptor).sorted { $0.fullName < $1.fullName }
  }

  /// The entry of a method.
  ///
  /// - Throws: `UNIMPLEMENTED` if there is none.
  public func entry(service: String, method: String) throws(RPCError) -> Entry {
    if let entry = entries[UTF8Key("\(service)/\(method)")] { return entry }
    throw RPCError.notImplemented(service: service, method: method)
  }

  /// Registers a handler that may answer at once.
  ///
  /// - Parameters:
  ///   - now: answers without waiting, or gives nil to leave the call to `later`. It runs on the
  ///     thread that reads the socket, so it must not block.
  ///   - later: answers in a task of its own.
  @inlinable
  public mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    now: @escaping @Sendable (Input, CallContext) throws -> Immediate<Output>?,
    later: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    add(method.descriptor) { (payload, context, writer) throws(RPCError) in
      let request = try Router.decode(Input.self, payload)
      do {
        switch try now(request, context) {
        case .message(let message):
          try message.encode(into: &writer)
          return .answered
        case .bytes(let bytes):
          writer.append(contentsOf: bytes)
          return .answered
        case nil:
          return .later { () async throws(RPCError) in
            try await Router.answer(request, context, with: later)
          }
        }
      } catch {
        throw Router.rpcError(error, context)
      }
    }
  }

  /// Registers a handler that always waits for something.
  @inlinable
  public mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    _ handler: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    add(method.descriptor) { (payload, context, _) throws(RPCError) in
      let request = try Router.decode(Input.self, payload)
      return .later { () async throws(RPCError) in
        try await Router.answer(request, context, with: handler)
      }
    }
  }

  /// Registers a handler that answers with a stream of messages.
  @inlinable
  public mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    streaming handler:
      @escaping @Sendable (Input, CallContext, ResponseStream<Output>) async throws -> Void
  ) {
    add(method.descriptor) { (payload, context, _) throws(RPCError) in
      let request = try Router.decode(Input.self, payload)
      return .stream { (sink) async throws(RPCError) in
        do {
          try await handler(request, context, ResponseStream(sink))
          // A handler that only stopped because nobody waits any more has not answered.
          try Task.checkCancellation()
        } catch {
          throw Router.rpcError(error, context)
        }
      }
    }
  }

  @usableFromInline
  mutating func add(
    _ descriptor: MethodDescriptor,
    _ start:
      @escaping @Sendable (UnsafeRawBufferPointer, CallContext, inout BinaryWriter)
      throws(RPCError) -> Outcome
  ) {
    precondition(
      entries[UTF8Key(descriptor.fullName)] == nil, "\(descriptor.fullName) is registered twice")
    entries[UTF8Key(descriptor.fullName)] = Entry(
      descriptor: descriptor, start: start, interceptors: interceptors)
  }
}

/// A response that needs no waiting.
public enum Immediate<Output: Message>: Sendable {
  /// A message to encode.
  case message(Output)
  /// A message encoded before.
  case bytes([UInt8])
}

extension Router {
  @inlinable
  static func decode<Input: Message>(
    _ type: Input.Type, _ payload: UnsafeRawBufferPointer
  ) throws(RPCError) -> Input {
    do throws(WireError) {
      return try Input(protobuf: payload)
    } catch {
      throw RPCError.malformedRequest(error)
    }
  }

  @inlinable
  static func answer<Input: Message, Output: Message>(
    _ request: Input, _ context: CallContext,
    with handler: @Sendable (Input, CallContext) async throws -> Output
  ) async throws(RPCError) -> ResponseBody {
    do {
      let response = try await handler(request, context)
      return { (writer) throws(RPCError) in
        do throws(WireError) {
          try response.encode(into: &writer)
        } catch {
          throw RPCError.unencodableResponse(error)
        }
      }
    } catch {
      throw rpcError(error, context)
    }
  }

  /// What a handler threw, as the peer shall see it.
  @usableFromInline
  static func rpcError(_ error: any Error, _ context: CallContext) -> RPCError {
    switch error {
    // A handler learns only that it was withdrawn; whether for its deadline, the context tells.
    case let error as RPCError where error != .callerGone: error
    case is CancellationError, is RPCError:
      context.deadline?.isOver() == true ? .requestTimeout : .callerGone
    default: .unknown(incident: Incident.newID(), cause: error)
    }
  }
}
