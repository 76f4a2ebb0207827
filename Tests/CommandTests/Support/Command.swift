import Foundation

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
    let process = Process()
    process.executableURL = URL(filePath: Binary.path)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(filePath: folder)
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = terminal ?? stderr
    let ended = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      ended.continuation.yield(
        $0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
      ended.continuation.finish()
    }
    try process.run()
    if terminal != nil { try stderr.fileHandleForWriting.close() }
    async let output = Self.read(stdout.fileHandleForReading)
    async let error = Self.read(stderr.fileHandleForReading)
    try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? stdin.fileHandleForWriting.close()
    var status: Int32 = 0
    for await value in ended.stream { status = value }
    return Result(exit: status, output: await output, error: await error)
  }

  /// Reads to the end on a thread of its own.
  private static func read(_ handle: FileHandle) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let data = handle.readDataToEndOfFile()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }
}
