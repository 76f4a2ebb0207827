internal import ArgumentParser
internal import ProtobufWire
internal import ReportAPI

/// `reportwire audit`.
struct AuditCommand: AsyncParsableCommand {
  static let standardLimit: UInt32 = 50

  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show who did what in a domain, the newest first.",
    discussion: """
      One line for each create, cancel, delete, pin and other change, for each download and each link to \
      one, whether it succeeded or not. Needs the role admin, where the server asks who is calling.

      Examples:
        reportwire audit
        reportwire audit --report report-0b1c5c2f9a10
        reportwire audit --since 2026-11-01 --subject ada --json
        reportwire audit --all-domains --method download
      """)

  @Option(help: ArgumentHelp("Only what is about this report.", valueName: "report_id"))
  var report: String?

  @Option(help: ArgumentHelp("Only what this caller did.", valueName: "name"))
  var subject: String?

  @Option(
    help: ArgumentHelp(
      "Only calls of this method, such as spaceone.api.report.v1.Report/create, or download.",
      valueName: "method"))
  var method: String?

  @Option(help: ArgumentHelp("Only what began at this time or later.", valueName: "ISO 8601"))
  var since: String?

  @Option(help: ArgumentHelp("Only what began before this time.", valueName: "ISO 8601"))
  var until: String?

  @Option(help: ArgumentHelp("At most so many lines; 0 for all.", valueName: "number"))
  var limit: UInt32 = standardLimit

  @Flag(help: "Show what was done in every domain, and what belongs to none.")
  var allDomains = false

  @Flag(help: "Print each line as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    var query = AuditQuery()
    query.resourceID = report ?? ""
    query.subject = subject ?? ""
    query.method = method ?? ""
    query.since = try Self.time(since, "--since")
    query.until = try Self.time(until, "--until")
    try await Session.with(connection) { session in
      var query = query
      query.domainID = allDomains ? "" : session.domainID
      var left = limit == 0 ? UInt32.max : limit
      var events: [AuditEventInfo] = []
      while left > 0 {
        query.limit = min(left, 1000)
        let page = try await session.call(AuditMethods.list, query)
        left -= min(left, UInt32(clamping: page.results.count))
        if json {
          for event in page.results { try JSONOutput.write(event, isPretty: false) }
        } else {
          events += page.results
        }
        guard !page.nextCursor.isEmpty, !page.results.isEmpty else { break }
        query.cursor = page.nextCursor
      }
      if !json { try StandardOutput.write(Self.table(events).text) }
    }
  }

  /// A day, or a moment of one.
  private static func time(_ text: String?, _ option: String) throws(CommandFailure) -> Timestamp? {
    guard let text else { return nil }
    for candidate in [text, text + "T00:00:00Z"] {
      if let value = Timestamp(rfc3339: candidate) { return value }
    }
    throw CommandFailure(
      .usage, "\(option) is no time; write it such as 2026-11-01 or 2026-11-01T08:30:00Z")
  }

  static func table(_ events: [AuditEventInfo]) -> Table {
    var table = Table(
      header: ["AT", "DOMAIN", "CALLER", "FROM", "METHOD", "RESOURCE", "OUTCOME"])
    for event in events {
      table.rows.append([
        ReportText.time(event.at), event.domainID.isEmpty ? "-" : event.domainID, caller(event),
        event.door.isEmpty ? event.peer : "\(event.door) \(event.peer)", event.method,
        event.resourceID.isEmpty ? "-" : event.resourceID, outcome(event),
      ])
    }
    return table
  }

  private static func caller(_ event: AuditEventInfo) -> String {
    let name = event.subject.isEmpty ? "-" : event.subject
    return event.authentication == "none" || event.authentication.isEmpty
      ? name : "\(name) (\(event.authentication))"
  }

  private static func outcome(_ event: AuditEventInfo) -> String {
    var parts = [event.code]
    if !event.reason.isEmpty { parts.append(event.reason) }
    if event.method == "download" {
      parts.append(
        "\(Amount.count(event.bytes)) bytes" + (event.isComplete ? "" : ", not the whole file"))
    }
    if event.leftOut > 0 {
      parts.append("\(Amount.count(event.leftOut)) failed calls before it left out")
    }
    return parts.joined(separator: "  ")
  }
}
