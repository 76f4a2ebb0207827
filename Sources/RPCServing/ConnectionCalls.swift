import NIOCore
package import ProtobufWire
package import RPCCore

/// The calls of one connection, whatever door it came through: starts them, runs their handlers,
/// ends them at their deadlines, and hands their answers to the door when it has room, within what
/// the connection may keep. Belongs to the connection's loop.
///
/// A call that can be answered at once is answered where it is started, without a task. One whose
/// request is long, or whose answer may be, is decoded, run and encoded away from the loop; all
/// others run on it.
package final class ConnectionCalls {
  /// A call whose handler runs, or whose answer is held.
  private struct Running {
    let task: Task<Void, Never>
    var timer: Scheduled<Void>?
    /// Whether nobody had the last word yet.
    var isAwaited = true
    /// What is kept for it, in bytes.
    var keptBytes: Int
    /// How long its answer may be, in bytes, where that matters.
    var expectedBytes = 0
    /// What is kept for its answer while that is made away from the loop.
    var room: KeptBytes?
    /// Of a call that waits until the connection keeps less.
    var turn: Turn?
    /// How much of its stream the socket has not taken yet, in bytes.
    var unsentBytes = 0
    /// Sends that wait for room, in their order.
    var waiters: [Waiter] = []
  }

  private struct Turn {
    let ticket: Suspension<Void>
    let keptBytes: Int
    let expectedBytes: Int
  }

  private struct Waiter {
    let ticket: Suspension<Void>
    let body: ResponseBody
  }

  private struct HeldAnswer {
    let id: CallID
    let parts: [[UInt8]]
  }

  /// What is kept for the connection.
  package let budget: ConnectionBudget
  private let serving: CallServing
  private let executor: LoopExecutor
  /// Where its handlers run.
  private let lane: LoopLane
  /// Nil before there is one, and once the connection is closed.
  private var door: (any CallDoor)?
  // Asked with each call whether they are empty, and changed by what calls nobody.
  @exclusivity(unchecked) private var running: [CallID: Running] = [:]
  /// Calls that wait until the connection keeps less.
  @exclusivity(unchecked) private var turns = CircularBuffer<CallID>()
  /// Answers that wait until the door has room.
  private var held = CircularBuffer<HeldAnswer>()

  /// - Parameters:
  ///   - serving: what it shares with the others.
  ///   - executor: of its loop.
  package init(serving: CallServing, executor: LoopExecutor) {
    self.serving = serving
    self.executor = executor
    lane = executor.makeLane()
    budget = ConnectionBudget(serving.budget, bytesMax: serving.limits.connectionBytesMax)
  }

  /// Serves a connection, which is kept until `close`.
  package func open(_ door: any CallDoor) {
    self.door = door
  }

  /// How many handlers run or have answers that are held.
  package var count: Int { running.count }

  /// Whether the door should start no more calls, and read no further, before `callsChanged`.
  package var isFull: Bool {
    running.count >= serving.limits.callsInFlightMax || budget.isFull || !turns.isEmpty
  }

  /// Starts a call.
  ///
  /// - Parameters:
  ///   - payload: the request message; not kept.
  ///   - timeoutNanoseconds: until the deadline; 0: there is none.
  ///   - writer: gets the response behind what it holds, if that is there at once. If not, or after an
  ///     error, it may hold a part of one: truncate it.
  /// - Returns: whether the response is in the writer. If not, it is given to the door later.
  /// - Throws: why the call fails.
  package func start(
    _ id: CallID, _ entry: Router.Entry, _ payload: UnsafeRawBufferPointer,
    _ context: consuming CallContext, timeoutNanoseconds: Int64, into writer: inout BinaryWriter
  ) throws(RPCError) -> Bool {
    let kept = min(
      CallServing.bytesKept(forRequestOf: payload.count), serving.limits.connectionBytesMax)
    guard budget.isGranted(kept + writer.count) else { throw .serverFull }
    if payload.count > serving.limits.decodedOnLoopBytesMax || entry.descriptor.isBulk {
      startElsewhere(id, entry, payload, context, kept, timeoutNanoseconds)
      return false
    }
    let before = writer.count
    switch try entry.start(payload, context, into: &writer) {
    case .answered:
      try check(writer.count - before, with: before)
      return true
    case .later(let body):
      keep(id, runLater(id, body), kept, timeoutNanoseconds)
      return false
    case .stream(let body):
      keep(id, runStream(id, body), kept, timeoutNanoseconds)
      return false
    }
  }

  /// The door has answered a call by itself: the handler is cancelled, and what it says dropped.
  package func cancel(_ id: CallID) {
    guard running[id] != nil else { return }
    running[id]!.isAwaited = false
    let waiters = running[id]!.waiters
    running[id]!.waiters = []
    running[id]!.task.cancel()
    running[id]!.timer?.cancel()
    // A handler learns only that it was withdrawn; whether for its deadline, its context tells.
    for waiter in waiters { waiter.ticket.resume(.failure(.callerGone)) }
    if let index = held.firstIndex(where: { $0.id == id }) {
      held.remove(at: index)
      end(id)
    }
  }

  /// The connection is gone: all handlers are cancelled, and nothing is given to the door any more.
  package func close() {
    door = nil
    for id in Array(running.keys) { cancel(id) }
    budget.close()
  }

  /// The door has room again, or a stream of it.
  package func roomChanged() {
    // Each is taken out before it is written: writing may flush, and that lead back to here.
    while let door, let first = held.first, door.hasRoom(for: first.id) {
      held.removeFirst()
      write(.parts(first.parts), of: first.id)
      end(first.id)
    }
    for id in Array(running.keys) { resumeSends(of: id) }
  }

  /// The socket took bytes of a stream's messages.
  package func sent(_ bytes: Int, of id: CallID) {
    guard running[id] != nil else { return }
    running[id]!.unsentBytes -= bytes
    resumeSends(of: id)
  }

  /// Bytes are not kept any more: calls that wait for that go on.
  package func released() {
    while let id = turns.first {
      if let turn = running[id]?.turn {
        let more = turn.keptBytes - running[id]!.keptBytes
        guard budget.fits(more + turn.expectedBytes) || isWaitingOnly else { break }
        take(turn, more, for: id)
      }
      turns.removeFirst()
    }
    door?.callsChanged()
  }

  /// Whether no call runs that could make room: what is kept is the door's, and may need one.
  private var isWaitingOnly: Bool {
    running.values.allSatisfy { $0.turn != nil || !$0.isAwaited }
  }

  private func take(_ turn: Turn, _ more: Int, for id: CallID) {
    running[id]!.turn = nil
    guard budget.isGranted(more) else {
      turn.ticket.resume(.failure(.serverFull))
      return
    }
    budget.keep(more)
    budget.expect(turn.expectedBytes)
    running[id]!.keptBytes = turn.keptBytes
    running[id]!.expectedBytes = turn.expectedBytes
    turn.ticket.resume(.success(()))
  }
}

