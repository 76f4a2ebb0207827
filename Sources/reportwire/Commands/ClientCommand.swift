internal import ArgumentParser
private import Foundation
private import RPCCore
internal import ReportwireServer

/// `reportwire client`.
struct ClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Make clients that get tokens at /oauth/token.",
    discussion: """
      They stand in the file that oauth.clients names. A running server takes up a new one within \
      seconds.

      Examples:
        reportwire client add --domain domain-1 --role run --user ada
        reportwire client add --file ./clients.yaml --domain domain-1 --role read
      """,
    subcommands: [Add.self])

  /// `reportwire client add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Make a client, and show its secret once.",
      discussion: """
        Only a hash of the secret is kept. With --user the client is a person's, as a personal access \
        token is: it may call reports off, and gets refresh tokens.

        Examples:
          reportwire client add --domain domain-1 --role run --user ada
          reportwire client add --domain domain-1 --scope sp:report:read
        """)

    @Option(
      help: ArgumentHelp(
        "The file of the clients (default what oauth.clients names).", valueName: "path"))
    var file: String?

    @OptionGroup var settings: ConfigurationArgument

    @Option(
      help: ArgumentHelp(
        "The domain that its tokens reach; an admin without one reaches every domain.",
        valueName: "domain_id"))
    var domain: String?

    @Option(
      help: ArgumentHelp(
        "What it may: read, run, manage or admin (default run).", valueName: "role"))
    var role = "run"

    @Option(help: ArgumentHelp("Whom it stands for.", valueName: "name"))
    var user: String?

    @Option(
      help: ArgumentHelp(
        "A scope that it may ask for: sp:scopes:all (the default), sp:report:manage, sp:report:read or "
          + "sp:scopes:default. May be repeated.", valueName: "scope"))
    var scope: [String] = []

    func run() throws {
      guard let permission = Permission(name: role) else {
        throw CommandFailure(.usage, "--role '\(role)' is none of read, run, manage and admin")
      }
      guard !scope.contains(where: { $0.contains(" ") }) else {
        throw CommandFailure(.usage, "--scope takes one scope; repeat it for more")
      }
      let made = try OAuthClientFile(path: try path()).add(
        domainID: domain, role: permission, user: user, scopes: scope)
      try StandardOutput.writeLine("client_id: \(made.id)")
      try StandardOutput.writeLine("client_secret: \(made.secret)")
    }

    private func path() throws -> String {
      if let file { return file }
      guard let path = try settings.read().oauth?.clients else {
        throw CommandFailure(
          .usage, "the configuration names no file of clients; set oauth.clients, or add --file")
      }
      return path
    }
  }
}
