import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit
import Testing

/// On a loop whose time stands still until the test moves it, with a door that is none of ttrpc.
@Suite("Calls of a connection", .timeLimit(.minutes(5)))
struct ConnectionCallsTests {
  private let service = TestService()

  private func expect(
    _ door: MemoryDoor, _ id: CallID, _ answers: MemoryDoor.Answer...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(door.answers(of: id) == answers, sourceLocation: sourceLocation)
  }

  @Test("are answered where they are started, in a task, with an error or with a stream")
  func kinds() {
    let door = MemoryDoor(service.serving())
    door.start(1, TestMethod.echo, Packet("a"))
    #expect(door.calls.count == 0)
    door.start(2, TestMethod.echoLater, Packet("b"))
    door.start(3, TestMethod.fail, Packet("c"))
    door.start(4, TestMethod.count, Packet("2"))
    door.start(5, Method(service: "x", name: "y"), Packet("d"))
    expect(door, 1, Packet("a").answer)
    expect(door, 2, Packet("b").answer)
    expect(door, 3, .failure(.notFound("label", "c")))
    expect(door, 4, Packet("0").message, Packet("1").message, .end)
    expect(door, 5, .failure(.notImplemented(service: "x", method: "y")))
    #expect(door.calls.count == 0)
  }

  @Test("end at their deadlines, once")
  func deadlines() throws {
    let door = MemoryDoor(service.serving())
    door.start(1, TestMethod.hold, Packet("a"), timeoutNanoseconds: 1_000_000_000)
    door.start(2, TestMethod.hold, Packet("b"))
    let loop = try #require(door.loop as? EmbeddedEventLoop)
    loop.advanceTime(by: .seconds(1) - .nanoseconds(1))
    #expect(door.written.isEmpty)
    loop.advanceTime(by: .nanoseconds(1))
    expect(door, 1, .failure(.requestTimeout))
    service.gate("b").fire()
    door.turn()
    expect(door, 1, .failure(.requestTimeout))
    expect(door, 2, Packet("b").answer)
    #expect(service.cancelled.count == 1)
    #expect(door.calls.count == 0)
  }

  @Test("that the door has answered by itself are cancelled, and what they say is dropped")
  func cancelled() {
    let door = MemoryDoor(service.serving())
    door.start(1, TestMethod.hold, Packet("a"))
    door.hasRoom = false
    door.start(2, TestMethod.flood, Packet("b"))
    door.calls.cancel(1)
    door.calls.cancel(2)
    door.turn()
    #expect(service.cancelled.count == 2)
    #expect(door.written.isEmpty)
    #expect(door.calls.count == 0)
  }

  @Test("are cancelled when the connection closes, and nothing is kept or written any more")
  func closes() {
    let serving = service.serving()
    let door = MemoryDoor(serving)
    door.start(1, TestMethod.hold, Packet("a"), timeoutNanoseconds: 1_000_000_000)
    door.hasRoom = false
    door.start(2, TestMethod.echoLater, Packet("b"))
    door.start(3, TestMethod.flood, Packet("c"))
    #expect(door.calls.count == 3)
    door.calls.close()
    door.turn()
    #expect(service.cancelled.count == 2)
    #expect(door.written.isEmpty)
    #expect(door.calls.count == 0)
    #expect(serving.budget.bytesKept == 0)
  }

  @Test("have their answers held while the door has no room, and counted until they are written")
  func held() {
    let serving = service.serving()
    let door = MemoryDoor(serving)
    let idle = serving.budget.bytesKept
    door.hasRoom = false
    let large = Packet("a", [UInt8](repeating: 1, count: 20_000))
    door.start(1, TestMethod.echoLater, large)
    door.start(2, TestMethod.echoLater, Packet("b"))
    #expect(door.written.isEmpty)
    #expect(door.calls.count == 2)
    #expect((20_000..<21_000).contains(serving.budget.bytesKept - idle))
    door.hasRoom = true
    door.calls.roomChanged()
    expect(door, 1, large.answer)
    expect(door, 2, Packet("b").answer)
    #expect(door.calls.count == 0)
    #expect(serving.budget.bytesKept == idle)
  }

  @Test("whose answers are held end at their deadlines, and their answers are dropped")
  func heldDeadline() throws {
    let door = MemoryDoor(service.serving())
    door.hasRoom = false
    door.start(1, TestMethod.echoLater, Packet("a"), timeoutNanoseconds: 1_000_000_000)
    try #require(door.loop as? EmbeddedEventLoop).advanceTime(by: .seconds(1))
    expect(door, 1, .failure(.requestTimeout))
    #expect(door.calls.count == 0)
    door.hasRoom = true
    door.calls.roomChanged()
    expect(door, 1, .failure(.requestTimeout))
  }

