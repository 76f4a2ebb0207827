import NIOCore
import RPCCore
import Synchronization

/// The reading end of a response stream. When its last owner drops it, the call is withdrawn.
final class StreamReader: Sendable {
  private let inbox: StreamInbox
  private let loop: any EventLoop
  private let connection: NIOLoopBound<ClientHandler>
  private let bytesMax: Int

  init(
    _ inbox: StreamInbox, _ connection: NIOLoopBound<ClientHandler>, loop: any EventLoop,
    bytesMax: Int
  ) {
    self.inbox = inbox
    self.connection = connection
    self.loop = loop
    self.bytesMax = bytesMax
  }

  deinit {
    Self.withdraw(inbox, connection, loop)
  }

  /// The next message; nil at the end.
  func next() async throws(RPCError) -> [UInt8]? {
    let before = inbox.bytes
    if let result = inbox.take(nil) {
      if before >= bytesMax, inbox.bytes < bytesMax {
        loop.execute { [connection] in connection.value.readOnIfPossible() }
      }
      return try result.get()
    }
    let reader = Suspension<[UInt8]?>()
    return try await reader.wait(
      start: {
        if let result = inbox.take(reader) { reader.resume(result) }
      },
      cancelled: { [inbox, connection, loop] in Self.withdraw(inbox, connection, loop) })
  }

  private static func withdraw(
    _ inbox: StreamInbox, _ connection: NIOLoopBound<ClientHandler>, _ loop: any EventLoop
  ) {
    inbox.finish(.failure(.callerGone))
    loop.execute { connection.value.withdraw { $0.isStream(inbox) } }
  }
}

/// The messages of one response stream that came and were not read: the loop puts them in, one
/// reader takes them out.
final class StreamInbox: Sendable {
  private struct State {
    var messages: [[UInt8]] = []
    var next = 0
    var bytes = 0
    var end: Result<Void, RPCError>?
    var reader: Suspension<[UInt8]?>?
  }

  private let state = Mutex(State())

  /// How many bytes wait to be read.
  var bytes: Int { state.withLock { $0.bytes } }

  /// A message came.
  func put(_ message: [UInt8]) {
    let reader: Suspension<[UInt8]?>? = state.withLock { state in
      guard state.end == nil else { return nil }
      if let reader = state.reader, reader.isWaiting {
        state.reader = nil
        return reader
      }
      state.messages.append(message)
      state.bytes += message.count
      return nil
    }
    reader?.resume(.success(message))
  }

  /// The stream ended; what came before may still be read.
  func finish(_ result: Result<Void, RPCError>) {
    let reader: Suspension<[UInt8]?>? = state.withLock { state in
      guard state.end == nil else { return nil }
      state.end = result
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(result.map { nil })
  }

  /// The next message, if that is known now.
  ///
  /// - Returns: nil if the reader must wait and `reader` is resumed later; otherwise the message,
  ///   or nil at the end.
  func take(_ reader: Suspension<[UInt8]?>?) -> Result<[UInt8]?, RPCError>? {
    state.withLock { state in
      if state.next < state.messages.count {
        let message = state.messages[state.next]
        state.next += 1
        state.bytes -= message.count
        if state.next == state.messages.count {
          state.messages.removeAll(keepingCapacity: true)
          state.next = 0
        }
        return .success(message)
      }
      if let end = state.end { return end.map { nil } }
      state.reader = reader
      return nil
    }
  }
}
