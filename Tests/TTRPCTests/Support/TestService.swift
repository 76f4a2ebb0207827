import ProtobufWire
import RPCCore
import ReportwireTestKit
import Synchronization

/// Handlers that do what a test asks of them, and tell what happens to them.
final class TestService: Sendable {
  /// A handler that waits has begun.
  let began = Signal()
  /// A handler that waits was cancelled.
  let cancelled = Signal()
  /// A streaming handler sent a message.
  let sent = Signal()
  /// A handler gave way to others.
  let yielded = Signal()
  /// Lets the calls of `hold` with that label go on.
  private let gates = Mutex<[String: Signal]>([:])

  func gate(_ label: String) -> Signal {
    gates.withLock { gates in
      if let gate = gates[label] { return gate }
      let gate = Signal()
      gates[label] = gate
      return gate
    }
  }

  func router(interceptors: [any Interceptor] = []) -> Router {
    var router = Router(interceptors: interceptors)
    router.register(
      TestMethod.echo, now: { request, _ in .message(request) },
      later: { request, _ in request })
    router.register(TestMethod.echoLater) { request, _ in request }
    router.register(TestMethod.fail) { request, _ in
      throw RPCError.notFound("label", request.typeURL)
    }
    router.register(
      TestMethod.inflate,
      now: { request, _ in
        .message(Packet("", [UInt8](repeating: 7, count: Int(request.typeURL) ?? 0)))
      }, later: { request, _ in request })
    router.register(TestMethod.hold) { [self] request, _ in
      began.fire()
      await gate(request.typeURL).wait()
      return request
    }
    router.register(TestMethod.release) { [self] request, _ in
      gate(request.typeURL).fire()
      return request
    }
    router.register(TestMethod.hang) { [self] request, _ in
      try await hang()
      return request
    }
    router.register(
      TestMethod.describe,
      now: { request, context in
        let pairs = context.metadata.entries.map { "\($0.key)=\($0.value)" }
        return .message(
          Packet(
            "\(context.transport) \(context.deadline == nil ? "open" : "bounded") "
              + pairs.joined(separator: ",")))
      }, later: { request, _ in request })
    router.register(TestMethod.yield) { [self] request, _ in
      for _ in 0..<(Int(request.typeURL) ?? 0) {
        yielded.fire()
        await Task.yield()
      }
      return request
    }
    addStreams(to: &router)
    return router
  }

  private func addStreams(to router: inout Router) {
    router.register(
      TestMethod.count,
      streaming: { request, _, stream in
        for number in 0..<(Int(request.typeURL) ?? 0) {
          try await stream.send(Packet("\(number)", request.value))
        }
      })
    router.register(
      TestMethod.holdThenCount,
      streaming: { [self] request, _, stream in
        began.fire()
        await gate(request.typeURL).wait()
        for number in request.value.indices { try await stream.send(Packet("\(number)")) }
      })
    router.register(
      TestMethod.countThenFail,
      streaming: { request, _, stream in
        for number in 0..<(Int(request.typeURL) ?? 0) {
          try await stream.send(Packet("\(number)"))
        }
        throw RPCError.permissionDenied
      })
    router.register(
      TestMethod.grow,
      streaming: { request, _, stream in
        let step = Int(request.typeURL) ?? 0
        for number in 1... {
          try await stream.send(Packet("", [UInt8](repeating: 0, count: number * step)))
        }
      })
    router.register(
      TestMethod.flood,
      streaming: { [self] request, _, stream in
        do {
          while true {
            try await stream.send(request)
            sent.fire()
          }
        } catch {
          cancelled.fire()
          throw error
        }
      })
  }

  /// Returns only when cancelled.
  private func hang() async throws {
    let never = AsyncStream<Void> { _ in }
    began.fire()
    for await _ in never {}
    cancelled.fire()
    throw CancellationError()
  }
}