  @Test("are refused if their answer is too long for the door")
  func tooLong() {
    let door = MemoryDoor(service.serving())
    door.answerBytesMax = 100
    door.start(1, TestMethod.echoLater, Packet("a", [UInt8](repeating: 1, count: 200)))
    guard case .failure(let error)? = door.answers(of: 1).first else {
      Issue.record("the call was answered")
      return
    }
    #expect(error.code == .resourceExhausted)
    #expect(door.answers(of: 1).count == 1)
  }

  @Test("that stream wait when the socket has not taken so much of them, and then go on")
  func streamRoom() {
    var limits = ServingLimits()
    limits.streamOutboundBytesMax = 100
    let door = MemoryDoor(service.serving(limits))
    let bytes = 60
    let message = Packet("", [UInt8](repeating: 1, count: bytes - 2))
    door.start(1, TestMethod.flood, message)
    #expect(door.written.count == 2)
    // Another call is not held up.
    door.start(2, TestMethod.echo, Packet("x"))
    expect(door, 2, Packet("x").answer)
    door.calls.sent(bytes, of: 1)
    door.turn()
    #expect(door.answers(of: 1).count == 3)
    door.hasRoom = false
    door.calls.sent(bytes, of: 1)
    door.turn()
    #expect(door.answers(of: 1).count == 3)
    door.hasRoom = true
    door.calls.roomChanged()
    door.turn()
    #expect(door.answers(of: 1).count == 4)
    door.calls.close()
  }

  @Test("are too many when so many run")
  func full() {
    var limits = ServingLimits()
    limits.callsInFlightMax = 2
    let door = MemoryDoor(service.serving(limits))
    door.start(1, TestMethod.hold, Packet("a"))
    #expect(!door.calls.isFull)
    door.start(2, TestMethod.hold, Packet("b"))
    #expect(door.calls.isFull)
    let changes = door.changes
    service.gate("a").fire()
    door.turn()
    #expect(!door.calls.isFull)
    #expect(door.changes > changes)
  }

  @Test("are as much as the connection may keep when their requests are")
  func fullOfBytes() {
    var limits = ServingLimits()
    limits.connectionBytesMax = 100_000
    let door = MemoryDoor(service.serving(limits))
    var id: CallID = 0
    while !door.calls.isFull, id < 100 {
      id += 1
      door.start(id, TestMethod.hold, Packet("large", [UInt8](repeating: 1, count: 10_000)))
    }
    // A decoded message is reckoned at four times its bytes.
    #expect(id == 3)
    door.calls.close()
  }

  @Test("are refused when the server keeps what it may, but small ones are not")
  func serverFull() {
    let budget = ServerBudget(bytesMax: 1 << 20)
    let serving = service.serving(budget: budget)
    let door = MemoryDoor(serving)
    budget.keep(1 << 20)
    let large = Packet("a", [UInt8](repeating: 1, count: 20_000))
    door.start(1, TestMethod.echoLater, large)
    door.start(2, TestMethod.echoLater, Packet("b"))
    door.start(3, TestMethod.inflate, Packet("50000"))
    expect(door, 1, .failure(.serverFull))
    expect(door, 2, Packet("b").answer)
    guard case .failure(let error)? = door.answers(of: 3).first else {
      Issue.record("the answer was kept")
      return
    }
    #expect(error.code == .resourceExhausted)
    #expect(service.began.count == 0)
    budget.keep(-(1 << 20))
    door.start(4, TestMethod.echoLater, large)
    expect(door, 4, large.answer)
  }

  @Test(
    "that cannot be answered within what is kept are told so, unless their request has the room")
  func answerNotKept() {
    let budget = ServerBudget(bytesMax: 1 << 20)
    let door = MemoryDoor(service.serving(budget: budget))
    door.hasRoom = false
    let large = Packet("a", [UInt8](repeating: 1, count: 20_000))
    door.start(1, TestMethod.hold, large)
    budget.keep(1 << 20)
    // What a create answers is what it was asked for: it is never refused after it was made.
    service.gate("a").fire()
    door.turn()
    door.hasRoom = true
    door.calls.roomChanged()
    expect(door, 1, large.answer)
  }

  @Test("run so many jobs in a turn, and the loop comes between")
  func jobsPerTurn() {
    let door = MemoryDoor(service.serving())
    let yields = LoopWork.jobsPerTurnMax * 3
    door.start(1, TestMethod.yield, Packet("\(yields)"))
    #expect((1...LoopWork.jobsPerTurnMax).contains(service.yielded.count))
    door.start(2, TestMethod.echo, Packet("x"))
    #expect(service.yielded.count <= 2 * LoopWork.jobsPerTurnMax)
    door.turn()
    #expect(service.yielded.count == yields)
    #expect(door.written.map(\.id) == [2, 1])
  }
}
