internal import ArgumentParser
internal import ProtobufWire
internal import ReportAPI

/// `reportwire list`.
struct ListCommand: AsyncParsableCommand {
  static let standardLimit: UInt32 = 50

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the reports of a domain, the newest first.",
    discussion: """
      Filters are combined: a report must meet all of them. --filter takes KEY OPERATOR VALUE as one \
      argument; the operators are those of the API, such as eq, not, contain, in (values with \
      commas), gt, datetime_gte, timediff_gt; options are under template_options.

      Examples:
        reportwire list --state FAILURE
        reportwire list --template flights-by-carrier --limit 10
        reportwire list --created-after 2026-11-01 --sort created_at
        reportwire list --filter 'template_options.year eq 2026' --json
      """)

  @Option(
    help: ArgumentHelp(
      "Only reports in this state: CREATED, IN_PROGRESS, FAILURE, TIMEOUT, CANCELED, FINISHED. May "
        + "be repeated.", valueName: "state"))
  var state: [String] = []

  @Option(help: ArgumentHelp("Only reports of a template, by id or name.", valueName: "template"))
  var template: String?

  @Option(help: ArgumentHelp("Only reports of a creator.", valueName: "name"))
  var createdBy: String?

  @Option(
    help: ArgumentHelp("Only reports created at this time or later.", valueName: "ISO 8601"))
  var createdAfter: String?

  @Option(help: ArgumentHelp("Only reports created before this time.", valueName: "ISO 8601"))
  var createdBefore: String?

  @Option(
    help: ArgumentHelp(
      "Only reports with these words in id, name, template or creator.", valueName: "words"))
  var keyword: String?

  @Option(
    help: ArgumentHelp(
      "Only reports that meet a condition. May be repeated.", valueName: "key operator value"))
  var filter: [String] = []

  @Option(help: ArgumentHelp("Sort by a field, ascending.", valueName: "field"))
  var sort: String?

  @Flag(help: "Sort descending.")
  var desc = false

  @Option(help: ArgumentHelp("At most so many reports; 0 for all.", valueName: "number"))
  var limit: UInt32 = standardLimit

  @Option(help: ArgumentHelp("The first report to show, from 1.", valueName: "number"))
  var start: UInt32 = 1

  @Flag(help: "Print only how many there are.")
  var count = false

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  mutating func validate() throws {
    let names = ReportInfo.State.descriptor.values.map(\.name)
    for name in state where !names.contains(name.uppercased()) {
      throw ValidationError("'\(name)' is no state; it may be \(names.joined(separator: ", "))")
    }
    if desc, sort == nil { throw ValidationError("--desc needs --sort FIELD") }
  }

  func run() async throws {
    try await Session.with(connection) { session in
      var request = ReportQuery(domainID: session.domainID)
      if let template {
        // What no template is named is an id, maybe of one that is gone.
        let named = try await session.call(
          TemplateMethods.list, TemplateQuery(domainID: session.domainID, name: template))
        request.templateID = named.results.first?.templateID ?? template
      }
      request.createdBy = createdBy ?? ""
      request.query = try query()
      let list = try await session.call(ReportMethods.list, request)
      if json { return try JSONOutput.write(list) }
      if count { return try StandardOutput.writeLine("\(list.totalCount)") }
      try StandardOutput.write(Self.table(list.results).text)
      if Int(list.totalCount) > list.results.count {
        StandardError.writeLine("\(list.results.count) of \(list.totalCount) reports")
      }
    }
  }

  private func query() throws -> Query {
    var query = Query()
    if !state.isEmpty {
      let names = state.map { Value.string($0.uppercased()) }
      query.filter.append(Filter("state", "in", .list(ListValue(names))))
    }
    if let createdAfter {
      query.filter.append(Filter("created_at", "datetime_gte", .string(createdAfter)))
    }
    if let createdBefore {
      query.filter.append(Filter("created_at", "datetime_lt", .string(createdBefore)))
    }
    for text in filter { query.filter.append(try Filter(argument: text)) }
    query.keyword = keyword ?? ""
    if let sort { query.sort = Sort(key: sort, desc: desc) }
    query.page = Page(start: start, limit: limit)
    query.countOnly = count
    return query
  }

  static func table(_ reports: [ReportInfo]) -> Table {
    var table = Table(header: ["REPORT_ID", "STATE", "CREATED_AT", "TEMPLATE_ID", "OPTIONS"])
    for report in reports {
      table.rows.append([
        report.reportID, ReportText.state(report.state), ReportText.time(report.createdAt),
        report.templateID, ReportText.options(report.templateOptions),
      ])
    }
    return table
  }
}

extension Filter {
  private static let listOperators = [
    "in", "not_in", "contain_in", "not_contain_in", "regex_in",
  ]

  /// Reads `KEY OPERATOR VALUE`. The value is JSON if it reads as such, else text.
  fileprivate init(argument: String) throws(CommandFailure) {
    let parts = argument.split(separator: " ", maxSplits: 2)
    guard parts.count == 3 else {
      throw CommandFailure(
        .usage,
        "'\(argument)' is no filter; write 'KEY OPERATOR VALUE', such as 'state eq FINISHED'")
    }
    let operatorName = String(parts[1])
    let text = String(parts[2])
    let value: Value
    if Self.listOperators.contains(operatorName), !text.hasPrefix("[") {
      let items = text.split(separator: ",", omittingEmptySubsequences: false)
      value = .list(ListValue(items.map { Self.value(String($0)) }))
    } else {
      value = Self.value(text)
    }
    self.init(String(parts[0]), operatorName, value)
  }

  private static func value(_ text: String) -> Value {
    (try? Value(json: text)) ?? .string(text)
  }
}
