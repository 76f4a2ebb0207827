internal import ArgumentParser
private import Foundation
internal import ReportwireServer

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
        REPORTWIRE_TLS, REPORTWIRE_CA, REPORTWIRE_CERT, REPORTWIRE_KEY
                             speak TLS: with which authorities, certificate and key
        REPORTWIRE_ZIP_PASSWORD
                             encrypts the ZIP files that 'create' asks for
        REPORTWIRE_...       for the server: see 'reportwire serve --help'

      Exit codes: 0 done; 1 the call failed; 2 wrong usage; 3 the report ended in another state \
      than FINISHED; 4 a file is not as it should be. Errors are one line on standard error.
      """,
    version: "reportwire \(ReportwireVersion.number)",
    subcommands: [
      ServeCommand.self, CreateCommand.self, GetCommand.self, ListCommand.self,
      DownloadCommand.self, VerifyCommand.self, CancelCommand.self, WatchCommand.self,
      InspectCommand.self, PinCommand.self, DeleteCommand.self, PreviewCommand.self,
      AuditCommand.self,
      TemplatesCommand.self, DomainsCommand.self, DomainCommand.self, CallCommand.self,
      KeysCommand.self, IdentitiesCommand.self,
      TokenCommand.self, LoginCommand.self, ClientCommand.self, SailPointCommand.self,
    ])
}

/// Where the program begins.
@main
enum ReportwireProgram {
  static func main() async {
    await ReportwireCommand.runToExit()
  }
}

extension ReportwireCommand {
  /// Runs the command that the arguments name, and ends the process with its exit code.
  fileprivate static func runToExit() async -> Never {
    // A reader that goes away (`reportwire list | head`) is no reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try RawText.check()
      try checkSubcommand(arguments)
      var command = try parseAsRoot(ServerFlags.spellingOutLimits(arguments))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      Foundation.exit(0)
    } catch let failure as CommandFailure {
      complain(failure.message, about: arguments)
      Foundation.exit(failure.exit.rawValue)
    } catch let usage as UsageProblems {
      complain(usage.problems, about: arguments)
      Foundation.exit(CommandFailure.Exit.usage.rawValue)
    } catch let problems as Problems {
      complain(problems, about: arguments)
      Foundation.exit(CommandFailure.Exit.callFailed.rawValue)
    } catch is StandardOutputClosed {
      Foundation.exit(0)
    } catch {
      end(error, arguments)
    }
  }

  /// Ends after what the argument parser itself threw: help, a version, or wrong usage.
  private static func end(_ error: any Error, _ arguments: [String]) -> Never {
    guard exitCode(for: error) != .success else {
      StandardOutput.writeIgnoringClosed(fullMessage(for: error) + "\n")
      Foundation.exit(0)
    }
    if exitCode(for: error) == .validationFailure {
      let message = message(for: error)
      let help = ([Self.name] + subcommand(arguments)).joined(separator: " ") + " --help"
      complain("\(message.asSentenceStart); see '\(help)'", about: arguments)
      Foundation.exit(CommandFailure.Exit.usage.rawValue)
    }
    complain("\(error)", about: arguments)
    Foundation.exit(CommandFailure.Exit.callFailed.rawValue)
  }

  static let name = "reportwire"

  private static var subcommandNames: [String] {
    configuration.subcommands.compactMap { $0.configuration.commandName }
  }

  /// What the argument parser says of a misspelt command tells of arguments, not of commands.
  private static func checkSubcommand(_ arguments: [String]) throws(CommandFailure) {
    let names = subcommandNames
    guard let first = arguments.first, !first.hasPrefix("-"), first != "help",
      !names.contains(first)
    else { return }
    let advice = names.meant(by: first) ?? "'reportwire --help' lists them"
    throw CommandFailure(.usage, "there is no command '\(first)'; \(advice)")
  }

  /// The subcommand named by the arguments, if it is one.
  private static func subcommand(_ arguments: [String]) -> [String] {
    arguments.first.map { subcommandNames.contains($0) ? [$0] : [] } ?? []
  }

  private static func complain(_ problems: Problems, about arguments: [String]) {
    for problem in problems.all { complain(problem.description, about: arguments) }
  }

  private static func complain(_ message: String, about arguments: [String]) {
    let prefix = ([name] + subcommand(arguments)).joined(separator: " ")
    StandardError.writeLine("\(prefix): \(message)")
  }
}

extension String {
  /// Without the full stop and the line ends that the argument parser puts.
  fileprivate var asSentenceStart: String {
    var text = split(separator: "\n").joined(separator: " ")
    while text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// Why a command ends without success: one line for standard error, and an exit code.
struct CommandFailure: Error, Hashable {
  /// What the process answers.
  enum Exit: Int32, Hashable, CaseIterable {
    /// The call, or what was to be done with its answer, failed.
    case callFailed = 1
    /// The command line is wrong.
    case usage = 2
    /// The report ended in another state than FINISHED.
    case reportNotFinished = 3
    /// A file is not what its report gave, or a report not the same as another.
    case differs = 4
  }

  var exit: Exit
  /// What happened, where, and what to do.
  var message: String

  init(_ exit: Exit, _ message: String) {
    self.exit = exit
    self.message = message
  }
}

/// A configuration that cannot be used: wrong usage, unlike what goes wrong when the server starts.
struct UsageProblems: Error {
  var problems: Problems
}
