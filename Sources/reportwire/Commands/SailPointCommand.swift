internal import ArgumentParser
private import Foundation
internal import ProtobufWire
internal import RPCCore
internal import ReportwireClient

/// `reportwire sailpoint`.
struct SailPointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sailpoint",
    abstract: "Run reports by SailPoint's API.",
    discussion: """
      Talks to the HTTP door. Environment, as SailPoint's SDKs have it: SAIL_BASE_URL, SAIL_CLIENT_ID \
      and SAIL_CLIENT_SECRET; or REPORTWIRE_TOKEN.

      Examples:
        reportwire sailpoint run IDENTITIES --output x.csv
        reportwire sailpoint result 7265706f7274776972650b1c5c2f9a10
        reportwire sailpoint file 7265706f7274776972650b1c5c2f9a10 --output x.csv
        reportwire sailpoint cancel 7265706f7274776972650b1c5c2f9a10
      """,
    subcommands: [Run.self, Result.self, File.self, Cancel.self])

  /// Which server to talk to, and who asks.
  struct Options: ParsableArguments {
    private static let standardURL = "http://127.0.0.1:8080"

    @Option(
      help: ArgumentHelp(
        "The server's HTTP door (default SAIL_BASE_URL, or \(standardURL)).", valueName: "url"))
    var url: String?

    @Option(
      help: ArgumentHelp(
        "The client that asks (default SAIL_CLIENT_ID); its secret is SAIL_CLIENT_SECRET.",
        valueName: "id"))
    var clientId: String?

    private static func variable(_ name: String) -> String? {
      ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func client() async throws -> SailPointClient {
      var credentials = SailPointClient.Credentials.none
      if let id = clientId ?? Self.variable("SAIL_CLIENT_ID") {
        guard let secret = Self.variable("SAIL_CLIENT_SECRET") else {
          throw CommandFailure(
            .usage, "SAIL_CLIENT_SECRET is not set, so there is no secret to show")
        }
        credentials = .client(id: id, secret: secret)
      } else if let token = Self.variable("REPORTWIRE_TOKEN") {
        credentials = .token(token)
      }
      return try await SailPointClient(
        url: url ?? Self.variable("SAIL_BASE_URL") ?? Self.standardURL, credentials: credentials,
        network: NetworkSettings(environment: ProcessInfo.processInfo.environment))
    }
  }

  /// Waits for the end of a run.
  ///
  /// - Throws: a failure if it ended otherwise than with a file.
  static func wait(for id: String, _ client: SailPointClient) async throws {
    var pause = Duration.milliseconds(100)
    while true {
      let result = try await client.result(id)
      if case .string(let status)? = result["status"]?.kind {
        if status == "SUCCESS" || status == "WARNING" { return }
        throw CommandFailure(.reportNotFinished, "the report \(id) ended as \(status)")
      }
      guard !result.isEmpty else {
        throw CommandFailure(.callFailed, "there is no report \(id)")
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(2))
    }
  }

  /// Writes the file of a run to where `--output` says, as `reportwire download` does.
  static func save(
    _ id: String, _ format: String, to output: String, _ client: SailPointClient
  ) async throws {
    let download = try client.file(id, format: format)
    switch DownloadTarget(output) {
    case .standardOutput: try await download.pour()
    case .file(let path): _ = try await download.saveShowing(to: path)
    case .folder(let folder):
      _ = try await download.saveShowing(
        inFolder: folder, reportID: id, reportName: "report", format: format)
    }
  }

  /// `reportwire sailpoint run`.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Start a report, or join the run of the same that goes on.",
      discussion: """
        Prints what the server answers, or with --wait or --output the id.

        Examples:
          reportwire sailpoint run IDENTITIES --argument correlatedOnly=true
          reportwire sailpoint run ORPHAN_IDENTITIES --output orphans.csv
          reportwire sailpoint run SEARCH_EXPORT --argument query='name:a*' --wait
        """)

    @Argument(help: ArgumentHelp("Such as IDENTITIES or SEARCH_EXPORT.", valueName: "type"))
    var type: String

    @Option(
      help: ArgumentHelp(
        "An argument of the report: true and false are booleans, what begins with [ is a JSON list. "
          + "May be repeated.", valueName: "name=value"))
    var argument: [String] = []

    @Flag(help: "Wait until the report has ended.")
    var wait = false

    @Option(
      help: ArgumentHelp(
        "Wait, and write the file here; - for standard output.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("The file's format: csv, pdf or json (default csv)."))
    var format = "csv"

    @OptionGroup(title: "Connection") var options: Options

    func run() async throws {
      var arguments = Struct()
      for text in argument {
        let assignment = try OptionAssignment(text)
        arguments[assignment.name] = Self.value(assignment.text)
      }
      let client = try await options.client()
      let details = try await client.run(type, arguments)
      guard wait || output != nil else { return try JSONOutput.write(details) }
      guard case .string(let id)? = details["id"]?.kind else {
        throw CommandFailure(.callFailed, "the server named no id")
      }
      if output != "-" { try StandardOutput.writeLine(id) }
      try await SailPointCommand.wait(for: id, client)
      if let output { try await SailPointCommand.save(id, format, to: output, client) }
    }

    private static func value(_ text: String) -> Value {
      switch text {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default:
        if text.hasPrefix("["), let list = try? Struct(json: "{\"value\":\(text)}")["value"] {
          return list
        }
        return .string(text)
      }
    }
  }

  /// `reportwire sailpoint result`.
  struct Result: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "result", abstract: "Show how a run stands.",
      discussion: """
        Examples:
          reportwire sailpoint result 7265706f7274776972650b1c5c2f9a10
        """)

    @Argument(help: ArgumentHelp("What 'run' printed.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Connection") var options: Options

    func run() async throws {
      try JSONOutput.write(try await options.client().result(id))
    }
  }

  /// `reportwire sailpoint file`.
  struct File: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "file", abstract: "Fetch the file of a run that has ended.",
      discussion: """
        Examples:
          reportwire sailpoint file 7265706f7274776972650b1c5c2f9a10 --output x.csv
        """)

    @Argument(help: ArgumentHelp("What 'run' printed.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("The file's format: csv, pdf or json (default csv)."))
    var format = "csv"

    @Option(
      help: ArgumentHelp(
        "Write it here; - for standard output (the default).", valueName: "file"))
    var output = "-"

    @OptionGroup(title: "Connection") var options: Options

    func run() async throws {
      try await SailPointCommand.save(id, format, to: output, try await options.client())
    }
  }

  /// `reportwire sailpoint cancel`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cancel", abstract: "Call a run off.",
      discussion: """
        Examples:
          reportwire sailpoint cancel 7265706f7274776972650b1c5c2f9a10
        """)

    @Argument(help: ArgumentHelp("What 'run' printed.", valueName: "id"))
    var id: String

    @OptionGroup(title: "Connection") var options: Options

    func run() async throws {
      try await options.client().cancel(id)
    }
  }
}
