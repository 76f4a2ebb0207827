import ProtobufWire
import RPCCore
import Synchronization
import Testing
import Texts

private typealias Packet = AnyMessage

private enum Route {
  static let now = Method<Packet, Packet>(service: "s", name: "now")
  static let bytes = Method<Packet, Packet>(service: "s", name: "bytes")
  static let later = Method<Packet, Packet>(service: "s", name: "later")
  static let stream = Method<Packet, Packet>(service: "t", name: "stream", isServerStreaming: true)
}

private struct Broken: Error {}

/// Writes down what it sees; refuses calls that carry its name.
private final class Recorder: Interceptor {
  let name: String
  let log: Lines

  init(_ name: String, _ log: Lines) {
    self.name = name
    self.log = log
  }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    log.add("begin \(name) \(method.name)")
    if context.metadata["refuse"] == name { throw .permissionDenied }
    context.metadata.append("seen", name)
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    log.add("end \(name) \(error?.code.description ?? "OK")")
  }
}

/// Collects what a stream sends.
private final class Collector: ResponseSink {
  let messages = Mutex<[[UInt8]]>([])

  func send(_ body: @escaping ResponseBody) async throws(RPCError) {
    var writer = BinaryWriter()
    try body(&writer)
    let bytes = writer.bytes()
    messages.withLock { $0.append(bytes) }
  }
}

@Suite("Router", .timeLimit(.minutes(5)))
struct RouterTests {
  private let log = Lines()

  private func router(interceptors names: [String] = []) -> Router {
    var router = Router(interceptors: names.map { Recorder($0, log) })
    router.register(
      Route.now,
      now: { request, context in
        switch request.typeURL {
        case "later": return nil
        case "fail": throw RPCError.notFound("id", "x")
        case "break": throw Broken()
        case "seen":
          var answer = Packet()
          answer.typeURL = context.metadata.entries.map(\.value).joined(separator: ",")
          return .message(answer)
        default: return .message(request)
        }
      }, later: { request, _ in request })
    router.register(
      Route.bytes, now: { request, _ in .bytes([1, 2]) }, later: { request, _ in request })
    router.register(Route.later) { request, context in
      if request.typeURL == "cancel" { throw CancellationError() }
      if request.typeURL == "break" { throw Broken() }
      return request
    }
    router.register(
      Route.stream,
      streaming: { request, _, stream in
        try await stream.send(request)
        try await stream.send(request)
        if request.typeURL == "fail" { throw RPCError.permissionDenied }
        if request.typeURL == "withdrawn" { throw RPCError.callerGone }
        if request.typeURL == "ends" { withUnsafeCurrentTask { $0?.cancel() } }
      })
    return router
  }

  private func packet(_ label: String) -> Packet {
    var packet = Packet()
    packet.typeURL = label
    return packet
  }

  /// Runs a unary call to its end.
  private func call(
    _ router: Router, _ method: Method<Packet, Packet>, _ payload: [UInt8],
    metadata: Metadata = Metadata(), deadline: Deadline? = nil
  ) async throws -> [UInt8] {
    let entry = try router.entry(
      service: method.descriptor.service, method: method.descriptor.name)
    var writer = BinaryWriter()
    writer.append(9)
    let context = CallContext(
      metadata: metadata, deadline: deadline, peer: "test", transport: "in-process")
    let outcome = try payload.withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    switch outcome {
    case .answered: break
    case .later(let body): try await body().encode(into: &writer)
    case .stream: Issue.record("\(method.descriptor.fullName) streams")
    }
    let bytes = writer.bytes()
    #expect(bytes.first == 9)
    return Array(bytes.dropFirst())
  }

  /// Makes a recorder for each method, named after it.
  private struct Foreman: Interceptor {
    let log: Lines

    func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
      log.add("begin of the foreman")
    }

