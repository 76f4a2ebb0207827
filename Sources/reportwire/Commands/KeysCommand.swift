internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire keys`.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Show and change the keys that sign manifests and download URLs.",
    discussion: """
      Works on the data folder of a server, running or not, so it must be run there and by the same \
      user. Where the configuration has download.key, change it there. The server shows the public \
      keys of manifests at /keys too.

      Examples:
        reportwire keys show
        reportwire keys rotate
        reportwire keys rotate --data /var/lib/reportwire --revoke
        reportwire keys rotate --manifests
      """,
    subcommands: [Show.self, Rotate.self])

  /// Which data folder.
  struct Folder: ParsableArguments {
    @OptionGroup var file: ConfigurationArgument

    @Option(help: ArgumentHelp("\(Setting.data.help)", valueName: "path"))
    var data: String?

    func configuration() throws -> ServerConfiguration {
      try file.read(flags: data.map { [Setting.data.path: $0] } ?? [:])
    }
  }

  /// `reportwire keys show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print the public keys that check manifests.",
      discussion: """
        Prints a JSON Web Key Set, the key in force first: what 'reportwire verify --public-key' takes.

        Example:
          reportwire keys show > keys.json
        """)

    @OptionGroup var folder: Folder

    func run() throws {
      try StandardOutput.writeLine(try KeyRotation.manifestKeySet(try folder.configuration()))
    }
  }

  /// `reportwire keys rotate`.
  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Have the server sign with a new key.",
      discussion: """
        A running server takes it up at once. URLs that the old key signed stay good until they \
        expire, unless it is revoked, as a key should be that somebody else may know. With \
        --manifests it is the key of manifests that changes; the public keys of all are kept, so \
        manifests stay good.

        Examples:
          reportwire keys rotate
          reportwire keys rotate --data /var/lib/reportwire --revoke
          reportwire keys rotate --manifests
        """)

    @OptionGroup var folder: Folder

    @Flag(help: "Change the key that signs manifests, not that of download URLs.")
    var manifests = false

    @Flag(help: "End the validity of every URL that was signed before.")
    var revoke = false

    func validate() throws {
      if manifests, revoke { throw ValidationError("--revoke is for the key of download URLs") }
    }

    func run() throws {
      let configuration = try folder.configuration()
      try StandardOutput.writeLine(
        manifests
          ? try KeyRotation.runOfManifests(configuration)
          : try KeyRotation.run(configuration, isRevoking: revoke))
    }
  }
}
