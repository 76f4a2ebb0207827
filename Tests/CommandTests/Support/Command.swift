import Foundation
import ReportwireTestKit

/// One run of the program to its end.
struct Command: Sendable {
  struct Result: Sendable {
    var exit: Int32
    var output: String
    var error: String

    var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }
  }

  var environment: [String: String] = [:]
  var folder: String

  /// Runs `reportwire` with arguments. Only the given variables of the environment are seen.
  func callAsFunction(_ arguments: String..., input: String = "") async throws -> Result {
    try await run(arguments, input: input)
  }

  /// - Parameter terminal: becomes standard error, in place of what the result tells.
  func run(
    _ arguments: [String], input: String = "", terminal: FileHandle? = nil
  ) async throws -> Result {
    let program = Program(
      Binary.path, arguments, environment: environment, folder: folder)
    let result = try await program.run(input: Array(input.utf8), terminal: terminal)
    return Result(
      exit: result.exit, output: String(decoding: result.output, as: UTF8.self),
      error: String(decoding: result.error, as: UTF8.self))
  }
}
