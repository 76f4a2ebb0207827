internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire token`.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make tokens, and the key pair behind them, for trying out.",
    discussion: """
      A server that is given the public key believes the tokens that the private key signs. Where an \
      identity provider issues tokens, give the server the provider's keys instead.

      Examples:
        reportwire token new-key ./signing.pem
        reportwire serve --auth-keys ./signing.pem.pub
        reportwire token make --key ./signing.pem --domain domain-1 --subject ada --role run
      """,
    subcommands: [NewKey.self, Make.self])

  /// `reportwire token new-key`.
  struct NewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new-key",
      abstract: "Make an Ed25519 key pair.",
      discussion: """
        The private key signs tokens: keep it where only its owner reads it. The public one goes to \
        the server (auth.keys).

        Examples:
          reportwire token new-key ./signing.pem
        """)

    @Argument(
      help: ArgumentHelp(
        "File of the private key; PATH.pub gets the public one.", valueName: "path"))
    var path: String

    func run() throws {
      let publicPath = try DevelopmentTokens.makeKey(at: path)
      try StandardOutput.writeLine("\(path) signs tokens; give the server \(publicPath)")
    }
  }

  /// `reportwire token make`.
  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "make",
      abstract: "Sign a token and print it.",
      discussion: """
        Its claims are did (the domain), aud (the subject; sub where --audience is given), roles, iat \
        and exp.

        Examples:
          reportwire token make --key ./signing.pem --domain domain-1 --subject ada
          export REPORTWIRE_TOKEN="$(reportwire token make --key ./signing.pem --role admin)"
        """)

    @Option(help: ArgumentHelp("File of the private key.", valueName: "path"))
    var key: String

    @Option(
      help: ArgumentHelp(
        "The domain that the bearer reaches; an admin without one reaches every domain.",
        valueName: "domain_id"))
    var domain: String?

    @Option(help: ArgumentHelp("The bearer's name.", valueName: "name"))
    var subject = ""

    @Option(
      help: ArgumentHelp(
        "What the bearer may: read, run, manage or admin; can be given again (default run).",
        valueName: "role"))
    var role: [String] = []

    @Option(help: ArgumentHelp("Seconds until it expires (default 3600).", valueName: "seconds"))
    var expires = 3600

    @Option(help: ArgumentHelp("Its iss.", valueName: "text"))
    var issuer: String?

    @Option(help: ArgumentHelp("Its aud; the subject is in sub then.", valueName: "text"))
    var audience: String?

    func validate() throws {
      guard (1...315_360_000).contains(expires) else {
        throw ValidationError("--expires must be from 1 second to ten years (315360000)")
      }
    }

    func run() async throws {
      try StandardOutput.writeLine(
        try await DevelopmentTokens.make(
          keyPath: key, subject: subject, domainID: domain, roles: role.isEmpty ? ["run"] : role,
          issuer: issuer, audience: audience, lifetimeSeconds: expires))
    }
  }
}
