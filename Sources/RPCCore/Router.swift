public import ProtobufWire

/// The server's side of the method table: finds the handler of a call, decodes its request, looks
/// whether the caller may have it, runs the interceptors around it and turns whatever it throws into
/// an `RPCError`.
///
/// Built once, then only read: every door shares one.
public struct Router: Sendable {
  /// A method with its handler, types erased. A class: each call is handed it several times.
  public final class Entry: Sendable {
    /// The method.
    public let descriptor: MethodDescriptor
    let start: Start
    let hooks: [Hook]
    /// Whether the handler may answer at once, without a task.
    package let isPrompt: Bool
    /// nil where calls leave no record.
    let recorder: (any CallRecorder)?
    let surrounding: (any SurroundingInterceptor)?
    let metadataBytesMax: Int

    init(
      _ descriptor: MethodDescriptor, isPrompt: Bool, interceptors: [any Interceptor],
      recorder: (any CallRecorder)?, metadataBytesMax: Int, start: @escaping Start
    ) {
      self.descriptor = descriptor
      self.isPrompt = isPrompt
      self.start = start
      hooks = interceptors.map(Hook.init)
      self.recorder = recorder
      surrounding = interceptors.lazy.compactMap { $0 as? any SurroundingInterceptor }.first
      self.metadataBytesMax = metadataBytesMax
    }

    /// The same for somebody else. Each call counts references to its entry several times, and a core waits
    /// for what another one has just counted.
    package func copy() -> Entry {
      Entry(
        descriptor, isPrompt: isPrompt, interceptors: hooks.map(\.interceptor),
        recorder: recorder, metadataBytesMax: metadataBytesMax, start: start)
    }
  }

  /// An interceptor, handed on by reference: a copy of what a protocol hides is dear.
  @usableFromInline
  final class Hook: Sendable {
    let interceptor: any Interceptor

    init(_ interceptor: any Interceptor) {
      self.interceptor = interceptor
    }
  }

  /// Decodes a request, admits its caller, which is noted in the context, and runs the handler.
  @usableFromInline
  typealias Start =
    @Sendable (RequestPayload, inout CallContext, inout BinaryWriter) throws(RPCError) -> Outcome

  /// The proto files that declare the methods and their messages.
  public let files: [ProtoFile]
  private var entries: [UTF8Key: Entry] = [:]
  private let interceptors: [any Interceptor]
  private let recorder: (any CallRecorder)?
  package let metadataBytesMax: Int

  /// An empty router.
  ///
  /// - Parameters:
  ///   - files: the proto files that declare the methods to come, for those who describe them.
  ///   - interceptors: the first one is the outermost.
  ///   - recorder: keeps records of the calls of audited methods; nil: nobody does.
  ///   - metadataBytesMax: UTF-8 bytes of the keys and values that may come with a call; with more
  ///     it is refused before anything looks at them.
  public init(
    files: [ProtoFile] = [], interceptors: [any Interceptor] = [],
    recorder: (any CallRecorder)? = nil, metadataBytesMax: Int = 16_384
  ) {
    self.files = files
    self.interceptors = interceptors
    self.recorder = recorder
    self.metadataBytesMax = metadataBytesMax
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

  /// The services of which a method has a handler, in the order of their files.
  public var services: [ServiceDescriptor] {
    files.flatMap(\.services).filter { service in
      service.methods.contains { entries[UTF8Key($0.fullName)] != nil }
    }
  }

  /// The file of a name.
  public func file(named name: String) -> ProtoFile? {
    files.first { $0.name.isByteEqual(to: name) }
  }

  /// The file that declares a service, a method of one (`package.Service.method`), a message, or what
  /// is declared within a message.
  public func file(declaring symbol: String) -> ProtoFile? {
    files.first { file in
      file.services.contains { service in
        service.name.isByteEqual(to: symbol)
          || service.methods.contains { "\(service.name).\($0.name)".isByteEqual(to: symbol) }
      } || file.messages.contains { $0.descriptor.declares(symbol) }
    }
  }

  // MARK: Registration

  /// Registers a handler that may answer at once.
  ///
  /// - Parameters:
  ///   - now: answers without waiting, or gives nil to leave the call to `later`. It runs on the
  ///     thread that reads the socket, so it must not block.
  ///   - later: answers in a task of its own.
  @inlinable
  public mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    now: @escaping @Sendable (Input, CallContext) throws -> Answer<Output>?,
    later: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    register(
      method,
      writingNow: { request, context, writer in
        guard let answer = try now(request, context) else { return false }
        try answer.encode(as: context.format, into: &writer)
        return true
      }, later: later)
  }

