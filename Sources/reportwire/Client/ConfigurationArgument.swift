internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// Which configuration a command reads that works beside the server.
struct ConfigurationArgument: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration file (default ./reportwire.yaml if it is there).", valueName: "path"))
  var config: String?

  /// - Parameter flags: settings that go over it, by their paths.
  /// - Throws: `UsageProblems`.
  func read(flags: [String: String] = [:]) throws -> ServerConfiguration {
    let input = ConfigurationInput(
      flags: flags, configFlag: config, environment: ProcessInfo.processInfo.environment,
      workingDirectory: FileManager.default.currentDirectoryPath)
    do throws(Problems) {
      return try ConfigurationReader.read(input)
    } catch {
      throw UsageProblems(problems: error)
    }
  }
}
