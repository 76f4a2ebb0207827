internal import ArgumentParser
internal import ReportAPI

/// `reportwire cancel`.
struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Call a report off.",
    discussion: """
      A waiting report ends at once, a running one within a second. A report that has ended stays \
      as it is. Prints the state afterwards.

      Example:
        reportwire cancel report-0b1c5c2f9a10
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Flag(help: "Print the report as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      let report = try await session.call(
        ReportControlMethods.cancel,
        CancelReportRequest(domainID: session.domainID, reportID: reportID))
      if json {
        try JSONOutput.write(report)
      } else {
        try StandardOutput.writeLine("\(report.reportID) \(ReportText.state(report.state))")
      }
    }
  }
}
