internal import ArgumentParser
internal import ReportAPI

/// `reportwire watch`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a report until it ends.",
    discussion: """
      Shows state, rows, bytes and rate on standard error: a bar on a terminal, plain lines \
      elsewhere. With --json, each change is a line of JSON on standard output. Ends with 3 if the \
      report does not finish.

      Examples:
        reportwire watch report-0b1c5c2f9a10
        reportwire watch report-0b1c5c2f9a10 --json
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Flag(help: "Print each change as a line of JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      guard json else { return try await session.waitShowingProgress(for: reportID) }
      let last = try await session.wait(for: reportID) {
        try JSONOutput.write($0, isPretty: false)
      }
      if let failure = ReportText.failure(reportID, last.state, last.error) { throw failure }
    }
  }
}
