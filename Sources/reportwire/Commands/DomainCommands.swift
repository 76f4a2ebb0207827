internal import ArgumentParser
internal import ProtobufWire
internal import ReportAPI

/// `reportwire domains`.
struct DomainsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "domains",
    abstract: "List the domains that the server knows.",
    discussion: """
      Those that have reports or storages, or were enabled or disabled; of a token that names a \
      domain, or with --domain, that one. TEMPLATES are those that it may run: none where it is \
      disabled.

      Examples:
        reportwire domains
        reportwire domains --disabled
        reportwire domains --keyword acme --limit 20 --json
      """)

  @Flag(help: "Only those that make no reports.")
  var disabled = false

  @Option(help: ArgumentHelp("Only those whose id has one of these words.", valueName: "words"))
  var keyword: String?

  @Option(help: ArgumentHelp("At most so many domains; 0 for all.", valueName: "number"))
  var limit: UInt32 = 100

  @Option(help: ArgumentHelp("The first domain to show, from 1.", valueName: "number"))
  var start: UInt32 = 1

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    var query = Query(page: Page(start: start, limit: limit), keyword: keyword ?? "")
    if disabled {
      query.filter = [Filter("state", "eq", .string("DISABLE"))]
    }
    try await Session.with(connection) { [query] session in
      // Of all domains, unless one is named for this command.
      let list = try await session.call(
        DomainMethods.list, DomainQuery(domainID: connection.domain ?? "", query: query))
      if json { return try JSONOutput.write(list) }
      try StandardOutput.write(Self.table(list.results).text)
      if Int(list.totalCount) > list.results.count {
        StandardError.writeLine("\(list.results.count) of \(list.totalCount) domains")
      }
    }
  }

  static func table(_ domains: [DomainInfo]) -> Table {
    var table = Table(header: ["DOMAIN_ID", "TEMPLATES"])
    for domain in domains {
      let templates = domain.registerTemplates.joined(separator: ",")
      table.rows.append([domain.domainID, templates.isEmpty ? "-" : templates])
    }
    return table
  }
}

/// `reportwire domain`.
struct DomainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "domain",
    abstract: "Let a domain make reports, or keep it from making any.",
    discussion: """
      A domain that is disabled gets no template and no new report. The reports that it has stay \
      readable, and those that wait are run. Where callers show who they are this needs the role \
      admin.

      Examples:
        reportwire domain disable domain-1
        reportwire domain enable domain-1
      """,
    subcommands: [Enable.self, Disable.self])

  /// `reportwire domain enable`.
  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "enable", abstract: "Let a domain make reports.",
      discussion: """
        Examples:
          reportwire domain enable domain-1
        """)

    @Argument(help: ArgumentHelp("The domain's id.", valueName: "domain_id"))
    var domainID: String

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
      try await Session.with(connection) { session in
        let domain = try await session.call(
          DomainMethods.enable, EnableDomainRequest(domainID: domainID))
        let count = domain.registerTemplates.count
        try StandardOutput.writeLine(
          "\(domainID) enabled: it may run \(count) template\(count == 1 ? "" : "s")")
      }
    }
  }

  /// `reportwire domain disable`.
  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disable", abstract: "Keep a domain from making reports.",
      discussion: """
        Examples:
          reportwire domain disable domain-1
        """)

    @Argument(help: ArgumentHelp("The domain's id.", valueName: "domain_id"))
    var domainID: String

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
      try await Session.with(connection) { session in
        _ = try await session.call(
          DomainMethods.disable, DisableDomainRequest(domainID: domainID))
        try StandardOutput.writeLine("\(domainID) disabled")
      }
    }
  }
}
