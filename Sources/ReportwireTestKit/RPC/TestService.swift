package import ProtobufWire
package import RPCCore
internal import Synchronization

/// The message of the test service: a label and bytes.
package typealias Packet = AnyMessage

extension Packet {
  package init(_ label: String, _ value: [UInt8] = []) {
    self.init()
    typeURL = label
    self.value = value
  }
}

/// The methods of the test service.
package enum TestMethod {
  /// The name of their service.
  package static let service = "reportwire.test.Parcel"

  /// Answers with its request, where it is called.
  package static let echo = Method<Packet, Packet>(service: service, name: "echo")
  /// The same in a task.
  package static let echoLater = Method<Packet, Packet>(service: service, name: "echo_later")
  /// Says that the label is not found.
  package static let fail = Method<Packet, Packet>(service: service, name: "fail")
  /// Answers with as many bytes as the label says.
  package static let inflate = Method<Packet, Packet>(service: service, name: "inflate")
  /// Waits for the gate with its label, then answers with its request.
  package static let hold = Method<Packet, Packet>(service: service, name: "hold")
  /// Opens the gate with its label.
  package static let release = Method<Packet, Packet>(service: service, name: "release")
  /// Waits until it is cancelled.
  package static let hang = Method<Packet, Packet>(service: service, name: "hang")
  /// Waits for the gate `bulk`, then answers with as many bytes as the label says.
  package static let bulk = Method<Packet, Packet>(service: service, name: "bulk", isBulk: true)
  /// Answers with its request, in parts of so many bytes as the label says, for each of which it takes
  /// room first; waits for the gate `first` before the first, and for `last` before it gives the last.
  package static let parts = Method<Packet, Packet>(service: service, name: "parts", isBulk: true)
  /// Answers with what it is told of the call.
  package static let describe = Method<Packet, Packet>(service: service, name: "describe")
  /// Gives way to others as often as the label says.
  package static let yield = Method<Packet, Packet>(service: service, name: "yield")
  /// Sends as many messages as the label says, numbered, with the request's bytes.
  package static let count = Method<Packet, Packet>(
    service: service, name: "count", isServerStreaming: true)
  /// The same without the bytes, and then permission is denied.
  package static let countThenFail = Method<Packet, Packet>(
    service: service, name: "count_then_fail", isServerStreaming: true)
  /// Waits for the gate with its label, then sends a message for each of the request's bytes.
  package static let holdThenCount = Method<Packet, Packet>(
    service: service, name: "hold_then_count", isServerStreaming: true)
  /// Sends its request until nobody takes it any more.
  package static let flood = Method<Packet, Packet>(
    service: service, name: "flood", isServerStreaming: true)
  /// Sends messages without end, each longer by as many bytes as the label says.
  package static let grow = Method<Packet, Packet>(
    service: service, name: "grow", isServerStreaming: true)
}

/// Handlers that do what a test asks of them, and tell what happens to them.
package final class TestService: Sendable {
  /// A handler that waits has begun.
  package let began = Signal()
  /// A handler that waits was cancelled, or one that sends was told that nobody takes it.
  package let cancelled = Signal()
  /// A streaming handler sent a message.
  package let sent = Signal()
  /// A handler gave way to others.
  package let yielded = Signal()
  /// How many handlers of `bulk` and `hold` run, and ran at most.
  private let counts = Mutex((running: 0, most: 0))
  private let gates = Mutex<[String: Signal]>([:])

  package init() {}

  /// How many handlers of `bulk` and `hold` ran at most at the same time.
  package var runningMost: Int { counts.withLock { $0.most } }

  /// What handlers with that label wait for.
  package func gate(_ label: String) -> Signal {
    gates.withLock { gates in
      if let gate = gates[label] { return gate }
      let gate = Signal()
      gates[label] = gate
      return gate
    }
  }

  /// A router of all methods.
  package func router(interceptors: [any Interceptor] = []) -> Router {
    var router = Router(interceptors: interceptors)
    addAnswersAtOnce(to: &router)
    addWaiting(to: &router)
    addStreams(to: &router)
    return router
  }

  private func addAnswersAtOnce(to router: inout Router) {
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
    router.register(
      TestMethod.describe,
      now: { request, context in
        let pairs = context.metadata.entries.map { "\($0.key)=\($0.value)" }
        return .message(
          Packet(
            "\(context.transport) \(context.deadline == nil ? "open" : "bounded") "
              + pairs.joined(separator: ",")))
      }, later: { request, _ in request })
  }

  private func addWaiting(to router: inout Router) {
    router.register(TestMethod.hold) { [self] request, _ in
      try await wait(for: gate(request.typeURL))
      return request
    }
    router.register(TestMethod.release) { [self] request, _ in
      gate(request.typeURL).fire()
      return request
    }
    router.register(TestMethod.hang) { [self] request, _ in
      try await wait(for: Signal())
      return request
    }
    router.register(TestMethod.bulk) { [self] request, _ in
      try await wait(for: gate("bulk"))
      return Packet("bulk", [UInt8](repeating: 1, count: Int(request.typeURL) ?? 0))
    }
    router.register(answersOf: TestMethod.parts) { [self] request, context in
      var rest = try request.protobuf()[...]
      var parts: [[UInt8]] = []
      await gate("first").wait()
      while !rest.isEmpty {
        let part = Array(rest.prefix(Int(request.typeURL) ?? 1))
        rest = rest.dropFirst(part.count)
        try context.answerRoom?.take(part.count)
        if rest.isEmpty { try await wait(for: gate("last")) }
        parts.append(part)
      }
      return .parts(parts)
    }
    router.register(TestMethod.yield) { [self] request, _ in
      for _ in 0..<(Int(request.typeURL) ?? 0) {
        yielded.fire()
        await Task.yield()
      }
      return request
    }
  }

  /// Waits until something happens, or until cancelled, which is an error.
  private func wait(for gate: Signal) async throws {
    counts.withLock { counts in
      counts.running += 1
      counts.most = max(counts.most, counts.running)
    }
    defer { counts.withLock { $0.running -= 1 } }
    began.fire()
    await gate.wait()
    if Task.isCancelled {
      cancelled.fire()
      throw CancellationError()
    }
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
}
