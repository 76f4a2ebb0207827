internal import ArgumentParser

/// `reportwire get`.
struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show a report.",
    discussion: """
      Examples:
        reportwire get report-0b1c5c2f9a10
        reportwire get report-0b1c5c2f9a10 --json
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      let report = try await session.report(reportID)
      if json {
        try JSONOutput.write(report)
      } else {
        try StandardOutput.write(Table.pairs(ReportText.pairs(report)))
      }
    }
  }
}
