internal import ArgumentParser

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
        reportwire download report-0b1c5c2f9a10 --output - | head
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Option(
    help: ArgumentHelp("Which file, such as csv or json (default the first).", valueName: "format"))
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
