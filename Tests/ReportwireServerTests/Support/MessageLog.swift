import Logging

/// Hands on the messages that are logged, for tests that wait for one.
final class MessageLog: Sendable {
  private let messages: AsyncStream<String>
  private let continuation: AsyncStream<String>.Continuation

  init() {
    (messages, continuation) = AsyncStream.makeStream()
  }

  var logger: Logger {
    Logger(label: "test") { _ in Handler(continuation: self.continuation) }
  }

  /// Returns once a message was logged, which must not have been waited for before.
  func wait(for message: String) async {
    _ = await messages.first { $0 == message }
  }

  private struct Handler: LogHandler {
    let continuation: AsyncStream<String>.Continuation
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      continuation.yield("\(event.message)")
    }
  }
}
