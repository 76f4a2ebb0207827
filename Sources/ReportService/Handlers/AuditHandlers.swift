internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportCore

/// `reportwire.v1.Audit`: list.
struct AuditHandlers: Sendable {
  let environment: ReportServiceEnvironment

  func register(into router: inout Router) {
    router.handle(AuditMethods.list, list)
  }

  private func list(
    _ request: ReportAPI.AuditQuery, _ context: CallContext
  ) async throws -> Answer<AuditEventsInfo> {
    let command = ReadAudit.Command(
      resourceID: request.resourceID, subject: request.subject, method: request.method,
      since: try instant("since", request.since), until: try instant("until", request.until),
      cursor: request.cursor, limit: Int(request.limit))
    let page = try await ReadAudit(environment.ports).page(command, domainID: context.domainID)
    var answer = AuditEventsInfo()
    answer.results = page.events.map(AuditEventInfo.init)
    answer.nextCursor = page.cursor
    let bytes = try answer.protobuf()
    guard bytes.count <= context.answerBytesMax else {
      throw RPCError.limitReached(
        "The page of \(page.events.count) events has \(bytes.count) bytes, and at most "
          + "\(context.answerBytesMax) can be sent. Ask for fewer: set limit.")
    }
    return .bytes(bytes[...])
  }

  private func instant(_ key: String, _ time: Timestamp?) throws(RPCError) -> Instant? {
    guard let time else { return nil }
    guard (0..<1_000_000_000).contains(time.nanos) else {
      throw .invalidParameter(key, reason: "it is no moment")
    }
    return Instant(secondsSinceEpoch: time.seconds, nanosecond: time.nanos)
  }
}

extension AuditEventInfo {
  /// The published form of an event.
  init(_ event: AuditEvent) {
    self.init()
    eventID = event.id
    at = Timestamp(event.at)
    domainID = event.domainID.text
    subject = event.subject.text
    callerDomainID = event.callerDomainID.text
    roles = event.roles.split(separator: ",").map(String.init)
    authentication = event.authentication
    peer = event.peer.text
    door = event.door
    method = event.method.text
    resourceID = event.resourceID.text
    code = event.code
    reason = event.reason.text
    requestID = event.requestID.text
    traceID = event.traceID
    bytes = event.bytes
    isComplete = event.isComplete
    leftOut = event.leftOut
  }
}
