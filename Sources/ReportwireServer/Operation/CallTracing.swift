internal import RPCCore
internal import Texts
internal import Tracing

/// Makes a span of each call, which the work that its task does belongs to.
struct CallTracing: SurroundingInterceptor {
  let tracer: any Tracer

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    var surroundings = ServiceContext.topLevel
    tracer.extract(context.metadata, into: &surroundings, using: MetadataCarrier())
    let span = tracer.startSpan(method.fullName, context: surroundings, ofKind: .server)
    span.attributes["rpc.system"] = context.transport
    span.attributes["rpc.service"] = method.service
    span.attributes["rpc.method"] = method.name
    let notes = context.notes ?? CallNotes()
    context.notes = notes
    notes.span = span
    if let own = tracer.traceParent(of: span) { context.trace = own }
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    guard let span = context.notes?.span as? any Span else { return }
    span.attributes["rpc.response.status_code"] = "\((error?.code ?? .ok))"
    if let notes = context.notes, !notes.domainID.isEmpty {
      span.attributes["reportwire.domain_id"] = notes.domainID
    }
    if let error, error.code.isOurFault {
      span.recordError(error)
      span.setStatus(SpanStatus(code: .error, message: error.wireMessage))
    }
    span.end()
  }

  func around<Result>(
    _ context: CallContext, _ body: () async throws(RPCError) -> Result
  ) async throws(RPCError) -> Result {
    guard let span = context.notes?.span as? any Span else { return try await body() }
    let result = await ServiceContext.withValue(span.context) {
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

extension StatusCode {
  /// Whether it says that the server did not do what it should have: the rest is the caller's, and the
  /// span of its call no failure (OpenTelemetry's conventions for gRPC servers).
  fileprivate var isOurFault: Bool {
    switch self {
    case .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss: true
    default: false
    }
  }
}

/// Reads a call's metadata.
private struct MetadataCarrier: Extractor {
  func extract(key: String, from metadata: Metadata) -> String? { metadata[key] }
}

/// Names and values that a trace is handed on with.
struct TraceFields: Extractor, Injector {
  func extract(key: String, from fields: [String: String]) -> String? { fields[key] }

  func inject(_ value: String, forKey key: String, into fields: inout [String: String]) {
    fields[key] = value
  }
}

extension Tracer {
  /// Where a span stands; nil if the tracer does not say so in W3C's way.
  func traceParent(of span: any Tracing.Span) -> TraceParent? {
    var fields: [String: String] = [:]
    inject(span.context, into: &fields, using: TraceFields())
    return fields[Metadata.traceparent].flatMap(TraceParent.init)
  }
}
