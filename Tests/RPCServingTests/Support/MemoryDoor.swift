import NIOCore
import NIOEmbedded
import ProtobufWire
import RPCCore
import RPCServing
import ReportwireTestKit

/// A connection without a protocol: calls are started by a function, and answers are kept in an
/// array. Whatever `ConnectionCalls` can do for this one, it can do for every door.
final class MemoryDoor: CallDoor {
  enum Answer: Equatable {
    case response([UInt8])
    case message([UInt8])
    case end
    case failure(RPCError)
  }

  struct Written: Equatable {
    let id: CallID
    let answer: Answer
  }

  let serving: CallServing
  let loop: any EventLoop
  let executor: LoopExecutor
  private(set) var calls: ConnectionCalls!
  /// Whether the peer takes more.
  var hasRoom = true
  /// Longer answers are refused, in bytes.
  var answerBytesMax = Int.max
  private(set) var written: [Written] = []
  private(set) var changes = 0
  /// Tells a test that waits.
  let wrote = Signal()

  /// To be made on the loop.
  init(_ serving: CallServing, on loop: any EventLoop = EmbeddedEventLoop()) {
    self.serving = serving
    self.loop = loop
    executor = serving.executor(on: loop)
    calls = ConnectionCalls(serving: serving, executor: executor)
    calls.open(self)
  }

  func hasRoom(for call: CallID) -> Bool { hasRoom }

  func write(_ answer: CallAnswer, of call: CallID) throws(RPCError) -> Int {
    var writer = BinaryWriter()
    switch answer {
    case .response(let body):
      try encode(body, &writer)
      note(call, .response(writer.bytes()))
    case .parts(let parts):
      try encode(Response.parts(parts).encode(into:), &writer)
      note(call, .response(writer.bytes()))
    case .message(let body):
      try encode(body, &writer)
      note(call, .message(writer.bytes()))
    case .end: note(call, .end)
    case .failure(let error): note(call, .failure(error))
    }
    return writer.count
  }

  func callsChanged() {
    changes += 1
  }

  private func encode(_ body: AnswerBody, _ writer: inout BinaryWriter) throws(RPCError) {
    try body(&writer)
    guard writer.count <= answerBytesMax else {
      throw .responseTooLong(bytes: writer.count, bytesMax: answerBytesMax)
    }
  }

  private func note(_ call: CallID, _ answer: Answer) {
    written.append(Written(id: call, answer: answer))
    wrote.fire()
  }

  /// Starts a call, and notes its answer if that is there at once.
  func start(
    _ id: CallID, _ method: Method<Packet, Packet>, _ request: Packet,
    timeoutNanoseconds: Int64 = 0
  ) {
    executor.work.beginBatch()
    var writer = BinaryWriter()
    do throws(RPCError) {
      let entry = try serving.router.entry(
        service: method.descriptor.service, method: method.descriptor.name)
      let payload = (try? request.protobuf()) ?? []
      let context = CallContext(
        deadline: Deadline(timeoutNanoseconds: timeoutNanoseconds), peer: "memory",
        transport: "memory")
      let isAnswered = try payload.span.withUnsafeBytes { (bytes) throws(RPCError) in
        try calls.start(
          id, entry, bytes, context, timeoutNanoseconds: timeoutNanoseconds, into: &writer)
      }
      if isAnswered { note(id, .response(writer.bytes())) }
    } catch {
      note(id, .failure(error))
    }
    executor.run()
  }

  /// The answers, in the order in which they were written.
  func answers(of id: CallID) -> [Answer] {
    written.filter { $0.id == id }.map(\.answer)
  }

  /// Lets an embedded loop run what it has.
  func turn() {
    (loop as? EmbeddedEventLoop)?.run()
  }
}

extension Packet {
  /// Encoded, as an answer.
  var answer: MemoryDoor.Answer { .response((try? protobuf()) ?? []) }
  /// Encoded, as a message of a stream.
  var message: MemoryDoor.Answer { .message((try? protobuf()) ?? []) }
}

extension TestService {
  /// Its methods, to be run by a door.
  func serving(
    _ limits: ServingLimits = ServingLimits(), budget: ServerBudget? = nil,
    interceptors: [any Interceptor] = []
  ) -> CallServing {
    CallServing(
      router: router(interceptors: interceptors), limits: limits, budget: budget, turnPause: .zero)
  }
}
