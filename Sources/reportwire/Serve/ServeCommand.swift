internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server until SIGTERM or SIGINT.",
    discussion: """
      Settings come from flags, over environment variables, over the file reportwire.yaml, over \
      defaults. The variable of a setting is REPORTWIRE_ and its name in capitals \
      (REPORTWIRE_LISTEN_TTRPC); REPORTWIRE_SOURCES is a list of NAME=PATH with commas. In the file:

        data: ./reportwire-data
        listen: {ttrpc: 127.0.0.1:50052, http: 127.0.0.1:8080}
        templates: ./templates
        sources:
          sales: {sqlite: ./sales.db}

      Examples:
        reportwire serve
        reportwire serve --config /etc/reportwire/reportwire.yaml --log-format json
        reportwire serve --source sales=./sales.db --listen-ttrpc 127.0.0.1:0 \\
          --ready-file /run/reportwire.json
        reportwire serve --print-config

      SIGHUP reads templates and sources again; a broken set is reported and the old one stays. \
      SIGTERM and SIGINT stop taking calls, let those under way end, hand running reports back to \
      the queue, and exit with 0.
      """)

  @Option(
    help: ArgumentHelp(
      "The configuration file (default ./reportwire.yaml if it is there).", valueName: "path"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "A SQLite database that templates may read, as NAME=PATH. May be repeated.",
      valueName: "name=path"))
  var source: [String] = []

  @Flag(help: "Print the configuration in force, and where each value comes from; then end.")
  var printConfig = false

  @OptionGroup(title: "Settings") var flags: ServerFlags

  func run() async throws {
    let input: ConfigurationInput
    let configuration: ServerConfiguration
    do throws(Problems) {
      input = ConfigurationInput(
        flags: try flags.values(), sourceFlags: source, configFlag: config,
        environment: ProcessInfo.processInfo.environment,
        workingDirectory: FileManager.default.currentDirectoryPath)
      configuration = try ConfigurationReader.read(input)
    } catch {
      throw UsageProblems(problems: error)
    }
    if printConfig {
      try StandardOutput.write(configuration.yaml)
      return
    }
    try await ServerProgram.run(configuration, reread: input)
  }
}
