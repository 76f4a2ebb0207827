import NIOCore
import RPCCore

/// Where the handler of a response stream sends to.
///
/// Handlers run on the loop of their connection, so a send with room is a plain function call; only
/// one from another executor, or one that must wait, goes the long way.
struct CallSink: ResponseSink {
  let streamID: UInt32
  let loop: any EventLoop
  let connection: NIOLoopBound<ServerHandler>

  func send(_ body: @escaping ResponseBody) async throws(RPCError) {
    if loop.inEventLoop, let result = connection.value.sendNow(streamID, body) {
      return try result.get()
    }
    let ticket = Suspension<Void>()
    try await ticket.wait(start: {
      if loop.inEventLoop {
        connection.value.sendLater(streamID, body, ticket)
      } else {
        loop.execute { connection.value.sendLater(streamID, body, ticket) }
      }
    })
  }
}
