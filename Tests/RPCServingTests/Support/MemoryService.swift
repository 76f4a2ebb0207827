import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Synchronization

/// Handlers that do what a test asks of them, and tell what happens to them.
final class MemoryService: Sendable {
  private static let name = "reportwire.test.Memory"

  static let echo = Method<Packet, Packet>(service: name, name: "echo")
  static let echoLater = Method<Packet, Packet>(service: name, name: "echo_later")
  static let fail = Method<Packet, Packet>(service: name, name: "fail")
  static let hold = Method<Packet, Packet>(service: name, name: "hold")
  static let inflate = Method<Packet, Packet>(service: name, name: "inflate")
  static let yield = Method<Packet, Packet>(service: name, name: "yield")
  static let bulk = Method<Packet, Packet>(service: name, name: "bulk", isBulk: true)
  static let count = Method<Packet, Packet>(service: name, name: "count", isServerStreaming: true)
  static let flood = Method<Packet, Packet>(service: name, name: "flood", isServerStreaming: true)

  /// A handler that waits has begun.
  let began = Signal()
  /// A handler was cancelled, or told that nobody takes what it sends.
  let cancelled = Signal()
  /// A streaming handler sent a message.
  let sent = Signal()
  /// A handler gave way to others.
  let yielded = Signal()
  /// How many handlers of `bulk` and `hold` run, and ran at most.
  private let counts = Mutex((running: 0, most: 0))
  private let gates = Mutex<[String: Signal]>([:])

  var runningMost: Int { counts.withLock { $0.most } }

  func gate(_ label: String) -> Signal {
    gates.withLock { gates in
      if let gate = gates[label] { return gate }
      let gate = Signal()
      gates[label] = gate
      return gate
    }
  }

  func serving(
    _ limits: ServingLimits = ServingLimits(), budget: ServerBudget? = nil,
    interceptors: [any Interceptor] = []
  ) -> CallServing {
    var router = Router(interceptors: interceptors)
    router.register(
      Self.echo, now: { request, _ in .message(request) }, later: { request, _ in request })
    router.register(Self.echoLater) { request, _ in request }
    router.register(Self.fail) { request, _ in
      throw RPCError.notFound("label", request.typeURL)
    }
    router.register(Self.hold) { [self] request, _ in try await hold(request) }
    router.register(Self.bulk) { [self] request, _ in
      _ = try await hold(request)
      return Packet("bulk", [UInt8](repeating: 1, count: Int(request.typeURL) ?? 0))
    }
    router.register(
      Self.inflate,
      now: { request, _ in
        .message(Packet("", [UInt8](repeating: 7, count: Int(request.typeURL) ?? 0)))
      }, later: { request, _ in request })
    router.register(Self.yield) { [self] request, _ in
      for _ in 0..<(Int(request.typeURL) ?? 0) {
        yielded.fire()
        await Task.yield()
      }
      return request
    }
    router.register(
      Self.count,
      streaming: { request, _, stream in
        for number in 0..<(Int(request.typeURL) ?? 0) {
          try await stream.send(Packet("\(number)"))
        }
      })
    router.register(
      Self.flood,
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
    return CallServing(router: router, limits: limits, budget: budget)
  }

  /// Waits for the gate named by the request's value, or `gate` without one, or until cancelled.
  private func hold(_ request: Packet) async throws -> Packet {
    counts.withLock { counts in
      counts.running += 1
      counts.most = max(counts.most, counts.running)
    }
    defer { counts.withLock { $0.running -= 1 } }
    began.fire()
    await gate(request.value.isEmpty ? "gate" : "large").wait()
    if Task.isCancelled {
      cancelled.fire()
      throw CancellationError()
    }
    return request
  }
}
