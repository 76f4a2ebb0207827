internal import ProtobufWire
package import RPCCore
package import ReportCore
private import Synchronization
internal import Texts

/// Writes an event of the audit for each call of an audited method, whatever door it came through.
package struct CallAudit: CallRecorder {
  private let auditor: Auditor

  package init(_ auditor: Auditor) {
    self.auditor = auditor
  }

  package func begin(_ method: MethodDescriptor) -> any CallRecord {
    CallEvent(auditor.event(method.fullName), auditor)
  }
}

/// The event of one call, until the call has ended.
final class CallEvent: CallRecord {
  private let event: AuditEvent
  private let auditor: Auditor
  private let draft = Mutex<AuditDraft?>(nil)

  init(_ event: AuditEvent, _ auditor: Auditor) {
    self.event = event
    self.auditor = auditor
  }

  /// For the transaction that does what the call asks for.
  func draft(_ context: CallContext, in domainID: String) -> AuditDraft {
    let draft = AuditDraft(filled(context, domainID: domainID))
    self.draft.withLock { $0 = draft }
    return draft
  }

  func end(
    _ context: CallContext, error: RPCError?
  ) -> (@Sendable () async throws(RPCError) -> Void)? {
    if draft.withLock({ $0?.wasWritten }) == true { return nil }
    // What was let in has its domain noted.
    var event = filled(context, domainID: context.notes?.domainID ?? "")
    event.resourceID = AuditEvent.bounded(context.notes?.resourceID ?? "")
    if let error {
      event.code = error.code.description
      event.reason = AuditEvent.bounded(error.reason)
      let isRefusal = error.code == .unauthenticated || error.code == .permissionDenied
      guard auditor.admits(failure: &event, isRefusal: isRefusal) else { return nil }
    }
    return { [auditor, event] () async throws(RPCError) in
      do throws(UseCaseError) {
        try await auditor.keep(event)
      } catch {
        throw RPCError(error)
      }
    }
  }

  private func filled(_ context: CallContext, domainID: String) -> AuditEvent {
    let caller = context.caller
    var event = event
    if case .only(let own) = caller.domains { event.callerDomainID = AuditEvent.domain(own) }
    event.domainID = domainID.isEmpty ? event.callerDomainID : AuditEvent.domain(domainID)
    event.subject = AuditEvent.bounded(context.subject)
    event.roles = Permission.allCases.filter { caller.roles.contains(Roles($0)) }.map(\.name)
      .joined(separator: ",")
    event.authentication = caller.authentication.rawValue
    event.peer = AuditEvent.bounded(context.peer)
    event.door = context.transport
    event.requestID = AuditEvent.bounded(context.metadata[Metadata.transactionID] ?? "")
    event.traceID = context.trace?.traceID ?? ""
    return event
  }
}

extension CallContext {
  /// Who is calling. Where nobody is asked who they are, they may say it.
  package var subject: String {
    caller.authentication == .none
      ? metadata[Metadata.userID] ?? caller.subject : caller.subject
  }
}
