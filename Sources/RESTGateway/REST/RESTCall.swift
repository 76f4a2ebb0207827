import NIOCore
internal import ProtobufWire
internal import RPCCore
internal import RPCServing
import Synchronization

/// A call by REST. Its connection has only this one, which is answered on its loop if the answer is at hand
/// and away from it otherwise, so that there is nothing here of what `ConnectionCalls` has to do for many
/// calls on a loop. What a call may cost is the same.
struct RESTCall: Sendable {
  /// What came of it.
  enum Result: Sendable {
    case answer([UInt8])
    /// The handler of a stream runs, and sends there.
    case stream(MessagePipe)
  }

  let serving: CallServing
  let entry: Router.Entry
  let request: JSONRequest
  let context: CallContext
  /// Until the deadline; 0: there is none.
  let timeoutNanoseconds: Int64
  let kept: KeptBytes
  let eventLoop: any EventLoop
  /// Takes what is to be done when the peer leaves; nil: nothing any more.
  let whenLeft: @Sendable ((@Sendable () -> Void)?) -> Void

  /// A call whose handler was asked.
  struct Started: Sendable {
    let outcome: Outcome
    /// The answer, if it was at hand.
    let bytes: [UInt8]
  }

  /// Runs it.
  ///
  /// - Throws: why the call fails, its deadline and the peer's leaving included.
  func run() async throws(RPCError) -> Result {
    try keepRequest()
    let isLong = request.body.count > serving.limits.decodedOnLoopBytesMax
    guard isLong || entry.descriptor.isBulk else { return try await finish(start()) }
    let started = try await elsewhere { () async throws(RPCError) in
      guard isLong else { return try start() }
      return try await serving.decode(bytes: request.body.count, start)
    }
    return try await finish(started)
  }

  /// Keeps what the request takes once it is decoded; before it is started.
  func keepRequest() throws(RPCError) {
    guard kept.grow(by: size) else {
      serving.refused(.serverFull, entry.descriptor, door: context.transport)
      throw .serverFull
    }
  }

  /// Asks the handler, here and now.
  func start() throws(RPCError) -> Started {
    var writer = BinaryWriter()
    let outcome = try entry.start(.json(request), context, into: &writer)
    return Started(outcome: outcome, bytes: writer.take())
  }

  /// Waits for what the handler waits for.
  func finish(_ started: Started) async throws(RPCError) -> Result {
    switch started.outcome {
    case .answered: .answer(try checked(started.bytes))
    case .later(let body): .answer(try checked(try await answer(of: body)))
    case .stream(let body): .stream(stream(of: body))
    }
  }

  /// What is kept for the request, in bytes.
  private var size: Int { CallServing.bytesKept(forRequestOf: request.body.count) }

  /// What was kept for the request is there for the answer.
  func checked(_ bytes: [UInt8]) throws(RPCError) -> [UInt8] {
    let bytesMax = serving.limits.answerBytesMax
    guard bytes.count <= bytesMax else {
      throw .responseTooLong(bytes: bytes.count, bytesMax: bytesMax)
    }
    kept.shrink(by: size)
    guard kept.grow(by: bytes.count) else { throw .answerNotKept(bytes: bytes.count) }
    return bytes
  }

  private func answer(
    of body: @escaping @Sendable () async throws(RPCError) -> RPCCore.Response
  ) async throws(RPCError) -> [UInt8] {
    let ending = Suspension<[UInt8]>()
    let task = Task {
      do throws(RPCError) {
        var writer = BinaryWriter()
        try (try await body()).encode(into: &writer)
        ending.resume(.success(writer.take()))
      } catch {
        ending.resume(.failure(error))
      }
    }
    let timer = eventLoop.schedule(afterTimeout: timeoutNanoseconds) {
      if ending.resume(.failure(.requestTimeout)) { task.cancel() }
    }
    whenLeft {
      if ending.resume(.failure(.callerGone)) { task.cancel() }
    }
    defer {
      timer?.cancel()
      whenLeft(nil)
    }
    return try await ending.wait(start: {}, cancelled: { task.cancel() })
  }