// MARK: - Handlers

extension ConnectionCalls {
  private func runLater(
    _ id: CallID, _ body: @escaping @Sendable () async throws(RPCError) -> Response
  ) -> Task<Void, Never> {
    let connection = NIOLoopBound(self, eventLoop: executor.loop)
    return Task(executorPreference: lane) {
      do throws(RPCError) {
        let response = try await body()
        connection.value.succeeded(id, response)
      } catch {
        connection.value.failed(id, error)
      }
    }
  }

  private func runStream(
    _ id: CallID,
    _ body: @escaping @Sendable (any ResponseSink) async throws(RPCError) -> Void
  ) -> Task<Void, Never> {
    let connection = NIOLoopBound(self, eventLoop: executor.loop)
    let sink = CallSink(id: id, loop: executor.loop, connection: connection)
    return Task(executorPreference: lane) {
      do throws(RPCError) {
        try await body(sink)
        connection.value.streamEnded(id)
      } catch {
        connection.value.failed(id, error)
      }
    }
  }

  /// Decodes, runs and encodes a call away from the loop, as soon as the connection keeps so little
  /// that this fits.
  private func startElsewhere(
    _ id: CallID, _ entry: Router.Entry, _ payload: UnsafeRawBufferPointer, _ context: CallContext,
    _ keptBytes: Int, _ timeoutNanoseconds: Int64
  ) {
    // No more than half of the connection's room: beside an open stream it would never fit.
    let expected =
      entry.descriptor.isBulk
      ? min(serving.limits.answerBytesMax, serving.limits.connectionBytesMax / 2) : 0
    let fits = budget.fits(keptBytes + expected) || running.isEmpty
    if !fits { serving.meter?.reached(.connectionBytes) }
    let turn =
      fits ? nil : Turn(ticket: Suspension(), keptBytes: keptBytes, expectedBytes: expected)
    let connection = NIOLoopBound(self, eventLoop: executor.loop)
    let room = KeptBytes(serving.budget)
    var context = context
    context.answerRoom = room
    let call = DistantCall(
      entry: entry, payload: payload, context: context, turn: turn?.ticket,
      decodes: payload.count > serving.limits.decodedOnLoopBytesMax ? serving.decodes : nil,
      sink: CallSink(id: id, loop: executor.loop, connection: connection), serving: serving)
    let task = Task.detached { [loop = executor.loop] in
      do throws(RPCError) {
        let parts = try await call.run()
        loop.execute { connection.value.succeededElsewhere(id, parts) }
      } catch {
        loop.execute { connection.value.failed(id, error) }
      }
    }
    keep(id, task, fits ? keptBytes : CallServing.callBytes + payload.count, timeoutNanoseconds)
    running[id]!.room = room
    if let turn {
      running[id]!.turn = turn
      turns.append(id)
    } else {
      budget.expect(expected)
      running[id]!.expectedBytes = expected
    }
  }

