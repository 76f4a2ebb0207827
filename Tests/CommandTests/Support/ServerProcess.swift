import Foundation
import ReportwireTestKit

/// A server that runs as a process of its own.
final class ServerProcess: @unchecked Sendable {
  struct NotReady: Error, CustomStringConvertible {
    var log: String
    var description: String { "the server ended before it was ready:\n\(log)" }
  }

  let process: Process
  /// From the ready file.
  let addresses: [String: String]
  private let log: AsyncStream<String>
  private let goOnReading = DispatchSemaphore(value: 0)
  private let ended: Task<Int32, Never>

  var ttrpc: String { addresses["ttrpc"] ?? "" }
  var http: String { addresses["http"] ?? "" }

  /// Starts `reportwire serve` and waits until it says that it is ready.
  ///
  /// - Parameters:
  ///   - umask: as a shell writes it; nil: that of the tests.
  ///   - environment: all of it that the server sees.
  ///   - isLogStuck: whether nobody reads the log from then on, until `readLog` is called.
  init(
    _ arguments: [String], folder: String, umask: String? = nil, isLogStuck: Bool = false,
    environment: [String: String] = [:]
  ) async throws {
    let ready = folder + "/ready-\(UUID().uuidString).json"
    process = Process()
    let shell = umask.map { ["/bin/sh", "-c", "umask \($0); exec \"$0\" \"$@\"", Binary.path] }
    process.executableURL = URL(filePath: shell?.first ?? Binary.path)
    process.arguments =
      (shell ?? []).dropFirst() + [
        "serve", "--listen-ttrpc", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0",
        "--listen-http", "127.0.0.1:0",
        "--ready-file", ready,
      ] + arguments
    process.environment = Program.watched(environment)
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let stderr = Pipe()
    process.standardError = stderr
    ended = Program.end(of: process)
    let log = Self.lines(
      of: stderr.fileHandleForReading, until: isLogStuck ? goOnReading : nil)
    try process.run()
    self.log = log
    var seen: [String] = []
    var isReady = false
    for await line in log {
      seen.append(line)
      if line.contains(" message=ready ") || line.contains("\"message\":\"ready\"") {
        isReady = true
        break
      }
    }
    guard isReady else { throw NotReady(log: seen.joined(separator: "\n")) }
    let data = try Data(contentsOf: URL(filePath: ready))
    addresses = try JSONSerialization.jsonObject(with: data) as? [String: String] ?? [:]
  }

  /// Waits for a line of the log with this text; nil once the process is gone without it.
  func logLine(containing text: String) async -> String? {
    for await line in log where line.contains(text) { return line }
    return nil
  }

  /// What the log has beyond the lines that were waited for; ends with the process.
  func restOfLog() async -> String {
    var lines: [String] = []
    for await line in log { lines.append(line) }
    return lines.joined(separator: "\n")
  }

  /// Reads the log again.
  func readLog() {
    goOnReading.signal()
  }

  func signal(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// Waits for the end: the exit code, or the negative number of the signal.
  func exit() async -> Int32 { await ended.value }

  /// Asks for the end and waits for it.
  func stop() async -> Int32 {
    signal(SIGTERM)
    return await exit()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// - Parameter goOnReading: what is waited for behind the line that says ready.
  private static func lines(
    of handle: FileHandle, until goOnReading: DispatchSemaphore?
  ) -> AsyncStream<String> {
    let stream = AsyncStream<String>.makeStream()
    Thread.detachNewThread {
      var rest: [UInt8] = []
      while case let bytes = handle.someBytes(), !bytes.isEmpty {
        rest += bytes
        while let end = rest.firstIndex(of: 10) {
          let line = String(decoding: rest[..<end], as: UTF8.self)
          stream.continuation.yield(line)
          rest.removeSubrange(...end)
          if let goOnReading, line.contains(" message=ready ") { goOnReading.wait() }
        }
      }
      stream.continuation.finish()
    }
    return stream.stream
  }
}
