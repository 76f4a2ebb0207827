internal import ArgumentParser
internal import ReportAPI

/// `reportwire delete`.
struct DeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Remove reports and their files.",
    discussion: """
      A report that runs is refused; cancel it first. What is removed cannot be brought back, and \
      its download URLs end. Prints each id when it is gone; the first that cannot be removed ends \
      the command.

      Example:
        reportwire delete report-0b1c5c2f9a10
      """)

  @Argument(help: ArgumentHelp("The reports' ids.", valueName: "report_id"))
  var reportIDs: [String]

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      for reportID in reportIDs {
        _ = try await session.call(
          ReportControlMethods.delete,
          DeleteReportRequest(domainID: session.domainID, reportID: reportID))
        try StandardOutput.writeLine("\(reportID) deleted")
      }
    }
  }
}

/// `reportwire pin`.
struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Keep a report, however old it gets.",
    discussion: """
      Reports may be removed some days after their end, as template, domain or server say; one that \
      is pinned stays. 'reportwire inspect' shows until when a report is kept.

      Examples:
        reportwire pin report-0b1c5c2f9a10
        reportwire pin --off report-0b1c5c2f9a10
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Flag(help: "Keep it no longer than others.")
  var off = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      let report =
        off
        ? try await session.call(
          ReportControlMethods.unpin,
          UnpinReportRequest(domainID: session.domainID, reportID: reportID))
        : try await session.call(
          ReportControlMethods.pin,
          PinReportRequest(domainID: session.domainID, reportID: reportID))
      try StandardOutput.writeLine("\(report.reportID) \(off ? "not pinned" : "pinned")")
    }
  }
}
