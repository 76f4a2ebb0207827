import RPCCore

/// A response stream with a connection of its own, which is closed when the stream ends or its
/// reader drops it: that is how a server learns that a stream is not wanted any more.
final class DedicatedStream<Connection: PooledConnection>: Sendable {
  private let messages: AsyncThrowingStream<[UInt8], any Error>
  private let connection: Connection

  init(_ messages: AsyncThrowingStream<[UInt8], any Error>, on connection: Connection) {
    self.messages = messages
    self.connection = connection
  }

  deinit {
    Task { [connection] in await connection.close() }
  }

  func next() async throws -> [UInt8]? {
    var iterator = messages.makeAsyncIterator()
    do {
      if let message = try await iterator.next() { return message }
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    return nil
  }
}
