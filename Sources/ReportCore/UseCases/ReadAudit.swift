internal import Texts

/// Looks at the audit.
package struct ReadAudit: Sendable {
  /// Which events; empty texts are no condition.
  package struct Command: Sendable {
    package var resourceID: String
    package var subject: String
    package var method: String
    package var since: Instant?
    package var until: Instant?
    /// As an earlier page gave it; empty: from the newest on.
    package var cursor: String
    /// 0: `pageStandard`.
    package var limit: Int

    package init(
      resourceID: String = "", subject: String = "", method: String = "", since: Instant? = nil,
      until: Instant? = nil, cursor: String = "", limit: Int = 0
    ) {
      self.resourceID = resourceID
      self.subject = subject
      self.method = method
      self.since = since
      self.until = until
      self.cursor = cursor
      self.limit = limit
    }
  }

  /// Events of a page unless a caller says otherwise.
  package static let pageStandard = 100
  /// Events of a page at most.
  package static let pageMax = 1000

  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// A page of the events of a domain, the newest first.
  ///
  /// - Parameter domainID: whose; empty: of all. That the caller reaches them is known.
  /// - Returns: the events, and the cursor of the next page; empty: there is none.
  /// - Throws: `invalid` for what is too long or no cursor.
  package func page(
    _ command: Command, domainID: String
  ) async throws(UseCaseError) -> (events: [AuditEvent], cursor: String) {
    func condition(_ key: String, _ text: String) throws(UseCaseError) -> ExactText? {
      try ports.limits.check(key, text)
      return text.isEmpty ? nil : AuditEvent.bounded(text)
    }
    let query = AuditQuery(
      domainID: try condition("domain_id", domainID),
      resourceID: try condition("resource_id", command.resourceID),
      subject: try condition("subject", command.subject),
      method: try condition("method", command.method), since: command.since,
      until: command.until, cursor: try cursor(command.cursor),
      limit: min(command.limit <= 0 ? Self.pageStandard : command.limit, Self.pageMax))
    let page = try await ports.perform { try await $0.events(query) }
    return (page.events, page.next.map(Self.text) ?? "")
  }

  private static func text(_ cursor: AuditCursor) -> String {
    "\(cursor.nanosecondsSinceEpoch).\(cursor.number)"
  }

  private func cursor(_ text: String) throws(UseCaseError) -> AuditCursor? {
    try ports.limits.check("cursor", text)
    guard !text.isEmpty else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let time = Int64(parts[0]), let number = Int64(parts[1]) else {
      throw .invalid("cursor", "\(text.quoted) is none that this server gave")
    }
    return AuditCursor(nanosecondsSinceEpoch: time, number: number)
  }
}
