import NIOCore
import NIOPosix
import ProtobufWire
import RPCCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import RPCServing

/// Calls that are decoded, run and encoded away from the loop of their connection.
@Suite("Calls that are large", .timeLimit(.minutes(5)))
struct DistantCallsTests {
  private let service = TestService()
  private let loop = MultiThreadedEventLoopGroup.singleton.next()

  /// Runs a body on the loop.
  private func onLoop<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await loop.submit(body).get()
  }

  private func door(
    _ limits: ServingLimits = ServingLimits(), interceptors: [any Interceptor] = []
  ) async throws -> (NIOLoopBound<MemoryDoor>, Signal) {
    let serving = service.serving(limits, interceptors: interceptors)
    return try await onLoop { [loop] in
      let door = MemoryDoor(serving, on: loop)
      return (NIOLoopBound(door, eventLoop: loop), door.wrote)
    }
  }

  private static let large = Packet("a", [UInt8](repeating: 1, count: 100_000))

  @Test("are answered as others, and their threads are not the loop's")
  func answered() async throws {
    let threads = LoopWatcher(loop)
    let (door, wrote) = try await door(interceptors: [threads])
    try await onLoop {
      door.value.start(1, TestMethod.echo, Self.large)
      door.value.start(2, TestMethod.echoLater, Self.large)
      door.value.start(3, TestMethod.count, Packet("2", Self.large.value))
      door.value.start(4, TestMethod.fail, Self.large)
    }
    await wrote.wait(for: 6)
    try await onLoop {
      #expect(door.value.answers(of: 1) == [Self.large.answer])
      #expect(door.value.answers(of: 2) == [Self.large.answer])
      #expect(
        door.value.answers(of: 3) == [
          Packet("0", Self.large.value).message, Packet("1", Self.large.value).message, .end,
        ])
      #expect(door.value.answers(of: 4) == [.failure(.notFound("label", "a"))])
      #expect(door.value.calls.count == 0)
      door.value.calls.close()
      #expect(door.value.serving.budget.bytesKept == 0)
    }
    #expect(threads.begun == [false, false, false, false])
    let small = LoopWatcher(loop)
    let (other, answered) = try await self.door(interceptors: [small])
    try await onLoop { other.value.start(1, TestMethod.echoLater, Packet("x")) }
    await answered.wait()
    #expect(small.begun == [true])
  }

  @Test("in answers leave room for so many of their connection at a time, and the rest wait")
  func bulk() async throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 1_000_000
    limits.answerBytesMax = 300_000
    let (door, wrote) = try await door(limits)
    try await onLoop {
      var id: CallID = 0
      while !door.value.calls.isFull, id < 10 {
        id += 1
        door.value.start(id, TestMethod.bulk, Packet("250000"))
      }
      #expect(id == 4)
    }
    await service.began.wait(for: 3)
    #expect(service.runningMost == 3)
    service.gate("bulk").fire()
    await wrote.wait(for: 4)
    #expect(service.runningMost == 3)
    try await onLoop {
      #expect(!door.value.calls.isFull)
      for id in CallID(1)...4 { #expect(door.value.answers(of: id).count == 1) }
      door.value.calls.close()
      #expect(door.value.serving.budget.bytesKept == 0)
    }
  }

  @Test("run one after the other where the door itself keeps all the room")
  func fullDoor() async throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 1_000_000
    let (door, wrote) = try await door(limits)
    try await onLoop {
      door.value.calls.budget.keep(1_000_000)
      for id in CallID(1)...3 { door.value.start(id, TestMethod.bulk, Packet("10")) }
    }
    service.gate("bulk").fire()
    await wrote.wait(for: 3)
    #expect(service.runningMost == 1)
    try await onLoop {
      for id in CallID(1)...3 { #expect(door.value.answers(of: id).count == 1) }
    }
  }

  @Test("end at their deadlines also while they wait for their turn")
  func waitingDeadline() async throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 1_000_000
    limits.answerBytesMax = 900_000
    let (door, wrote) = try await door(limits)
    try await onLoop {
      door.value.start(1, TestMethod.bulk, Packet("1"))
      door.value.start(2, TestMethod.bulk, Packet("1"), timeoutNanoseconds: 10_000_000)
    }
    await wrote.wait()
    try await onLoop {
      #expect(door.value.answers(of: 2) == [.failure(.requestTimeout)])
      #expect(door.value.answers(of: 1).isEmpty)
    }
    service.gate("bulk").fire()
    await wrote.wait(for: 2)
    #expect(service.began.count == 1)
  }

  @Test("are cancelled when the connection closes, whether they run or wait")
  func closes() async throws {
    var limits = ServingLimits()
    limits.connectionBytesMax = 1_000_000
    limits.answerBytesMax = 900_000
    let (door, _) = try await door(limits)
    try await onLoop {
      door.value.start(1, TestMethod.bulk, Packet("1"))
      door.value.start(2, TestMethod.bulk, Packet("1"))
    }
    await service.began.wait()
    try await onLoop { door.value.calls.close() }
    await service.cancelled.wait()
    var kept = 1
    while kept > 0 { kept = try await onLoop { door.value.serving.budget.bytesKept } }
    #expect(service.began.count == 1)
  }

  @Test("may answer in parts, which are kept from when they are made until the answer is written")
  func parts() async throws {
    var limits = ServingLimits()
    limits.serverBytesMax = 1_000_000
    let (door, wrote) = try await door(limits)
    let request = Packet("10000", [UInt8](repeating: 1, count: 40_000))
    service.gate("first").fire()
    try await onLoop { door.value.start(1, TestMethod.parts, request) }
    await service.began.wait()
    try await onLoop {
      #expect(door.value.serving.budget.bytesKept > 200_000)
      door.value.hasRoom = false
    }
    service.gate("last").fire()
    // Held, it is kept once: what was kept for its parts and for the request is given back.
    var kept = Int.max
    while kept > 40_100 + ConnectionBudget.baseBytes {
      kept = try await onLoop { door.value.serving.budget.bytesKept }
    }
    #expect(kept > 40_000)
    try await onLoop {
      door.value.hasRoom = true
      door.value.calls.roomChanged()
    }
    await wrote.wait()
    try await onLoop {
      #expect(door.value.answers(of: 1) == [request.answer])
      door.value.calls.close()
      #expect(door.value.serving.budget.bytesKept == 0)
    }
  }

  @Test("whose parts the server has no room for are refused, and what was kept is given back")
  func roomForParts() async throws {
    let limits = ServingLimits()
    let (door, wrote) = try await door(limits)
    let request = Packet("10000", [UInt8](repeating: 1, count: 40_000))
    try await onLoop {
      door.value.start(1, TestMethod.parts, request)
      // Others take all that there is.
      door.value.serving.budget.keep(limits.serverBytesMax)
    }
    service.gate("first").fire()
    await wrote.wait()
    try await onLoop {
      guard case .failure(let error) = door.value.answers(of: 1).first else {
        Issue.record("answered")
        return
      }
      #expect(error == .answerNotKept(bytes: 40_000))
      door.value.serving.budget.keep(-limits.serverBytesMax)
      door.value.calls.close()
      #expect(door.value.serving.budget.bytesKept == 0)
    }
    #expect(service.began.count == 0)
  }

  @Test("are decoded one at a time, the shortest that waits first")
  func decodes() async throws {
    let queue = DecodeQueue(places: 1)
    let order = Order()
    try await queue.enter(1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, bytes) in [300, 100, 200].enumerated() {
        group.addTask {
          try await queue.run(bytes: bytes) { order.append(bytes) }
        }
        while queue.waitingCount <= index { await Task.yield() }
      }
      let gone = Task { try await queue.run(bytes: 1) { order.append(1) } }
      while queue.waitingCount < 4 { await Task.yield() }
      gone.cancel()
      await #expect(throws: RPCError.callerGone) { try await gone.value }
      queue.leave()
      try await group.waitForAll()
    }
    #expect(order.values == [100, 200, 300])
    #expect(queue.waitingCount == 0)
    // The place is free again.
    try await queue.run(bytes: 1) {}
  }
}

/// Writes down what came, in its order.
private final class Order: Sendable {
  private let state = Mutex<[Int]>([])

  var values: [Int] { state.withLock { $0 } }

  func append(_ value: Int) {
    state.withLock { $0.append(value) }
  }
}

/// Writes down whether calls begin on a loop.
private final class LoopWatcher: Interceptor {
  private let loop: any EventLoop
  private let state = Mutex<[Bool]>([])

  init(_ loop: any EventLoop) {
    self.loop = loop
  }

  var begun: [Bool] { state.withLock { $0 } }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) {
    state.withLock { $0.append(loop.inEventLoop) }
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {}
}
