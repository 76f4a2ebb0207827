import NIOCore
import NIOPosix
import RPCServing
import Testing

@Suite("Handlers on an event loop", .timeLimit(.minutes(5)))
struct LoopExecutorTests {
  @Test("handlers that always have something to do leave the loop to its sockets in between")
  func socketsHaveTheirTurn() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let executor = try await loop.submit { LoopExecutor(on: loop) }.get()
    let busy = (0..<3).map { _ in
      Task(executorPreference: executor) {
        while !Task.isCancelled { await Task.yield() }
      }
    }
    let listener = try await ServerBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    for _ in 0..<20 {
      let connection = try await ClientBootstrap(group: loop)
        .connect(host: "127.0.0.1", port: port).get()
      try await connection.close().get()
    }
    for task in busy {
      task.cancel()
      await task.value
    }
    try await listener.close().get()
    try await group.shutdownGracefully()
  }

  @Test("a connection that is written to again and again is flushed once a turn")
  func oneFlushPerTurn() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let count = try await loop.submit {
      let executor = LoopExecutor(on: loop, turnPause: .hours(1))
      let connection = Insatiable(executor)
      executor.flushSoon(connection)
      executor.run()
      return connection.flushes
    }.get()
    #expect(count == 1)
    try await group.shutdownGracefully()
  }
}

/// Always has more to send once something was sent.
private final class Insatiable: Flushable {
  private let executor: LoopExecutor
  private(set) var flushes = 0

  init(_ executor: LoopExecutor) {
    self.executor = executor
  }

  func flushNow() {
    flushes += 1
    if flushes < 100 { executor.flushSoon(self) }
  }
}