  /// Registers a handler that may write its answer at once, where that is encoded already.
  ///
  /// - Parameters:
  ///   - now: appends the answer, in the format of the context, or gives false to leave the call to `later`.
  ///     It runs on the thread that reads the socket, so it must not block.
  ///   - later: answers in a task of its own.
  @inlinable
  package mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    writingNow now: @escaping @Sendable (Input, CallContext, inout BinaryWriter) throws -> Bool,
    later: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    add(method, isPrompt: true) { (request, context, format, writer) throws(RPCError) in
      do {
        if try now(request, context, &writer) { return .answered }
      } catch {
        throw Router.rpcError(error, context)
      }
      return .later { () async throws(RPCError) in
        try await Router.answer(format, context) { .message(try await later(request, context)) }
      }
    }
  }

  /// Registers a handler that always waits for something.
  @inlinable
  public mutating func register<Input, Output>(
    _ method: Method<Input, Output>,
    _ handler: @escaping @Sendable (Input, CallContext) async throws -> Output
  ) {
    register(answersOf: method) { .message(try await handler($0, $1)) }
  }

  /// Registers a handler that always waits for something, and may encode its response by itself.
  @inlinable
  public mutating func register<Input, Output>(
    answersOf method: Method<Input, Output>,
    _ handler: @escaping @Sendable (Input, CallContext) async throws -> Answer<Output>
  ) {
    add(method) { (request, context, format, _) throws(RPCError) in
      .later { () async throws(RPCError) in
        try await Router.answer(format, context) { try await handler(request, context) }
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
    add(method) { (request, context, format, _) throws(RPCError) in
      .stream { (sink) async throws(RPCError) in
        do {
          try await handler(request, context, ResponseStream(sink, format))
          // A handler that only stopped because nobody waits any more has not answered.
          try Task.checkCancellation()
        } catch {
          throw Router.rpcError(error, context)
        }
      }
    }
  }

  /// What every method has in common: its request is decoded, and its caller looked at.
  @inlinable
  mutating func add<Input, Output>(
    _ method: Method<Input, Output>, isPrompt: Bool = false,
    _ handler:
      @escaping @Sendable (Input, CallContext, PayloadFormat, inout BinaryWriter)
      throws(RPCError) -> Outcome
  ) {
    keep(method.descriptor, isPrompt) { (payload, context, writer) throws(RPCError) in
      let request = try payload.message(Input.self)
      try context.admit(to: method.descriptor, domainID: method.domainID?(request) ?? "")
      context.format = payload.format
      return try handler(request, context, payload.format, &writer)
    }
  }

  @usableFromInline
  mutating func keep(
    _ descriptor: MethodDescriptor, _ isPrompt: Bool, _ start: @escaping Start
  ) {
    precondition(
      entries[UTF8Key(descriptor.fullName)] == nil, "\(descriptor.fullName) is registered twice")
    entries[UTF8Key(descriptor.fullName)] = Entry(
      descriptor, isPrompt: isPrompt, interceptors: interceptors.map { $0.forMethod(descriptor) },
      recorder: descriptor.isAudited ? recorder : nil, metadataBytesMax: metadataBytesMax,
      start: start)
  }
}

extension CallContext {
  /// Looks whether the caller may have a method in a domain: the only place that does, for every
  /// method and door.
  ///
  /// - Throws: `UNAUTHENTICATED` or `PERMISSION_DENIED` for what it may not have, and
  ///   `INVALID_ARGUMENT` where the domain is missing.
  @usableFromInline
  mutating func admit(to method: MethodDescriptor, domainID: String) throws(RPCError) {
    guard caller.has(method.permission) else {
      throw caller.authentication == .none
        ? .authenticateFailure("a token is needed") : .permissionDenied
    }
    guard domainID.isEmpty else {
      guard caller.reaches(domainID) else { throw .permissionDenied }
      self.domainID = domainID
      notes?.note(domainID: domainID)
      return
    }
    guard !method.needsDomain else { throw .requiredParameter("domain_id") }
    // What is the same for every domain may still be asked for by somebody of one.
    if case .only(let own) = caller.domains { self.domainID = own }
  }
}

extension Router {
  @inlinable
  static func answer<Output: Message>(
    _ format: PayloadFormat, _ context: CallContext,
    with handler: () async throws -> Answer<Output>
  ) async throws(RPCError) -> Response {
    do {
      return try await handler().response(as: format)
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

extension MessageDescriptor {
  /// Whether a name is the message's, one of its fields' or oneofs', or one of an enum within it.
  fileprivate func declares(_ symbol: String) -> Bool {
    if symbol.isByteEqual(to: fullName) { return true }
    guard symbol.utf8.starts(with: "\(fullName).".utf8) else { return false }
    let name = String(Substring(symbol.utf8.dropFirst(fullName.utf8.count + 1)))
    return fields.contains { field in
      if case .enum(let descriptor) = field.kind, descriptor.fullName.isByteEqual(to: symbol) {
        return true
      }
      return field.name.isByteEqual(to: name)
    } || oneofs.contains { $0.name.isByteEqual(to: name) }
  }
}

extension Router.Entry {
  /// Starts a call with a request in binary, with the interceptors around it.
  ///
  /// - Parameters:
  ///   - payload: the request's bytes; read before this returns, not kept.
  ///   - writer: receives the response where the outcome is `.answered`; what it holds already
  ///     stays. After an error it may hold a part of a response: truncate it.
  public func start(
    _ payload: UnsafeRawBufferPointer, _ context: consuming CallContext,
    into writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    try start(.binary(payload), context, into: &writer)
  }

  /// Starts a call, with the interceptors around it, and its record around them.
  ///
  /// - Parameters:
  ///   - payload: the request; read before this returns, not kept.
  ///   - writer: receives the response, in the request's format, where the outcome is `.answered`;
  ///     what it holds already stays. After an error it may hold a part of a response: truncate it.
  public func start(
    _ payload: RequestPayload, _ context: consuming CallContext, into writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    if let recorder {
      context.record = recorder.begin(descriptor)
      if context.notes == nil { context.notes = CallNotes() }
    }
    return try start(payload, &context, from: 0, mayWait: true, into: &writer)
  }

  /// - Parameters:
  ///   - context: has what was found out on the way. One place for it: copying it costs as much as to find
  ///     the method.
  ///   - first: the interceptor to begin with; those before it have begun.
  ///   - mayWait: whether one that refuses may be asked once more.
  private func start(
    _ payload: RequestPayload, _ context: inout CallContext, from first: Int, mayWait: Bool,
    into writer: inout BinaryWriter
  ) throws(RPCError) -> Outcome {
    let before = writer.count
    do throws(RPCError) {
      switch try run(payload, &context, from: first, mayWait: mayWait, into: &writer) {
      case .outcome(let outcome):
        return context.record.map { record in
          outcome.recorded(by: record, context, before: before, in: &writer)
        } ?? outcome
      case .waits(let index, let remedy):
        let payload = KeptPayload(payload)
        return .after(remedy, isStream: descriptor.isServerStreaming) {
          [context] (writer) throws(RPCError) in
          try payload.read { (payload) throws(RPCError) in
            var context = context
            return try self.start(payload, &context, from: index, mayWait: false, into: &writer)
          }
        }
      }
    } catch {
      guard let record = context.record else { throw error }
      writer.truncate(to: before)
      return try record.failed(context, error, isStream: descriptor.isServerStreaming)
    }
  }

  /// How far a call got.
  private enum Progress {
    case outcome(Outcome)
    /// The interceptor of this index is to be asked once more after something.
    case waits(Int, @Sendable () async -> Void)
  }

  /// - Parameter context: has what the interceptors found out, also after an error.
  private func run(
    _ payload: RequestPayload, _ context: inout CallContext, from first: Int, mayWait: Bool,
    into writer: inout BinaryWriter
  ) throws(RPCError) -> Progress {
    let metadataBytes = context.metadata.byteCount
    if metadataBytes <= metadataBytesMax { context.trace = context.metadata.traceParent }
    if hooks.isEmpty, metadataBytes <= metadataBytesMax {
      return .outcome(try start(payload, &context, &writer))
    }
    // Whoever logs calls sees this one too, but not what is too large to be looked at.
    if metadataBytes > metadataBytesMax { context.metadata = Metadata() }
    if let waits = try beginAll(&context, from: first, mayWait: mayWait) { return waits }
    do throws(RPCError) {
      guard metadataBytes <= metadataBytesMax else {
        throw RPCError.limitReached(
          "The call's metadata has \(metadataBytes) bytes; at most \(metadataBytesMax) are taken.")
      }
      switch try start(payload, &context, &writer) {
      case .answered:
        endAll(context, nil)
        return .outcome(.answered)
      case .later(let body):
        return .outcome(
          .later { [context] () async throws(RPCError) in
            try await self.ended(context) { () async throws(RPCError) in try await body() }
          })
      case .stream(let body):
        return .outcome(
          .stream { [context] (sink) async throws(RPCError) in
            try await self.ended(context) { () async throws(RPCError) in try await body(sink) }
          })
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
      let result: Result
      if let surrounding {
        result = try await surrounding.around(context, body)
      } else {
        result = try await body()
      }
      endAll(context, nil)
      return result
    } catch {
      endAll(context, error)
      throw error
    }
  }

  /// Interceptors that began before one refused are told the end.
  ///
  /// - Returns: nil once all have begun.
  private func beginAll(
    _ context: inout CallContext, from first: Int, mayWait: Bool
  ) throws(RPCError) -> Progress? {
    for index in hooks.indices[first...] {
      do throws(RPCError) {
        try hooks[index].interceptor.begin(&context, of: descriptor)
      } catch {
        if mayWait, let remedy = hooks[index].interceptor.remedy(for: error) {
          return .waits(index, remedy)
        }
        for begun in hooks[..<index].reversed() {
          begun.interceptor.end(context, of: descriptor, error: error)
        }
        throw error
      }
    }
    return nil
  }

  private func endAll(_ context: CallContext, _ error: RPCError?) {
    var index = hooks.count
    while index > 0 {
      index -= 1
      hooks[index].interceptor.end(context, of: descriptor, error: error)
    }
  }
}