  private func keep(
    _ id: CallID, _ task: Task<Void, Never>, _ keptBytes: Int, _ timeoutNanoseconds: Int64
  ) {
    var call = Running(task: task, keptBytes: keptBytes)
    budget.keep(keptBytes)
    let connection = NIOLoopBound(self, eventLoop: executor.loop)
    call.timer = executor.loop.schedule(afterTimeout: timeoutNanoseconds) {
      connection.value.timedOut(id)
    }
    running[id] = call
    if running.count == serving.limits.callsInFlightMax {
      serving.meter?.reached(.callsPerConnection)
    }
  }
}

// MARK: - Ends

extension ConnectionCalls {
  private func timedOut(_ id: CallID) {
    guard running[id]?.isAwaited == true else { return }
    write(.failure(.requestTimeout), of: id)
    cancel(id)
  }

  private func failed(_ id: CallID, _ error: RPCError) {
    if running[id]?.isAwaited == true { write(.failure(error), of: id) }
    end(id)
  }

  private func streamEnded(_ id: CallID) {
    if running[id]?.isAwaited == true { write(.end, of: id) }
    end(id)
  }

  private func succeededElsewhere(_ id: CallID, _ parts: [[UInt8]]?) {
    if let parts { succeeded(id, .parts(parts)) } else { streamEnded(id) }
  }

  /// Writes an answer, or holds its bytes until the door has room.
  private func succeeded(_ id: CallID, _ response: Response) {
    guard let call = running[id], call.isAwaited, let door else { return end(id) }
    let reserved = call.keptBytes + (call.room?.count ?? 0)
    // What was kept while the call ran is now there for the answer.
    settle(id)
    do throws(RPCError) {
      if door.hasRoom(for: id) {
        try door.write(try answer(response, reserved), of: id)
      } else {
        let parts = try response.encoded()
        let bytes = parts.reduce(0) { $0 + $1.count }
        try check(bytes, with: 0, reserved: reserved)
        budget.keep(bytes)
        running[id]!.keptBytes = bytes
        return held.append(HeldAnswer(id: id, parts: parts))
      }
    } catch {
      serving.note(error)
      write(.failure(error), of: id)
    }
    end(id)
  }

  private func answer(
    _ response: Response, _ reserved: Int
  ) throws(RPCError) -> CallAnswer {
    switch response {
    case .parts(let parts):
      try check(parts.reduce(0) { $0 + $1.count }, with: 0, reserved: reserved)
      return .parts(parts)
    case .body(let body):
      return .response { (writer) throws(RPCError) in
        let before = writer.count
        try body(&writer)
        try self.check(writer.count - before, with: before, reserved: reserved)
      }
    }
  }

