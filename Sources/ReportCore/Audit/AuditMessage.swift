internal import Texts

/// A line of the audit as another system gets it: JSON, which `Examples/kafka/audit-event.schema.json`
/// describes.
package struct AuditMessage: Hashable, Sendable {
  /// UTF-8 bytes of a body at most: a dozen texts of 255 bytes, each of which may take six in JSON.
  package static let bytesMax = 32_768
  /// Changes when a reader of the one before could not read it any more.
  private static let schema = "reportwire.audit.v1"
  private static let kindOfGap = "gap"

  /// Unique for what is told, and the same each time that it is told.
  package let eventID: String
  /// The report, or other resource, that it is about: messages of one key stay in order. Empty: it is about
  /// none.
  package let key: ExactText
  package let body: String

  package init(eventID: String, key: ExactText, body: String) {
    self.eventID = eventID
    self.key = key
    self.body = body
  }

  /// Tells of a line.
  ///
  /// - Parameters:
  ///   - revision: how often the line was brought up to date: 0 when it is new.
  ///   - templateID: of the report that it is about; empty if none is known.
  package init(_ event: AuditEvent, revision: Int64, templateID: String) {
    let kind =
      switch event.method {
      case AuditEvent.download.exact: revision == 0 ? "download" : "download_update"
      case AuditEvent.leftOut.exact: "left_out"
      case AuditEvent.overflow.exact: Self.kindOfGap
      default: "call"
      }
    eventID = revision == 0 ? event.id : "\(event.id)-\(revision)"
    key = event.resourceID
    let roles = event.roles.split(separator: ",").map(String.init)
    let members: [(String, String)] = [
      ("schema", JSONText.string(Self.schema)), ("kind", JSONText.string(kind)),
      ("event_id", JSONText.string(eventID)), ("line_id", JSONText.string(event.id)),
      ("time", JSONText.string(ISO8601.text(event.at, fractionDigits: 9))),
      ("domain_id", JSONText.string(event.domainID.text)),
      ("subject", JSONText.string(event.subject.text)),
      ("caller_domain_id", JSONText.string(event.callerDomainID.text)),
      ("roles", JSONText.array(roles)),
      ("authentication", JSONText.string(event.authentication)),
      ("peer", JSONText.string(event.peer.text)), ("door", JSONText.string(event.door)),
      ("method", JSONText.string(event.method.text)),
      ("resource_id", JSONText.string(event.resourceID.text)),
      ("template_id", JSONText.string(AuditEvent.bounded(templateID).text)),
      ("code", JSONText.string(event.code)), ("reason", JSONText.string(event.reason.text)),
      ("request_id", JSONText.string(event.requestID.text)),
      ("trace_id", JSONText.string(event.traceID)), ("auditable", "\(event.isAuditable)"),
      ("bytes", "\(event.bytes)"), ("is_complete", "\(event.isComplete)"),
      ("left_out", "\(event.leftOut)"),
    ]
    body = "{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
  }

  /// Tells that messages are missing: they found no room.
  ///
  /// - Parameters:
  ///   - dropped: since the last such message.
  ///   - total: since the store was made, which makes the id unique.
  ///   - next: the line that comes behind the gap.
  package init(gapOf dropped: Int64, total: Int64, before next: AuditEvent) {
    var event = AuditEvent(id: "\(next.id)-gap-\(total)", at: next.at, method: AuditEvent.overflow)
    event.leftOut = dropped
    self.init(event, revision: 0, templateID: "")
  }
}
