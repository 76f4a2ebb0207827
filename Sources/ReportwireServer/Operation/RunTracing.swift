internal import RPCCore
internal import ReportCore
internal import Texts
internal import Tracing

/// Makes a span of each attempt at a report, in the trace of the call that created it.
struct RunTracing: RunObserver {
  let tracer: any Tracer
  let inner: any RunObserver

  func attempt(at report: Report, _ body: () async -> RunEnding) async {
    var surroundings = ServiceContext.topLevel
    if let trace = report.trace {
      tracer.extract(
        [Metadata.traceparent: trace.text], into: &surroundings, using: TraceFields())
    }
    let span = tracer.startSpan("run", context: surroundings, ofKind: .consumer)
    span.attributes["reportwire.report_id"] = report.reportID
    span.attributes["reportwire.domain_id"] = report.domainID
    span.attributes["reportwire.template_id"] = report.templateID
    span.attributes["reportwire.attempt"] = report.attempts
    await ServiceContext.withValue(span.context) {
      await inner.attempt(at: report) {
        let ending = await body()
        span.attributes["reportwire.state"] = ending.state?.rawValue ?? RunMetrics.lost
        span.attributes["reportwire.rows"] = ending.progress.rows
        if ending.state == .failure || ending.state == .timeout {
          span.setStatus(SpanStatus(code: .error))
        }
        return ending
      }
    }
    span.end()
  }
}

/// Templates whose sources make a span of each query, in the span of the run that looks the source up:
/// the query runs on a thread of its own, where there is no task to tell.
struct TracedCatalog: TemplateCatalog {
  let base: any TemplateCatalog
  let tracer: any Tracer

  var templates: [Template] { base.templates }

  func template(_ idOrName: String) -> Template? { base.template(idOrName) }

  func source(_ name: String) -> (any DataSource)? {
    guard let source = base.source(name) else { return nil }
    guard let context = ServiceContext.current else { return source }
    return TracedSource(base: source, name: name, tracer: tracer, context: context)
  }

  func search(_ name: String) -> (any SearchCompiler)? { base.search(name) }

  func rechecked(_ template: Template) async -> Template { await base.rechecked(template) }
}

private struct TracedSource: DataSource {
  let base: any DataSource
  let name: String
  let tracer: any Tracer
  let context: ServiceContext

  func inspect(
    _ sql: String, invalidText: InvalidText?
  ) throws(ReportFailure) -> StatementShape {
    try base.inspect(sql, invalidText: invalidText)
  }

  func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure) {
    let span = tracer.startSpan("source", context: context, ofKind: .client)
    span.attributes["reportwire.source"] = name
    defer { span.end() }
    do throws(ReportFailure) {
      try base.stream(query, interrupt: interrupt, into: sink)
    } catch {
      span.setStatus(SpanStatus(code: .error, message: "\(error.code)"))
      throw error
    }
  }
}
