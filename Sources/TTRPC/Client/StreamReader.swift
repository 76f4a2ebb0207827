import NIOCore
import RPCCore

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
