import ProtobufWire
import RPCCore
import Synchronization
import Testing

private typealias Packet = AnyMessage

private enum Route {
  static let now = Method<Packet, Packet>(service: "s", name: "now", permission: .run)
  static let later = Method<Packet, Packet>(service: "s", name: "later", permission: .run)
  static let stream = Method<Packet, Packet>(
    service: "s", name: "stream", permission: .run, isServerStreaming: true)
  static let look = Method<Packet, Packet>(service: "s", name: "look", permission: .read)
}

/// Writes down which calls end, and what it is that their answers wait for.
private final class Recorder: CallRecorder {
  let lines: Lines
  /// Whether there is something to wait for.
  let writes: Bool
  /// What that throws.
  let fault: RPCError?

  init(_ lines: Lines, writes: Bool = true, fault: RPCError? = nil) {
    self.lines = lines
    self.writes = writes
    self.fault = fault
  }

  func begin(_ method: MethodDescriptor) -> any CallRecord { Record(self, method) }

  private final class Record: CallRecord {
    let recorder: Recorder
    let method: MethodDescriptor

    init(_ recorder: Recorder, _ method: MethodDescriptor) {
      self.recorder = recorder
      self.method = method
    }

    func end(
      _ context: CallContext, error: RPCError?
    ) -> (@Sendable () async throws(RPCError) -> Void)? {
      recorder.lines.add(
        "\(method.name) by \(context.caller.subject): \(error?.code ?? .ok)")
      guard recorder.writes else { return nil }
      return { [recorder] () async throws(RPCError) in
        recorder.lines.add("written")
        if let fault = recorder.fault { throw fault }
      }
    }
  }
}

/// Says who calls; refuses everybody without a name.
private struct Names: Interceptor {
  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    guard let name = context.metadata["name"] else { throw .authenticateFailure("no name") }
    context.caller = Caller(
      subject: name, domains: .every, roles: name == "reader" ? .read : .run,
      authentication: .token)
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {}
}

private struct Ignoring: ResponseSink {
  let lines: Lines

  func send(_ body: @escaping ResponseBody) async throws(RPCError) { lines.add("sent") }
}

@Suite("Records of calls", .timeLimit(.minutes(5)))
struct CallRecorderTests {
  private let lines = Lines()

  private func router(_ recorder: (any CallRecorder)?) -> Router {
    var router = Router(interceptors: [Names()], recorder: recorder)
    for method in [Route.now, Route.look] {
      router.register(
        method,
        now: { request, _ in
          if request.typeURL == "fail" { throw RPCError.notFound("id", "x") }
          return .message(request)
        }, later: { request, _ in request })
    }
    router.register(Route.later) { [lines] request, context in
      lines.add("record: \(context.record != nil), notes: \(context.notes != nil)")
      if request.typeURL == "fail" { throw RPCError.notFound("id", "x") }
      return request
    }
    router.register(
      Route.stream,
      streaming: { request, _, stream in
        try await stream.send(request)
        if request.typeURL == "fail" { throw RPCError.notFound("id", "x") }
      })
    return router
  }

  private func call(
    _ router: Router, _ method: Method<Packet, Packet>, _ label: String = "", name: String? = "ada"
  ) async throws -> String {
    var packet = Packet()
    packet.typeURL = label
    var metadata = Metadata()
    metadata["name"] = name
    let context = CallContext(metadata: metadata, peer: "test", transport: "in-process")
    let entry = try router.entry(service: "s", method: method.descriptor.name)
    var writer = BinaryWriter()
    writer.append(9)
    let payload = try packet.protobuf()
    let outcome = try payload.withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    switch outcome {
    case .answered: lines.add("answered")
    case .later(let body): try await body().encode(into: &writer)
    case .stream(let body): try await body(Ignoring(lines: lines))
    }
    lines.add("told")
    return try Packet(protobuf: Array(writer.bytes().dropFirst())).typeURL
  }

  @Test("a caller hears of the outcome when it is written, however the call is answered")
  func writtenBefore() async throws {
    let router = router(Recorder(lines))
    #expect(try await call(router, Route.now, "x") == "x")
    #expect(lines.all == ["now by ada: OK", "written", "told"])
    #expect(try await call(router, Route.later, "x") == "x")
    #expect(
      lines.all.suffix(4) == [
        "record: true, notes: true", "later by ada: OK", "written", "told",
      ])
    _ = try await call(router, Route.stream)
    #expect(lines.all.suffix(4) == ["sent", "stream by ada: OK", "written", "told"])
  }

  @Test(
    "what fails is written, too, and the caller hears why it failed",
    arguments: [nil, RPCError.serverStopping])
  func failures(fault: RPCError?) async throws {
    let router = router(Recorder(lines, fault: fault))
    for method in [Route.now, Route.later, Route.stream] {
      await #expect(throws: RPCError.notFound("id", "x")) {
        try await call(router, method, "fail")
      }
      #expect(
        lines.all.suffix(2) == ["\(method.descriptor.name) by ada: NOT_FOUND", "written"])
      await #expect(throws: RPCError.permissionDenied) {
        try await call(router, method, name: "reader")
      }
      #expect(
        lines.all.suffix(2)
          == ["\(method.descriptor.name) by reader: PERMISSION_DENIED", "written"])
      await #expect(throws: RPCError.authenticateFailure("no name")) {
        try await call(router, method, name: nil)
      }
      #expect(
        lines.all.suffix(2) == ["\(method.descriptor.name) by : UNAUTHENTICATED", "written"])
    }
    #expect(lines.all.count { $0 == "written" } == 9)
  }

  @Test("a success that cannot be written is none")
  func notWritten() async throws {
    let router = router(Recorder(lines, fault: .serverStopping))
    for method in [Route.now, Route.later, Route.stream] {
      await #expect(throws: RPCError.serverStopping) { try await call(router, method) }
    }
  }

  @Test("where there is nothing to wait for, a call is answered as it would be")
  func nothingToWrite() async throws {
    let router = router(Recorder(lines, writes: false))
    #expect(try await call(router, Route.now, "x") == "x")
    #expect(lines.all == ["now by ada: OK", "answered", "told"])
    await #expect(throws: RPCError.notFound("id", "x")) {
      try await call(router, Route.now, "fail")
    }
  }

  @Test("a method that only reads leaves no record, nor does any where nobody keeps them")
  func notAudited() async throws {
    _ = try await call(router(Recorder(lines)), Route.look)
    _ = try await call(router(nil), Route.now)
    #expect(lines.all == ["answered", "told", "answered", "told"])
  }
}
