internal import Logging
internal import RPCCore
internal import ReportCore
internal import Synchronization
internal import Texts
internal import Tracing

/// Writes a line of the log, at level debug, for each span that ends: enough to see where the time of a
/// call or a run went. Traces are handed on as W3C Trace Context has it.
struct LogTracer: Tracer {
  fileprivate enum Key: ServiceContextKey {
    typealias Value = TraceParent
  }

  let logger: Logger

  func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> LogSpan {
    LogSpan(operationName, context(), logger)
  }

  func forceFlush() {}

  func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    context[Key.self] = extractor.extract(key: Metadata.traceparent, from: carrier)
      .flatMap(TraceParent.init)
  }

  func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let trace = context[Key.self] else { return }
    injector.inject(trace.text, forKey: Metadata.traceparent, into: &carrier)
  }
}

/// A span that becomes a line of the log.
final class LogSpan: Span {
  private struct State {
    var name: String
    var attributes: SpanAttributes = [:]
    var status: SpanStatus?
    var isEnded = false
  }

  let context: ServiceContext
  private let parent: TraceParent?
  private let own: TraceParent
  private let start = ContinuousClock.now
  private let logger: Logger
  private let state: Mutex<State>

  fileprivate init(_ name: String, _ surroundings: ServiceContext, _ logger: Logger) {
    self.logger = logger
    parent = surroundings[LogTracer.Key.self]
    own = parent?.newSpan() ?? .newTrace()
    var context = surroundings
    context[LogTracer.Key.self] = own
    self.context = context
    state = Mutex(State(name: name))
  }

  var operationName: String {
    get { state.withLock(\.name) }
    set { state.withLock { $0.name = newValue } }
  }

  var attributes: SpanAttributes {
    get { state.withLock(\.attributes) }
    set { state.withLock { $0.attributes = newValue } }
  }

  var isRecording: Bool { state.withLock { !$0.isEnded } }

  func setStatus(_ status: SpanStatus) {
    state.withLock { $0.status = status }
  }

  /// Of what it is told besides, a line has room for the status.
  func addEvent(_ event: SpanEvent) {}
  func addLink(_ link: SpanLink) {}

  func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {}

  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let state = state.withLock { state in
      defer { state.isEnded = true }
      return state
    }
    guard !state.isEnded else { return }
    var metadata: Logger.Metadata = [
      "name": .string(state.name), "trace_id": .string(own.traceID),
      "span_id": .string(Hex.text(own.spanID, digits: 16)),
      "duration_us": .stringConvertible(start.duration(to: .now).wholeNanoseconds / 1000),
    ]
    if let parent { metadata["parent_id"] = .string(Hex.text(parent.spanID, digits: 16)) }
    if let status = state.status, status.code == .error {
      metadata["error"] = .string(status.message ?? "failed")
    }
    state.attributes.forEach { name, attribute in
      metadata[name] = .string("\(attribute.text)")
    }
    logger.debug("span", metadata: metadata)
  }
}

extension SpanAttribute {
  fileprivate var text: String {
    switch self {
    case .int32(let value): "\(value)"
    case .int64(let value): "\(value)"
    case .double(let value): "\(value)"
    case .bool(let value): "\(value)"
    case .string(let value): value
    default: "\(self)"
    }
  }
}
