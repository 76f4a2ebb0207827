internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire identities`.
struct IdentitiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identities",
    abstract: "Look at the database that the identity reports read.",
    discussion: """
      Works on the file itself and needs no server.

      Examples:
        reportwire identities check --source identities.db
        reportwire identities check --config reportwire.yaml
      """,
    subcommands: [Check.self])

  /// `reportwire identities check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say which tables and columns are missing, and which hold something else.",
      discussion: """
        Reads every row of the tables once. Without --source it is the source called identities of \
        the configuration. The exit code is 1 if anything is wrong.

        Examples:
          reportwire identities check --source identities.db
          reportwire identities check --config reportwire.yaml
        """)

    @OptionGroup var settings: ConfigurationArgument

    @Option(
      help: ArgumentHelp("A SQLite file, in place of the configuration's.", valueName: "path"))
    var source: String?

    func run() throws {
      let check = try look()
      for problem in check.problems { try StandardOutput.writeLine(problem) }
      try StandardOutput.writeLine(check.summary)
      guard check.problems.isEmpty else {
        let count = check.problems.count
        throw CommandFailure(
          .callFailed, "\(count) thing\(count == 1 ? " is" : "s are") wrong with the tables")
      }
    }

    private func look() throws -> IdentityTablesCheck {
      if let source { return try IdentityTablesCheck(path: source) }
      return try IdentityTablesCheck(try settings.read())
    }
  }
}