    func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
      log.add("end of the foreman")
    }

    func forMethod(_ method: MethodDescriptor) -> any Interceptor {
      log.add("asked for \(method.name)")
      return Recorder("of \(method.name)", log)
    }
  }

  @Test("an interceptor is asked once for the one of each method, which then sees its calls")
  func interceptorsOfMethods() async throws {
    var router = Router(interceptors: [Foreman(log: log)])
    router.register(
      Route.now, now: { request, _ in .message(request) }, later: { request, _ in request })
    router.register(Route.later) { request, _ in request }
    let request = try packet("x").protobuf()
    for _ in 0..<2 { _ = try await call(router, Route.later, request) }
    #expect(
      log.all == [
        "asked for now", "asked for later", "begin of later later", "end of later OK",
        "begin of later later", "end of later OK",
      ])
  }

  /// Says around the task of a call where it stands in a trace.
  private struct Surrounder: SurroundingInterceptor {
    @TaskLocal static var trace: TraceParent?

    func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {}
    func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {}

    func around<Result>(
      _ context: CallContext, _ body: () async throws(RPCError) -> Result
    ) async throws(RPCError) -> Result {
      let result = await Self.$trace.withValue(context.trace) {
        () async -> Swift.Result<Result, RPCError> in
        do throws(RPCError) {
          return .success(try await body())
        } catch {
          return .failure(error)
        }
      }
      return try result.get()
    }
  }

  private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test("an interceptor may go around the task of a call")
  func surroundings() async throws {
    let seen = Mutex<[TraceParent?]>([])
    var router = Router(interceptors: [Recorder("a", log), Surrounder()])
    router.register(Route.later) { request, _ in
      seen.withLock { $0.append(Surrounder.trace) }
      if request.typeURL == "fail" { throw RPCError.permissionDenied }
      return request
    }
    router.register(
      Route.stream, streaming: { _, _, _ in seen.withLock { $0.append(Surrounder.trace) } })
    let metadata: Metadata = ["traceparent": Self.traceparent]
    let request = try packet("x").protobuf()
    #expect(try await call(router, Route.later, request, metadata: metadata) == request)
    let error = await #expect(throws: RPCError.self) {
      try await call(router, Route.later, packet("fail").protobuf(), metadata: metadata)
    }
    #expect(error == .permissionDenied)
    var writer = BinaryWriter()
    let context = CallContext(metadata: metadata, peer: "test", transport: "in-process")
    let outcome = try request.withUnsafeBytes { bytes throws(RPCError) in
      try router.entry(service: "t", method: "stream").start(bytes, context, into: &writer)
    }
    guard case .stream(let body) = outcome else {
      Issue.record("it does not stream")
      return
    }
    try await body(Collector())
    let expected = try #require(TraceParent(Self.traceparent))
    #expect(seen.withLock { $0 } == [expected, expected, expected])
    #expect(
      log.all.filter { $0.hasPrefix("end") } == ["end a OK", "end a PERMISSION_DENIED", "end a OK"])
  }

  @Test(
    "a call stands where its traceparent says, if it has one that is good",
    arguments: [
      ([], false), ([("traceparent", traceparent)], true), ([("TraceParent", traceparent)], true),
      ([("traceparent", "x")], false),
      ([("traceparent", traceparent), ("traceparent", traceparent)], false),
    ])
  func traces(_ pairs: [(String, String)], _ isTraced: Bool) async throws {
    let seen = Mutex<[TraceParent?]>([])
    // With and without anybody who looks at calls.
    for names in [[], ["a"]] {
      var router = Router(interceptors: names.map { Recorder($0, log) })
      router.register(
        Route.now,
        now: { request, context in
          seen.withLock { $0.append(context.trace) }
          return .message(request)
        }, later: { request, _ in request })
      _ = try await call(router, Route.now, packet("x").protobuf(), metadata: Metadata(pairs))
    }
    let expected = isTraced ? TraceParent(Self.traceparent) : nil
    #expect(seen.withLock { $0 } == [expected, expected])
  }

  @Test("answers at once or later, behind what the writer holds", arguments: ["x", "later"])
  func answers(label: String) async throws {
    let request = try packet(label).protobuf()
    #expect(try await call(router(), Route.now, request) == request)
    #expect(try await call(router(), Route.later, request) == request)
  }

  @Test("a method is found by the bytes of its name: a KELVIN SIGN is no K")
  func methodsAreFoundByBytes() throws {
    var router = Router()
    router.register(Method<Packet, Packet>(service: "s", name: "K")) { request, _ in request }
    _ = try router.entry(service: "s", method: "K")
    let error = try #require(throws: RPCError.self) {
      _ = try router.entry(service: "s", method: "\u{212a}")
    }
    #expect(error.code == .unimplemented)
  }

  @Test("bytes encoded before are taken as they are")
  func encodedBytes() async throws {
    #expect(try await call(router(), Route.bytes, []) == [1, 2])
  }

  @Test(
    "what a handler throws becomes a status",
    arguments: [
      ("fail", StatusCode.notFound, "ERROR_NOT_FOUND"), ("break", .internal, "ERROR_UNKNOWN"),
    ])
  func errors(label: String, code: StatusCode, reason: String) async throws {
    let request = try packet(label).protobuf()
    let error = await #expect(throws: RPCError.self) {
      try await call(router(), Route.now, request)
    }
    #expect(error?.code == code)
    #expect(error?.reason == reason)
  }

  @Test("what nobody foresaw is told by the number of an incident alone; its cause stays here")
  func unforeseen() async throws {
    let request = try packet("break").protobuf()
    let error = await #expect(throws: RPCError.self) {
      try await call(router(), Route.now, request)
    }
    #expect(error?.cause is Broken)
    let told = /An unexpected error occurred\. \(incident = [0-9a-f]{16}\)/
    #expect(error?.message.wholeMatch(of: told) != nil, "\(error?.message ?? "")")
  }

  @Test("a cancelled handler failed for its deadline if that is over, else for its caller")
  func cancellation() async throws {
    let request = try packet("cancel").protobuf()
    await #expect(throws: RPCError.callerGone) {
      try await call(router(), Route.later, request)
    }
    await #expect(throws: RPCError.requestTimeout) {
      try await call(
        router(), Route.later, request, deadline: Deadline(.now.advanced(by: .seconds(-1))))
    }
  }

  @Test("a request that is no message is refused")
  func malformed() async throws {
    let error = await #expect(throws: RPCError.self) {
      try await call(router(), Route.now, [0x0a, 0xff])
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("key = request") == true)
  }

  @Test("a method without a handler is not implemented", arguments: [("s", "x"), ("x", "now")])
  func unknown(service: String, method: String) {
    #expect(throws: RPCError.notImplemented(service: service, method: method)) {
      _ = try router().entry(service: service, method: method)
    }
  }

  @Test("lists its methods by name")
  func methods() {
    #expect(
      router().methods.map(\.fullName) == ["s/bytes", "s/later", "s/now", "t/stream"])
  }

  @Test("interceptors begin from the outside in and end from the inside out")
  func interceptorOrder() async throws {
    let request = try packet("seen").protobuf()
    let answer = try await call(router(interceptors: ["a", "b"]), Route.now, request)
    #expect(try Packet(protobuf: answer).typeURL == "a,b")
    #expect(log.all == ["begin a now", "begin b now", "end b OK", "end a OK"])
  }

  @Test("interceptors see the end of a call that waits, and its error")
  func interceptorEnd() async throws {
    let router = router(interceptors: ["a"])
    _ = try await call(router, Route.later, packet("x").protobuf())
    _ = try? await call(router, Route.later, packet("break").protobuf())
    _ = try? await call(router, Route.now, packet("fail").protobuf())
    #expect(
      log.all == [
        "begin a later", "end a OK", "begin a later", "end a INTERNAL", "begin a now",
        "end a NOT_FOUND",
      ])
  }

  @Test("an interceptor that refuses ends the call for those before it, and hides it from the rest")
  func interceptorRefuses() async throws {
    let router = router(interceptors: ["a", "b", "c"])
    let request = try packet("x").protobuf()
    await #expect(throws: RPCError.permissionDenied) {
      try await call(router, Route.now, request, metadata: ["refuse": "b"])
    }
    #expect(log.all == ["begin a now", "begin b now", "end a PERMISSION_DENIED"])
  }

  @Test(
    "a stream sends, then ends or fails; one that was withdrawn failed for its deadline if that is over",
    arguments: [
      ("x", true, "OK"), ("fail", true, "PERMISSION_DENIED"),
      ("withdrawn", true, "DEADLINE_EXCEEDED"), ("withdrawn", false, "CANCELLED"),
      ("ends", true, "DEADLINE_EXCEEDED"), ("ends", false, "CANCELLED"),
    ])
  func streams(label: String, isLate: Bool, end: String) async throws {
    let router = router(interceptors: ["a"])
    let entry = try router.entry(service: "t", method: "stream")
    let request = try packet(label).protobuf()
    var writer = BinaryWriter()
    let context = CallContext(
      deadline: Deadline(.now.advanced(by: .seconds(isLate ? -1 : 3600))), peer: "test",
      transport: "in-process")
    let outcome = try request.withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    guard case .stream(let body) = outcome else {
      Issue.record("the method does not stream")
      return
    }
    let sink = Collector()
    // In a task of its own, which a handler may see cancelled.
    await Task { try? await body(sink) }.value
    #expect(sink.messages.withLock { $0 } == [request, request])
    #expect(log.all == ["begin a stream", "end a \(end)"])
  }
}
