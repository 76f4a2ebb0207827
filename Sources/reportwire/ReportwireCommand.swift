internal import ArgumentParser
private import ReportwireServer

/// `reportwire`: the server and its clients in one program.
struct ReportwireCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reportwire",
    abstract: "Runs parameterised reports in the background and hands over the files.",
    discussion: """
      'reportwire serve' is the server; the other commands talk to one over ttrpc.

      A report from the start to the file:
        reportwire serve --templates ./templates --source sales=./sales.db
        reportwire templates
        reportwire create --template by-month --option year=2026 --output sales.csv

      Environment:
        REPORTWIRE_ADDRESS   the server to talk to (default 127.0.0.1:50052)
        REPORTWIRE_DOMAIN    the domain to act for (default 'default')
        REPORTWIRE_TIMEOUT   seconds a call may take (default 30)
        REPORTWIRE_USER      who asks; becomes created_by
        REPORTWIRE_TOKEN     shows who asks, where the server wants to know
        REPORTWIRE_...       for the server: see 'reportwire serve --help'

      Exit codes: 0 done; 1 the call failed; 2 wrong usage; 3 the report ended in another state \
      than FINISHED. Errors are one line on standard error.
      """,
    version: "reportwire \(ReportwireVersion.number)",
    subcommands: [
      ServeCommand.self, CreateCommand.self, GetCommand.self, ListCommand.self,
      DownloadCommand.self, CancelCommand.self, WatchCommand.self, InspectCommand.self,
      PinCommand.self, DeleteCommand.self,
      TemplatesCommand.self, CallCommand.self, KeysCommand.self,
      TokenCommand.self, LoginCommand.self,
    ])
}
