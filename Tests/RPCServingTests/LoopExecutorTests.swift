import NIOCore
import NIOPosix
import RPCServing
import Synchronization
import Testing

@Suite("Handlers on an event loop", .timeLimit(.minutes(5)))
struct LoopExecutorTests {
  @Test("handlers that always have something to do leave the loop to its sockets in between")
  func socketsHaveTheirTurn() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let lane = try await loop.submit { LoopExecutor(on: loop).makeLane() }.get()
    let busy = (0..<3).map { _ in
      Task(executorPreference: lane) {
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

  @Test("a connection with many jobs keeps itself waiting, not the others")
  func lanesTakeTurns() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let (crowded, other) = try await loop.submit {
      let executor = LoopExecutor(on: loop)
      return (executor.makeLane(), executor.makeLane())
    }.get()
    // Each takes a fortieth of what a lane has of a turn, together many turns.
    let ended = Count()
    var crowd: [Task<Void, Never>] = []
    for _ in 0..<2000 {
      crowd.append(
        Task(executorPreference: crowded) {
          let end = NIODeadline.now() + .microseconds(50)
          while NIODeadline.now() < end {}
          ended.add()
        })
    }
    let before = await Task(executorPreference: other) { ended.value }.value
    #expect(before < 1000)
    for task in crowd { await task.value }
    #expect(ended.value == 2000)
    try await group.shutdownGracefully()
  }

  @Test("connections that rest go on by turns, and the loop looks at its sockets in between")
  func restsTakeTurns() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    // The loop is free again after some of them. It is asked on the loop: another thread may come too late.
    let (ended, all) = try await loop.flatSubmit {
      let executor = LoopExecutor(on: loop)
      let resting = (0..<20).map { _ in Slow() }
      for connection in resting { executor.rest(connection) }
      let bound = NIOLoopBound(resting, eventLoop: loop)
      let first = loop.makePromise(of: Int.self)
      let last = loop.makePromise(of: Int.self)
      loop.scheduleRepeatedTask(initialDelay: .milliseconds(1), delay: .milliseconds(1)) { task in
        let count = bound.value.count { $0.hasEnded }
        if count > 0 { first.succeed(count) }
        guard count == 20 else { return }
        last.succeed(count)
        task.cancel()
      }
      return first.futureResult.and(last.futureResult)
    }.get()
    #expect(ended < 20)
    #expect(all == 20)
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

private final class Count: Sendable {
  private let count = Atomic<Int>(0)

  var value: Int { count.load(ordering: .relaxed) }

  func add() { count.add(1, ordering: .relaxed) }
}

/// Takes a whole turn when it goes on.
private final class Slow: Resting {
  private(set) var hasEnded = false

  func endRest() {
    let end = NIODeadline.now() + .milliseconds(6)
    while NIODeadline.now() < end {}
    hasEnded = true
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