  private func stream(
    of body: @escaping @Sendable (any ResponseSink) async throws(RPCError) -> Void
  ) -> MessagePipe {
    let pipe = MessagePipe(bytesMax: serving.limits.answerBytesMax, kept: kept)
    let task = Task {
      do throws(RPCError) {
        try await body(pipe)
        pipe.end(nil)
      } catch {
        serving.note(error)
        pipe.end(error)
      }
    }
    let timer = eventLoop.schedule(afterTimeout: timeoutNanoseconds) {
      pipe.end(.requestTimeout)
      task.cancel()
    }
    whenLeft {
      pipe.end(.callerGone)
      task.cancel()
    }
    pipe.whenClosed { [whenLeft] in
      timer?.cancel()
      whenLeft(nil)
      task.cancel()
    }
    return pipe
  }

}

/// Hands the messages of a stream from its handler to who writes them, one at a time: the handler goes on
/// when its message was taken by the connection.
final class MessagePipe: ResponseSink {
  /// What there is to write.
  enum Item: Sendable {
    case message([UInt8])
    /// Nothing, for a while.
    case silence
    /// The last of all; nil: it went well.
    case end(RPCError?)
  }

  private struct State {
    var waiting: (bytes: [UInt8], taken: Suspension<Void>)?
    /// The message that is being written.
    var underWay: (bytes: Int, taken: Suspension<Void>)?
    var reader: Suspension<Item>?
    var isSilent = false
    var ending: RPCError??
    var isClosed = false
    var onClose: (@Sendable () -> Void)?
  }

  private let bytesMax: Int
  private let kept: KeptBytes
  private let state = Mutex(State())

  /// - Parameters:
  ///   - bytesMax: how long a message may be.
  ///   - kept: has room for the one that waits.
  init(bytesMax: Int, kept: KeptBytes) {
    self.bytesMax = bytesMax
    self.kept = kept
  }

  deinit {
    close()
  }

  func send(_ body: @escaping RPCCore.ResponseBody) async throws(RPCError) {
    var writer = BinaryWriter()
    try body(&writer)
    let bytes = writer.take()
    guard bytes.count <= bytesMax else {
      throw .responseTooLong(bytes: bytes.count, bytesMax: bytesMax)
    }
    guard kept.grow(by: bytes.count) else { throw .answerNotKept(bytes: bytes.count) }
    let taken = Suspension<Void>()
    defer { kept.shrink(by: bytes.count) }
    let isOpen = state.withLock { state in
      guard state.ending == nil, !state.isClosed else { return false }
      state.waiting = (bytes, taken)
      return true
    }
    guard isOpen else { throw .callerGone }
    serve()
    try await taken.wait(start: {})
  }

  /// Nothing more follows but this; without effect after the first time.
  func end(_ error: RPCError?) {
    state.withLock { state in
      if state.ending == nil { state.ending = .some(error) }
    }
    serve()
  }

  /// Nothing came for a while: whoever reads shall write that.
  func beSilent() {
    state.withLock { $0.isSilent = $0.reader != nil }
    serve()
  }

  /// The next to write, by one reader. What was written before is taken.
  func next() async throws(RPCError) -> Item {
    let reader = Suspension<Item>()
    state.withLock { state in
      state.underWay?.taken.resume(.success(()))
      state.underWay = nil
      state.reader = reader
    }
    serve()
    return try await reader.wait(start: {})
  }

  /// Nobody reads any more.
  func close() {
    let (tickets, onClose) = state.withLock { state in
      state.isClosed = true
      defer {
        state.waiting = nil
        state.underWay = nil
        state.onClose = nil
      }
      return ([state.waiting?.taken, state.underWay?.taken], state.onClose)
    }
    for ticket in tickets { ticket?.resume(.failure(.callerGone)) }
    onClose?()
  }

  /// What to do then, once.
  func whenClosed(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.onClose = body }
  }

  private func serve() {
    state.withLock { state in
      guard let reader = state.reader else { return }
      let item: Item
      if let (bytes, taken) = state.waiting {
        state.waiting = nil
        state.underWay = (bytes.count, taken)
        item = .message(bytes)
      } else if let error = state.ending {
        item = .end(error)
      } else if state.isSilent {
        item = .silence
      } else {
        return
      }
      state.isSilent = false
      state.reader = nil
      reader.resume(.success(item))
    }
  }
}
