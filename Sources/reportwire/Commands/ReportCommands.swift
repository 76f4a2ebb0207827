internal import ArgumentParser
internal import ReportAPI

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

/// `reportwire download`.
struct DownloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "download",
    abstract: "Fetch the file of a finished report.",
    discussion: """
      The file appears under its name once it is complete and its SHA-256 is right; an interrupted \
      download leaves nothing behind. When the connection breaks, it goes on where it stopped. A \
      file that is there keeps owner and mode, a link is followed, and what is no file (a device, a \
      pipe) is written to straight away.

      Examples:
        reportwire download report-0b1c5c2f9a10
        reportwire download report-0b1c5c2f9a10 --format json --output flights.json
        reportwire download report-0b1c5c2f9a10 --format manifest
        reportwire download report-0b1c5c2f9a10 --output - | head
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Option(
    help: ArgumentHelp(
      "Which file, such as csv or json, or manifest for the proof (default the first).",
      valueName: "format"))
  var format: String?

  @Option(
    help: ArgumentHelp(
      "Where to write; - for standard output; a folder takes every format, or that of --format "
        + "(default this folder, under the name that the server suggests).", valueName: "file"))
  var output: String?

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      try await session.download(reportID, format: format?.lowercased(), to: output)
    }
  }
}

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
