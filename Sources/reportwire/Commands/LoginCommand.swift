internal import ArgumentParser
private import Foundation
private import ProtobufWire
private import ReportAPI
internal import ReportwireServer

/// `reportwire login`.
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Keep a token for a server, so that the other commands send it.",
    discussion: """
      The token is read from standard input, so that it is in no list of processes, and tried on the \
      server first. It is kept for the server's address, in a file for its owner alone.

      Examples:
        reportwire login < token.txt
        reportwire login --address reports.example.com:50052 < token.txt
        reportwire login --forget
      """)

  @Flag(help: "Forget the token instead.")
  var forget = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    let saved = SavedTokens(environment: ProcessInfo.processInfo.environment)
    let address = connection.serverAddress
    if forget {
      try saved.save(nil, for: address)
      return try StandardOutput.writeLine("no token is kept for \(address) any more")
    }
    let token = try InputText.read("-").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !token.isEmpty else {
      throw CommandFailure(.usage, "there is no token on standard input")
    }
    var connection = connection
    connection.token = token
    try await Session.with(connection) { session in
      _ = try await session.call(ServerInfoMethods.getVersion, Empty())
    }
    try saved.save(token, for: address)
    try StandardOutput.writeLine("the token is kept for \(address) in \(saved.path)")
  }
}