  /// - Throws: if an answer is more than the server has for this connection.
  /// - Parameters:
  ///   - others: how many bytes stand before it and are not counted yet.
  ///   - reserved: so many bytes are there in any case.
  private func check(
    _ bytes: Int, with others: Int, reserved: Int = 0
  ) throws(RPCError) {
    if bytes <= max(reserved, ConnectionBudget.baseBytes / 4) || budget.isGranted(bytes + others) {
      return
    }
    throw .answerNotKept(bytes: bytes)
  }

  private func write(_ answer: CallAnswer, of id: CallID) {
    guard let door else { return }
    do throws(RPCError) {
      try door.write(answer, of: id)
    } catch {
      serving.note(error)
      _ = try? door.write(.failure(error), of: id)
    }
  }

  /// Nothing is kept for a call any more.
  private func settle(_ id: CallID) {
    guard let call = running[id] else { return }
    budget.release(call.keptBytes)
    budget.stopExpecting(call.expectedBytes)
    call.room?.giveBack()
    running[id]!.keptBytes = 0
    running[id]!.expectedBytes = 0
  }

  /// The handler of a call is over, and its answer, if one is due, is with the door.
  private func end(_ id: CallID) {
    settle(id)
    running.removeValue(forKey: id)?.timer?.cancel()
    released()
  }
}

// MARK: - Response streams

extension ConnectionCalls {
  /// Writes a message of a stream.
  ///
  /// - Returns: how that went; nil if the stream or the connection has no room.
  fileprivate func sendNow(_ id: CallID, _ body: ResponseBody) -> Result<Void, RPCError>? {
    guard let call = running[id], call.isAwaited, door != nil else { return .failure(.callerGone) }
    guard call.waiters.isEmpty, hasRoom(id) else { return nil }
    return writeMessage(body, of: id)
  }

  /// Writes a message of a stream as soon as there is room.
  fileprivate func sendLater(
    _ id: CallID, _ body: @escaping ResponseBody, _ ticket: Suspension<Void>
  ) {
    if let result = sendNow(id, body) {
      ticket.resume(result)
    } else {
      running[id]?.waiters.append(Waiter(ticket: ticket, body: body))
    }
  }

  private func resumeSends(of id: CallID) {
    while let waiter = running[id]?.waiters.first, hasRoom(id) {
      running[id]!.waiters.removeFirst()
      if waiter.ticket.isWaiting { waiter.ticket.resume(writeMessage(waiter.body, of: id)) }
    }
  }

  private func hasRoom(_ id: CallID) -> Bool {
    guard let door, let call = running[id] else { return false }
    return call.unsentBytes < serving.limits.streamOutboundBytesMax && door.hasRoom(for: id)
  }

  private func writeMessage(_ body: ResponseBody, of id: CallID) -> Result<Void, RPCError> {
    guard let door else { return .failure(.callerGone) }
    // The closure does not outlive this call.
    return withoutActuallyEscaping(body) { body in
      do throws(RPCError) {
        let bytes = try door.write(
          .message { (writer) throws(RPCError) in
            let before = writer.count
            try body(&writer)
            try self.check(writer.count - before, with: before)
          }, of: id)
        running[id]?.unsentBytes += bytes
        return .success(())
      } catch {
        serving.note(error)
        return .failure(error)
      }
    }
  }
}

/// Where the handler of a response stream sends to.
///
/// Handlers run on the loop of their connection, so a send with room is a plain function call; only
/// one from another executor, or one that must wait, goes the long way.
struct CallSink: ResponseSink {
  let id: CallID
  let loop: any EventLoop
  let connection: NIOLoopBound<ConnectionCalls>

  func send(_ body: @escaping ResponseBody) async throws(RPCError) {
    if loop.inEventLoop, let result = connection.value.sendNow(id, body) {
      return try result.get()
    }
    let ticket = Suspension<Void>()
    try await ticket.wait(start: {
      if loop.inEventLoop {
        connection.value.sendLater(id, body, ticket)
      } else {
        loop.execute { connection.value.sendLater(id, body, ticket) }
      }
    })
  }
}
