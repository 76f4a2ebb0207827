internal import CoreMetrics
internal import PrometheusMetrics
internal import RPCCore
internal import RPCServing
internal import Synchronization

/// Counts the calls of all doors, and how long they take. What a method's calls are counted with is
/// looked up once, when the method is registered.
final class CallMetrics: Interceptor, ServingMeter {
  private let factory: any MetricsFactory
  private let limits: LimitMetrics
  private let running = RunningCalls()
  private let methods = Mutex<[String: MethodMetrics]>([:])
  private let unknown: MethodMetrics

  init(_ factory: any MetricsFactory, limits: LimitMetrics) {
    self.factory = factory
    self.limits = limits
    unknown = MethodMetrics("(unknown)", factory, running)
  }

  func forMethod(_ method: MethodDescriptor) -> any Interceptor { metrics(of: method) }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    try metrics(of: method).begin(&context, of: method)
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    metrics(of: method).end(context, of: method, error: error)
  }

  func refused(_ error: RPCError, _ method: MethodDescriptor?, door: String) {
    (method.map(metrics) ?? unknown).refused(error.code, CountedDoor(door))
  }

  func reached(_ limit: ServingLimit) {
    limits.reached(limit.rawValue)
  }

  /// Calls that run now, by door.
  var runningSamples: [MetricSample] {
    CountedDoor.allCases.map { door in
      MetricSample(.whole(Int64(running.count(at: door))), labels: [("door", door.rawValue)])
    }
  }

  private func metrics(of method: MethodDescriptor) -> MethodMetrics {
    let name = method.fullName
    return methods.withLock { methods in
      if let known = methods[name] { return known }
      let made = MethodMetrics(name, factory, running)
      methods[name] = made
      return made
    }
  }
}

/// The doors that calls are counted by.
private enum CountedDoor: String, CaseIterable {
  case ttrpc, grpc, http

  /// - Parameter transport: as `CallContext` has it.
  init(_ transport: String) {
    switch transport {
    case "ttrpc": self = .ttrpc
    case "grpc": self = .grpc
    default: self = .http
    }
  }
}

private final class RunningCalls: Sendable {
  private let ttrpc = StripedCells(count: 1)
  private let grpc = StripedCells(count: 1)
  private let http = StripedCells(count: 1)

  private func cells(of door: CountedDoor) -> StripedCells {
    switch door {
    case .ttrpc: ttrpc
    case .grpc: grpc
    case .http: http
    }
  }

  func add(_ change: Int, at door: CountedDoor) {
    cells(of: door).add(change)
  }

  func count(at door: CountedDoor) -> Int { cells(of: door)[0] }
}

/// Counts the calls of one method.
private final class MethodMetrics: Interceptor {
  private let name: String
  private let factory: any MetricsFactory
  private let running: RunningCalls
  private let ttrpc = AtomicLazyReference<MethodAtDoor>()
  private let grpc = AtomicLazyReference<MethodAtDoor>()
  private let http = AtomicLazyReference<MethodAtDoor>()

  init(_ name: String, _ factory: any MetricsFactory, _ running: RunningCalls) {
    self.name = name
    self.factory = factory
    self.running = running
  }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    running.add(1, at: CountedDoor(context.transport))
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    let door = CountedDoor(context.transport)
    running.add(-1, at: door)
    counts(at: door).count(
      error?.code ?? .ok, after: context.startedAt.duration(to: .now).nanoseconds)
  }

  func refused(_ code: StatusCode, _ door: CountedDoor) {
    counts(at: door).count(code)
  }

  private func counts(at door: CountedDoor) -> MethodAtDoor {
    let known =
      switch door {
      case .ttrpc: ttrpc.load()
      case .grpc: grpc.load()
      case .http: http.load()
      }
    if let known { return known }
    // Who comes at the same time makes the same series.
    let made = MethodAtDoor(name, door.rawValue, factory)
    return switch door {
    case .ttrpc: ttrpc.storeIfNil(made)
    case .grpc: grpc.storeIfNil(made)
    case .http: http.storeIfNil(made)
    }
  }
}

/// The calls of one method by one door. What none of them had is not written.
private final class MethodAtDoor: Sendable {
  private let duration = AtomicLazyReference<CoreMetrics.Timer>()
  private let succeeded = AtomicLazyReference<Counter>()
  private let labels: [(String, String)]
  private let factory: any MetricsFactory
  private let failed = Mutex<[StatusCode: Counter]>([:])

  init(_ method: String, _ door: String, _ factory: any MetricsFactory) {
    labels = [("method", method), ("door", door)]
    self.factory = factory
  }

  func count(_ code: StatusCode, after nanoseconds: Int64) {
    let timer =
      duration.load()
      ?? duration.storeIfNil(
        Timer(label: MetricFamily.callDuration.name, dimensions: labels, factory: factory))
    timer.recordNanoseconds(nanoseconds)
    count(code)
  }

  func count(_ code: StatusCode) {
    if code == .ok {
      let counter = succeeded.load() ?? succeeded.storeIfNil(Self.counter(labels, .ok, factory))
      return counter.increment()
    }
    let counter = failed.withLock { failed in
      if let known = failed[code] { return known }
      // Codes that have no name are no reason for a series each.
      let made = Self.counter(labels, StatusCode.all.contains(code) ? code : .unknown, factory)
      failed[code] = made
      return made
    }
    counter.increment()
  }

  private static func counter(
    _ labels: [(String, String)], _ code: StatusCode, _ factory: any MetricsFactory
  ) -> Counter {
    Counter(
      label: MetricFamily.calls.name, dimensions: labels + [("code", "\(code)")], factory: factory)
  }
}

extension Duration {
  /// Stops at the ends of what an `Int64` holds.
  var nanoseconds: Int64 {
    // A division of 128 bits costs as much as all the rest of counting a call.
    if let short = Int64(exactly: attoseconds) { return short / 1_000_000_000 }
    return Int64(clamping: attoseconds / 1_000_000_000)
  }
}
