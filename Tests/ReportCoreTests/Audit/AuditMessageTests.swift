import ReportwireTestKit
import Testing

@testable import ReportCore

@Suite struct AuditMessageTests {
  private func event(_ method: String) -> AuditEvent {
    AuditEvent(
      id: "audit-8000000000000000-000000000001", at: FakeClock.start.advanced(by: .nanoseconds(5)),
      method: method)
  }

  @Test func `A call is told with all that is known of it`() {
    var event = event("spaceone.api.report.v1.Report/create")
    event.domainID = "domain-é"
    event.subject = AuditEvent.bounded("ada \"x\"\n\u{1}")
    event.callerDomainID = "domain-a"
    event.roles = "run,manage"
    event.authentication = "token"
    event.peer = "[::1]:5"
    event.door = "grpc"
    event.resourceID = "report-1"
    event.code = "NOT_FOUND"
    event.reason = "ERROR_NOT_FOUND"
    event.requestID = "r"
    event.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    event.leftOut = 3
    let message = AuditMessage(event, revision: 0, templateID: "template-1")
    #expect(message.eventID == event.id)
    #expect(message.key == "report-1")
    #expect(
      message.body == #"""
        {"schema":"reportwire.audit.v1","kind":"call",\#
        "event_id":"audit-8000000000000000-000000000001",\#
        "line_id":"audit-8000000000000000-000000000001","time":"2027-01-15T08:00:00.000000005Z",\#
        "domain_id":"domain-é","subject":"ada \"x\"\n\u0001","caller_domain_id":"domain-a",\#
        "roles":["run","manage"],"authentication":"token","peer":"[::1]:5","door":"grpc",\#
        "method":"spaceone.api.report.v1.Report/create","resource_id":"report-1",\#
        "template_id":"template-1","code":"NOT_FOUND","reason":"ERROR_NOT_FOUND","request_id":"r",\#
        "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","auditable":false,"bytes":0,\#
        "is_complete":false,"left_out":3}
        """#)
  }

  @Test func `What becomes of a download has an id of its own and the line's`() {
    var event = event(AuditEvent.download)
    event.isAuditable = true
    event.bytes = 7
    event.isComplete = true
    let first = AuditMessage(event, revision: 0, templateID: "")
    let second = AuditMessage(event, revision: 1, templateID: "")
    #expect(first.body.contains(#""kind":"download","event_id":"\#(event.id)""#))
    #expect(
      second.body.contains(
        #""kind":"download_update","event_id":"\#(event.id)-1","line_id":"\#(event.id)""#))
    #expect(
      first.body.hasSuffix(#""auditable":true,"bytes":7,"is_complete":true,"left_out":0}"#))
    #expect(
      AuditMessage(self.event(AuditEvent.leftOut), revision: 0, templateID: "").body.contains(
        #""kind":"left_out""#))
  }

  @Test func `A gap says how much is missing, and before what`() {
    let gap = AuditMessage(gapOf: 3, total: 12, before: event("a/b"))
    #expect(gap.eventID == "audit-8000000000000000-000000000001-gap-12")
    #expect(gap.key == "")
    #expect(gap.body.contains(#""kind":"gap""#))
    #expect(gap.body.hasSuffix(#""left_out":3}"#))
  }

  @Test func `The longest texts stay within the bound`() {
    let long = AuditEvent.bounded(String(repeating: "\u{1}", count: 1000))
    var event = AuditEvent(id: "audit-1", at: .latest, method: long.text)
    event.domainID = long
    event.subject = long
    event.callerDomainID = long
    event.peer = long
    event.resourceID = long
    event.reason = long
    event.requestID = long
    event.bytes = .max
    event.leftOut = .max
    let message = AuditMessage(
      event, revision: .max, templateID: String(repeating: "\u{2}", count: 100_000))
    #expect(message.body.utf8.count > 9 * 255 * 6)
    #expect(message.body.utf8.count <= AuditMessage.bytesMax)
  }
}
