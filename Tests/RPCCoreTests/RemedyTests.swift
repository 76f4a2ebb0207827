import ProtobufWire
import RPCCore
import Synchronization
import Testing

private typealias Packet = AnyMessage

private enum Route {
  static let now = Method<Packet, Packet>(service: "s", name: "now")
  static let later = Method<Packet, Packet>(service: "s", name: "later")
  static let stream = Method<Packet, Packet>(service: "s", name: "stream", isServerStreaming: true)
}

/// Refuses calls until it is told better, so many times.
private final class Doubter: Interceptor {
  let lines: Lines
  private let refusals: Mutex<Int>
  private let hasRemedy: Bool

  init(_ lines: Lines, refusals: Int, hasRemedy: Bool = true) {
    self.lines = lines
    self.refusals = Mutex(refusals)
    self.hasRemedy = hasRemedy
  }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    let isRefused = refusals.withLock { refusals in
      refusals -= 1
      return refusals >= 0
    }
    lines.add(isRefused ? "doubts" : "believes")
    if isRefused { throw .permissionDenied }
    context.caller = Caller(
      subject: "ada", domains: .every, roles: .admin, authentication: .token)
  }

  func remedy(for error: RPCError) -> (@Sendable () async -> Void)? {
    guard hasRemedy else { return nil }
    return { [lines] in lines.add("waits") }
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    lines.add("doubter ends")
  }
}

/// The outermost.
private struct Log: Interceptor {
  let lines: Lines

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    lines.add("begins")
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    lines.add("ends \(context.caller.subject) \(error?.code ?? .ok)")
  }
}

private struct Recorder: CallRecorder {
  let lines: Lines

  func begin(_ method: MethodDescriptor) -> any CallRecord { Record(lines) }

  private final class Record: CallRecord {
    let lines: Lines
    init(_ lines: Lines) { self.lines = lines }

    func end(
      _ context: CallContext, error: RPCError?
    ) -> (@Sendable () async throws(RPCError) -> Void)? {
      { [lines] in lines.add("record of \(context.caller.subject) \(error?.code ?? .ok)") }
    }
  }
}

private struct Ignoring: ResponseSink {
  func send(_ body: @escaping ResponseBody) async throws(RPCError) {
    var writer = BinaryWriter()
    try body(&writer)
  }
}

@Suite("Calls that wait before they begin", .timeLimit(.minutes(5)))
struct RemedyTests {
  private let lines = Lines()

  private func call(
    _ method: Method<Packet, Packet>, refusals: Int, hasRemedy: Bool = true,
    isRecorded: Bool = false
  ) async throws -> String {
    var router = Router(
      interceptors: [
        Log(lines: lines), Doubter(lines, refusals: refusals, hasRemedy: hasRemedy),
      ], recorder: isRecorded ? Recorder(lines: lines) : nil)
    router.register(
      Route.now, now: { request, _ in .message(request) }, later: { request, _ in request })
    router.register(Route.later) { request, _ in request }
    router.register(
      Route.stream, streaming: { request, _, stream in try await stream.send(request) })
    let entry = try router.entry(service: "s", method: method.descriptor.name)
    var packet = Packet()
    packet.typeURL = "x"
    var writer = BinaryWriter()
    writer.append(9)
    let context = CallContext(peer: "test", transport: "in-process")
    // Gone once the call has started.
    var payload = try packet.protobuf()
    let outcome = try payload.withUnsafeMutableBytes { bytes throws(RPCError) in
      defer { for index in bytes.indices { bytes[index] = 0xff } }
      return try entry.start(UnsafeRawBufferPointer(bytes), context, into: &writer)
    }
    switch outcome {
    case .answered: break
    case .later(let body): try await body().encode(into: &writer)
    case .stream(let body):
      try await body(Ignoring())
      return "streamed"
    }
    return try Packet(protobuf: Array(writer.bytes().dropFirst())).typeURL
  }

  @Test("a call begins once more after what may help, whatever kind of method it is of")
  func onceMore() async throws {
    for (method, answer) in [(Route.now, "x"), (Route.later, "x"), (Route.stream, "streamed")] {
      let before = lines.all.count
      #expect(try await call(method, refusals: 1) == answer)
      #expect(
        lines.all[before...] == [
          "begins", "doubts", "waits", "believes", "doubter ends", "ends ada OK",
        ])
    }
  }

  @Test("it is not asked a third time")
  func notForEver() async throws {
    await #expect(throws: RPCError.permissionDenied) { try await call(Route.later, refusals: 2) }
    #expect(lines.all == ["begins", "doubts", "waits", "doubts", "ends  PERMISSION_DENIED"])
  }

  @Test("where nothing helps, it is refused at once")
  func nothingHelps() async throws {
    await #expect(throws: RPCError.permissionDenied) {
      try await call(Route.now, refusals: 1, hasRemedy: false)
    }
    #expect(lines.all == ["begins", "doubts", "ends  PERMISSION_DENIED"])
  }

  @Test("its record tells once how it ended, and who it was")
  func recorded() async throws {
    for method in [Route.now, Route.later, Route.stream] {
      let before = lines.all.count
      _ = try await call(method, refusals: 1, isRecorded: true)
      #expect(lines.all[before...].filter { $0.hasPrefix("record") } == ["record of ada OK"])
    }
    _ = try? await call(Route.now, refusals: 2, isRecorded: true)
    #expect(lines.all.last == "record of  PERMISSION_DENIED")
  }
}
