internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire keys`.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Change the key that signs download URLs.",
    discussion: """
      Works on the data folder of a server, running or not, so it must be run there and by the same \
      user. Where the configuration has download.key, change it there.

      Examples:
        reportwire keys rotate
        reportwire keys rotate --data /var/lib/reportwire --revoke
      """,
    subcommands: [Rotate.self])

  /// `reportwire keys rotate`.
  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Have the server sign with a new key.",
      discussion: """
        A running server takes it up at once. URLs that the old key signed stay good until they \
        expire, unless it is revoked, as a key should be that somebody else may know.

        Examples:
          reportwire keys rotate
          reportwire keys rotate --data /var/lib/reportwire --revoke
        """)

    @Option(
      help: ArgumentHelp(
        "The configuration file (default ./reportwire.yaml if it is there).", valueName: "path"))
    var config: String?

    @Option(help: ArgumentHelp("\(Setting.data.help)", valueName: "path"))
    var data: String?

    @Flag(help: "End the validity of every URL that was signed before.")
    var revoke = false

    func run() throws {
      let input = ConfigurationInput(
        flags: data.map { [Setting.data.path: $0] } ?? [:], configFlag: config,
        environment: ProcessInfo.processInfo.environment,
        workingDirectory: FileManager.default.currentDirectoryPath)
      let configuration: ServerConfiguration
      do throws(Problems) {
        configuration = try ConfigurationReader.read(input)
      } catch {
        throw UsageProblems(problems: error)
      }
      try StandardOutput.writeLine(try KeyRotation.run(configuration, isRevoking: revoke))
    }
  }
}
