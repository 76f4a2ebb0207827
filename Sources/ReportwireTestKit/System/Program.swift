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

/// Runs blocking calls on a thread of their own. Swift's tasks share as many threads as there are
/// cores: on one of those, what waits would keep what it waits for from running.
package func blocking<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}

extension FileHandle {
  /// Some bytes, as soon as there are any; none at the end. Blocks.
  ///
  /// Goes on after a signal, where Foundation's own reads end the process (EINTR).
  package func someBytes(countMax: Int = 65_536) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
      repeat {
        count = Foundation.read(fileDescriptor, buffer.baseAddress, countMax)
      } while count < 0 && errno == EINTR
      // The end of a pseudo-terminal that nobody writes to any more is an error (EIO).
      count = max(count, 0)
    }
  }

  /// Everything up to the end. Blocks.
  package func allBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    while case let piece = someBytes(), !piece.isEmpty { bytes += piece }
    return bytes
  }
}
