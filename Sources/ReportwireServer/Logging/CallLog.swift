package import Logging
package import RPCCore
internal import Texts

/// One line per call: what, who, how it ended and how long it took. Costs a comparison where the
/// level is off.
package struct CallLog: Interceptor {
  private let logger: Logger
  private let isOn: Bool

  package init(logger: Logger) {
    self.logger = logger
    isOn = logger.logLevel <= .info
  }

  package func begin(
    _ context: inout CallContext, of method: MethodDescriptor
  ) throws(RPCError) {
    if isOn, context.notes == nil { context.notes = CallNotes() }
  }

  package func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    // What broke inside is worth a line at any level: the caller did not get its cause.
    let isOurs =
      switch error?.code {
      case .internal, .unknown: true
      case .unavailable: error?.cause != nil
      default: false
      }
    guard isOn || isOurs else { return }
    var metadata: Logger.Metadata = [
      "method": .string(method.fullName),
      "peer": .string(context.peer),
      "transport": .string(context.transport),
      "code": .string((error?.code ?? .ok).description),
      "duration_us": .stringConvertible(
        context.startedAt.nanoseconds(to: .now) / 1000),
    ]
    if let notes = context.notes {
      if !notes.domainID.isEmpty { metadata["domain"] = .string(notes.domainID) }
      if !notes.resourceID.isEmpty { metadata["id"] = .string(notes.resourceID) }
    }
    if let trace = context.trace { metadata["trace_id"] = .string(trace.traceID) }
    if let id = context.metadata[Metadata.transactionID] { metadata["transaction"] = .string(id) }
    if !context.caller.subject.isEmpty { metadata["caller"] = .string(context.caller.subject) }
    if let error { metadata["reason"] = .string(error.wireMessage) }
    // Why somebody was not let in is for the log alone.
    if isOurs || error?.code == .unauthenticated, let cause = error?.cause {
      metadata["cause"] = .string("\(cause)")
    }
    logger.log(level: isOurs ? .error : .info, "call", metadata: metadata)
  }
}
