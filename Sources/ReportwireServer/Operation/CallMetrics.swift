internal import CoreMetrics
internal import PrometheusMetrics
internal import RPCCore
internal import RPCServing
internal import ReportCore
internal import Synchronization

/// Counts the calls of all doors, and how long they take. What a method's calls are counted with is
/// looked up once, when the method is registered.
final class CallMetrics: Interceptor, ServingMeter {
  private let factory: any MetricsFactory
  private let limits: LimitMetrics
  private let running: [CountedDoor: StripedCells]
  private let methods = Mutex<[String: MethodMetrics]>([:])
  private let unknown: MethodMetrics

  init(_ factory: any MetricsFactory, limits: LimitMetrics) {
    self.factory = factory
    self.limits = limits
    running = Dictionary(
      uniqueKeysWithValues: CountedDoor.allCases.map { ($0, StripedCells(count: 1)) })
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
    (method.map(metrics) ?? unknown).at(door) { $0.count(error.code) }
  }

  func reached(_ limit: ServingLimit) {
    limits.reached(limit.rawValue)
  }

  /// Calls that run now, by door.
  var runningSamples: [MetricSample] {
    CountedDoor.allCases.map { door in
      MetricSample(.whole(Int64(running[door]?[0] ?? 0)), labels: [("door", door.rawValue)])
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

/// The doors that calls are counted by, named as `CallContext.transport` has them.
private enum CountedDoor: String, CaseIterable {
  case ttrpc, grpc, http
}

/// Counts the calls of one method.
private final class MethodMetrics: Interceptor {
  private let ttrpc: MethodAtDoor
  private let grpc: MethodAtDoor
  private let http: MethodAtDoor

  init(_ name: String, _ factory: any MetricsFactory, _ running: [CountedDoor: StripedCells]) {
    func at(_ door: CountedDoor) -> MethodAtDoor {
      MethodAtDoor(name, door, factory, running: running[door] ?? StripedCells(count: 1))
    }
    (ttrpc, grpc, http) = (at(.ttrpc), at(.grpc), at(.http))
  }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    at(context.transport) { $0.running.add(1) }
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    let nanoseconds = context.startedAt.nanoseconds(to: .now)
    at(context.transport) { $0.end(error?.code ?? .ok, after: nanoseconds) }
  }

  /// Hands on, and does not return, what every loop would count references to.
  @inline(__always)
  func at(_ transport: String, _ body: (MethodAtDoor) -> Void) {
    switch transport {
    case "ttrpc": body(ttrpc)
    case "grpc": body(grpc)
    default: body(http)
    }
  }
}

/// Counts the calls of one method by one door.
private final class MethodAtDoor: Sendable {
  /// Of the door.
  let running: StripedCells
  private let duration: CoreMetrics.Timer
  private let succeeded: Counter
  private let labels: [(String, String)]
  private let factory: any MetricsFactory
  private let failed = Mutex<[StatusCode: Counter]>([:])

  init(
    _ method: String, _ door: CountedDoor, _ factory: any MetricsFactory, running: StripedCells
  ) {
    labels = [("method", method), ("door", door.rawValue)]
    self.factory = factory
    self.running = running
    duration = Timer(
      label: MetricFamily.callDuration.name, dimensions: labels, factory: factory)
    succeeded = Self.counter(labels, .ok, factory)
  }

  /// A call that began has ended.
  func end(_ code: StatusCode, after nanoseconds: Int64) {
    running.add(-1)
    duration.recordNanoseconds(nanoseconds)
    count(code)
  }

  func count(_ code: StatusCode) {
    if code == .ok { return succeeded.increment() }
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
