import ReportwireServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct HelpTests {
  static let commands = [
    "serve", "create", "get", "list", "download", "cancel", "watch", "inspect", "pin", "delete",
    "templates", "domains", "domain", "call", "keys", "identities", "client", "sailpoint",
  ]

  @Test func theProgramListsItsCommands() async throws {
    let result = try await Command(folder: "/")("--help")
    #expect(result.exit == 0)
    #expect(result.error.isEmpty)
    for command in Self.commands {
      #expect(result.output.contains("  \(command) "), "\(command)")
    }
    for word in ["REPORTWIRE_ADDRESS", "REPORTWIRE_DOMAIN", "Exit codes"] {
      #expect(result.output.contains(word))
    }
  }

  @Test(arguments: commands)
  func everyCommandExplainsItselfWithExamples(command: String) async throws {
    let result = try await Command(folder: "/")(command, "--help")
    #expect(result.exit == 0)
    #expect(result.error.isEmpty)
    #expect(result.output.contains("OVERVIEW: "))
    #expect(result.output.contains("USAGE: reportwire \(command)"))
    #expect(result.output.contains("  reportwire \(command)"))
    // Every option says what it is for.
    for line in result.output.split(separator: "\n") where line.hasPrefix("  --") {
      #expect(line.contains("  ", after: 4) || line.count >= 26, "\(line)")
    }
  }

  /// A line that is broken cannot be copied.
  @Test(
    arguments: [[]] + commands.map { [$0] } + [
      ["client", "add"], ["sailpoint", "run"], ["sailpoint", "result"], ["sailpoint", "file"],
      ["sailpoint", "cancel"], ["keys", "rotate"], ["domain", "enable"], ["domain", "disable"],
      ["identities", "check"],
    ])
  func examplesFitIntoATerminal(command: [String]) async throws {
    let result = try await Command(folder: "/").run(command + ["--help"])
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("  reportwire ") {
      #expect(next.isEmpty || next.hasPrefix("  "), "\(line)")
    }
  }

  @Test func serveHasAFlagForEverySetting() async throws {
    let result = try await Command(folder: "/")("serve", "--help")
    for setting in Setting.all {
      #expect(
        result.output.contains("  \(setting.flag) ")
          || result.output.contains("  \(setting.flag)\n"), "\(setting.flag)")
    }
  }

  @Test func theVersionIsThatOfTheServer() async throws {
    let result = try await Command(folder: "/")("--version")
    #expect(result.exit == 0)
    #expect(result.output == "reportwire \(ReportwireVersion.number)\n")
  }
}

extension Substring {
  fileprivate func contains(_ text: String, after count: Int) -> Bool {
    dropFirst(count).contains(text)
  }
}
