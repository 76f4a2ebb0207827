package import Foundation

/// A program that a test runs to its end.
package struct Program: Sendable {
  package struct Result: Sendable {
    /// The exit code, or the negative number of the signal.
    package var exit: Int32
    package var output: [UInt8]
    package var error: [UInt8]
  }

  private let path: String
  private let arguments: [String]
  private let environment: [String: String]
  private let folder: String?

  /// - Parameters:
  ///   - path: of the program; a name without a slash is looked for in `PATH`.
  ///   - environment: nil: that of the tests.
  package init(
    _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    folder: String? = nil
  ) {
    let isName = !path.contains("/")
    self.path = isName ? "/usr/bin/env" : path
    self.arguments = isName ? [path] + arguments : arguments
    self.environment = environment.map(Self.watched) ?? ProcessInfo.processInfo.environment
    self.folder = folder
  }

  /// An environment that also has what watches the tests themselves (`scripts/test` preloads it).
  package static func watched(_ environment: [String: String]) -> [String: String] {
    let inherited = ProcessInfo.processInfo.environment.filter { name, _ in
      name == "LD_PRELOAD" || name == "REPORTWIRE_BAD_CLOSES"
    }
    return environment.merging(inherited) { given, _ in given }
  }

  /// Runs it.
  ///
  /// - Parameter terminal: becomes standard error, in place of what the result tells.
  package func run(
    input: [UInt8] = [], terminal: FileHandle? = nil
  ) async throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = environment
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = terminal ?? stderr
    let ended = Self.end(of: process)
    try process.run()
    if terminal != nil { try stderr.fileHandleForWriting.close() }
    async let output = blocking { stdout.fileHandleForReading.allBytes() }
    async let error = blocking { stderr.fileHandleForReading.allBytes() }
    try? stdin.fileHandleForWriting.write(contentsOf: Data(input))
    try? stdin.fileHandleForWriting.close()
    let exit = await ended.value
    return Result(exit: exit, output: try await output, error: try await error)
  }

  /// How a process that is about to start will end: its exit code, or the negative number of the
  /// signal.
  package static func end(of process: Process) -> Task<Int32, Never> {
    let ended = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { process in
      let status = process.terminationStatus
      ended.continuation.yield(process.terminationReason == .exit ? status : -status)
      ended.continuation.finish()
    }
    return Task {
      for await status in ended.stream { return status }
      return 0
    }
  }
}
