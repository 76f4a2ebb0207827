import Logging
import Synchronization

/// Keeps what is logged, and hands it on as a sequence for tests that wait for a line.
final class LogRecorder: Sendable {
  struct Line: Sendable {
    var level: Logger.Level
    var message: String
    var metadata: [String: String]
  }

  /// The lines of requests.
  let requests: AsyncStream<Line>
  private let continuation: AsyncStream<Line>.Continuation

  init() {
    (requests, continuation) = AsyncStream.makeStream()
  }

  var logger: Logger {
    Logger(label: "test") { _ in Handler(recorder: self) }
  }

  /// The next line of a request.
  func nextRequest() async -> Line? {
    await requests.first { _ in true }
  }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      guard event.message == "http" else { return }
      recorder.continuation.yield(
        Line(
          level: event.level, message: event.message.description,
          metadata: (event.metadata ?? [:]).mapValues(\.description)))
    }
  }
}
