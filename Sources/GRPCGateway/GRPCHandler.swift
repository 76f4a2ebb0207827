private import CNGHTTP2
internal import Logging
internal import NIOCore
internal import ProtobufWire
internal import RPCCore
internal import RPCServing
private import Texts

/// One connection of the gRPC door: hands the bytes to an HTTP/2 session, starts the calls, and writes and
/// flushes once per read batch.
///
/// What HTTP/2 allows is decided by nghttp2, how calls run by `ConnectionCalls`; this class turns the one
/// into the other and keeps count of what a peer costs.
final class GRPCHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// So many calls are started in one turn of the loop; then the others have theirs.
  private static let callsPerTurnMax = 64
  /// A long answer takes as much of the turn as a call for each so many bytes.
  private static let answerBytesPerCall = 4096
  /// What a stream takes besides its header and its message, here and in nghttp2.
  private static let streamBytes = 2048
  /// More calls at a time are not taken up: clients wait with theirs.
  private static let streamsMax = 256
  /// Shorter messages are not worth compressing, longer ones would hold the loop; in bytes.
  private static let compressedBytes = 1024...(1 << 20)
  /// Room for messages that each connection keeps, whatever it wrote before, in bytes.
  private static let writerBytesMax = 4096
  /// Room that is made for a flush in advance, at most, in bytes.
  private static let writeBufferBytesMax = 65_536
  /// The session is given so many bytes before it is looked at whether to read on.
  private static let sliceBytes = 16_384
  /// So much of a response is sent with its trailers; more is sent piece by piece, as the flush has room.
  private static let restBytesMax = 4096
  /// Bytes of a response stream that may wait; then its handler does.
  private static let streamUnsentBytesMax = 65_536
  /// After the announcement of a shutdown the peer has so long to say that it has heard it.
  private static let shutdownPatience = TimeAmount.seconds(1)

  private static let door = "grpc"
  private static let responseHeader = HTTP2Header([
    (":status", "200"), ("content-type", "application/grpc"),
    ("grpc-accept-encoding", "identity,gzip"),
  ])
  private static let compressedHeader = HTTP2Header([
    (":status", "200"), ("content-type", "application/grpc"),
    ("grpc-accept-encoding", "identity,gzip"), ("grpc-encoding", "gzip"),
  ])
  private static let goodTrailers = HTTP2Trailers([("grpc-status", "0")])

  private let limits: GRPCLimits
  private let reflection: Reflection
  private let serving: CallServing
  private let security: (any ConnectionSecurity)?
  private let executor: LoopExecutor
  private let work: LoopWork
  private let spareStreams: GRPCSpareStreams
  private let logger: Logger

  // Numbers and references that each call touches several times are read and set at once, so nothing is
  // looked for that could be in the way. What is changed in place, and leads elsewhere, is checked.

  private let session: HTTP2Session
  private let calls: ConnectionCalls
  /// That of the calls.
  private let budget: ConnectionBudget
  private var watch: ConnectionWatch?
  private var ageTimer: Scheduled<Void>?
  private var context: ChannelHandlerContext!
  private var peer = ""
  /// Whom the connection itself shows; known with the first call.
  private lazy var caller = security?.caller(on: context.channel) ?? .anonymous
  @exclusivity(unchecked) private var streams = GRPCStreams()
  /// A message that came whole and last in what the session is given: it is read where it stands, if its call
  /// starts at once.
  @exclusivity(unchecked) private var lent: (id: Int32, bytes: UnsafeRawBufferPointer)?
  /// The stream that was asked for last, one of `streams`: what happens to one comes in runs.
  @exclusivity(unchecked) private var recent: Unmanaged<GRPCStream>?
  /// Streams whose messages wait until the connection keeps less.
  @exclusivity(unchecked) private var unadmitted = CircularBuffer<Int32>()
  /// Streams whose calls wait until others have ended.
  @exclusivity(unchecked) private var unstarted = CircularBuffer<Int32>()
  /// What writes an answer knows nothing but the writer.
  @exclusivity(unchecked) private var writer = BinaryWriter()
  /// Read, and not given to the session yet.
  private var unread: ByteBuffer?

  @exclusivity(unchecked) private var isInSession = false
  /// Something changed while the session worked, which is looked at when it is done.
  @exclusivity(unchecked) private var hasChanged = false
  @exclusivity(unchecked) private var isMarkedUnflushed = false
  private var isReading = true
  @exclusivity(unchecked) private var isWritable = true
  @exclusivity(unchecked) private var isResting = false
  @exclusivity(unchecked) private var callsLeft = callsPerTurnMax
  @exclusivity(unchecked) private var batchStartedAt = CallTime.now
  @exclusivity(unchecked) private var controlFramesLeft: Int
  /// When frames were last allowed for because time went by.
  private var allowedAt = CallTime.now
  /// Bytes of answers that no frame was allowed for yet.
  @exclusivity(unchecked) private var unrewardedBytes = 0
  /// Bytes of answers that wait for the peer or the socket.
  @exclusivity(unchecked) private var outboundBytes = 0
  /// Bytes of bodies that came in this slice; the peer may send as many more.
  @exclusivity(unchecked) private var consumedBytes = 0
  @exclusivity(unchecked) private var unfinishedRequests = 0
  @exclusivity(unchecked) private var hasFinishedRequest = false
  private var isDraining = false
  @exclusivity(unchecked) private var isGoingAway = false
  @exclusivity(unchecked) private var isClosed = false
  /// How many bytes the last flush had, as far as that is room to be had in advance.
  @exclusivity(unchecked) private var flushedBytes = 0
  /// Bytes of messages that the session took since the last flush, by stream.
  private var takenBytes: [(id: CallID, bytes: Int)] = []

  init(
    serving: CallServing, limits: GRPCLimits, reflection: Reflection,
    security: (any ConnectionSecurity)?, executor: LoopExecutor, logger: Logger
  ) {
    self.serving = serving
    self.reflection = reflection
    self.limits = limits
    self.security = security
    self.executor = executor
    self.logger = logger
    work = executor.work
    calls = ConnectionCalls(serving: serving, executor: executor)
    budget = calls.budget
    spareStreams = work.shared { GRPCSpareStreams() }
    controlFramesLeft = limits.controlFramesMax
    session = HTTP2Session(
      streamsMax: min(serving.limits.callsInFlightMax, Self.streamsMax),
      streamWindowBytes: limits.streamWindowBytes, headerListBytesMax: limits.headerBytesMax,
      memory: work.shared { SessionMemory() })
    session.setOwner(self)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    calls.open(self)
  }

  /// The context holds the handler in its turn.
  func handlerRemoved(context: ChannelHandlerContext) {
    close()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    peer = context.channel.peerName
    watch = ConnectionWatch(
      on: context.eventLoop, idleMilliseconds: serving.limits.idleMilliseconds,
      halfMilliseconds: serving.limits.halfFrameMilliseconds,
      isBusy: { [unowned self] in calls.count > 0 },
      close: { [unowned self] reason in end("\(reason.rawValue)", NGHTTP2_NO_ERROR) })
    watch?.askForLife(serving.limits) { [unowned self] in
      session.ping()
      flushNow()
    }
    ageTimer = age(context.eventLoop)
    flushSoon()
  }

  /// Goes away when the connection is old. Not all at once: those of a server that has just started were
  /// opened together.
  private func age(_ loop: any EventLoop) -> Scheduled<Void>? {
    let age = Int64(serving.limits.connectionAgeMilliseconds)
    guard age > 0 else { return nil }
    let connection = NIOLoopBound(self, eventLoop: loop)
    return loop.scheduleTask(in: .milliseconds(age + Int64.random(in: -age / 10...age / 10))) {
      connection.value.drain()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    work.beginBatch()
    batchStartedAt = .now
    watch?.heard()
    let incoming = unwrapInboundIn(data)
    if unread == nil {
      unread = incoming
    } else {
      unread?.writeImmutableBuffer(incoming)
    }
    readOn()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !isResting { callsLeft = Self.callsPerTurnMax }
    executor.run()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    guard isWritable else { return }
    flushNow()
    calls.roomChanged()
    readOn()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event as? ServerEvent {
    case .drain: drain()
    case .close: context.close(promise: nil)
    case nil: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    close()
    executor.run()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("connection failed", metadata: ["peer": "\(peer)", "error": "\(error)"])
    context.close(promise: nil)
  }

  private func close() {
    if isClosed { return }
    isClosed = true
    watch?.stop()
    watch = nil
    ageTimer?.cancel()
    unread = nil
    session.leaveLoop()
    calls.close()
    for stream in streams.all { release(stream) }
    streams = GRPCStreams()
    recent = nil
  }

  /// Ends the connection, telling the peer why.
  private func end(_ reason: String, _ code: nghttp2_error_code) {
    guard !isClosed, context != nil else { return }
    logger.info("connection closed", metadata: ["peer": "\(peer)", "reason": "\(reason)"])
    session.terminate(code)
    flushNow()
    context.close(promise: nil)
  }
}

// MARK: - Reading

extension GRPCHandler: Resting {
  /// Answers that the peer's windows hold back are no reason to stop: what opens the windows is read here,
  /// too. Calls wait in `unstarted` then, and the windows of their streams stay closed.
  private var isPaused: Bool {
    !isWritable || isResting
  }

  /// Gives the session what was read, as far as there is room for what comes of it.
  private func readOn() {
    if isInSession {
      hasChanged = true
      return
    }
    while !isClosed, !isPaused, var buffer = unread {
      if callsLeft <= 0 {
        isResting = true
        executor.rest(self)
        break
      }
      let slice = min(buffer.readableBytes, Self.sliceBytes)
      isInSession = true
      let goesOn = buffer.readWithUnsafeReadableBytes { bytes in
        defer { keepLent() }
        return (slice, session.receive(UnsafeRawBufferPointer(rebasing: bytes[..<slice])))
      }
      isInSession = false
      session.consumeConnection(consumedBytes)
      consumedBytes = 0
      unread = buffer.readableBytes > 0 ? buffer : nil
      flushSoon()
      guard goesOn else {
        flushNow()
        end("it broke HTTP/2 or sent headers without bound", NGHTTP2_ENHANCE_YOUR_CALM)
        return
      }
      if controlFramesLeft < 0 { allowForTime() }
      if controlFramesLeft < 0 {
        return end("it sent too many frames that ask for nothing", NGHTTP2_ENHANCE_YOUR_CALM)
      }
      lookAtChanges()
    }
    guard !isClosed else { return }
    setReading(unread == nil && !isPaused)
    watch?.looked(
      isWhole: hasFinishedRequest,
      // Those whose messages are not let in wait for this side.
      isHalf: isReading && unfinishedRequests > unadmitted.count)
    hasFinishedRequest = false
  }

  private func setReading(_ value: Bool) {
    guard value != isReading else { return }
    isReading = value
    do {
      try context.channel.syncOptions?.setOption(.autoRead, value: value)
    } catch {
      errorCaught(context: context, error: error)
    }
  }

  /// Does what could not be done while the session worked.
  private func lookAtChanges() {
    while hasChanged, !isClosed {
      hasChanged = false
      startCalls()
      admitMessages()
      closeIfDone()
    }
  }

  /// Counts calls. Once the turn is spent, the others have theirs before more is read.
  private func spendTurn(_ count: Int) {
    callsLeft -= count
  }

  func endRest() {
    isResting = false
    callsLeft = Self.callsPerTurnMax
    if isClosed { return }
    batchStartedAt = .now
    readOn()
  }
}

// MARK: - Requests

/// What the session tells, while it works: none of these may have it receive or send.
extension GRPCHandler {
  /// A peer opened a stream.
  func headersBegan(_ id: Int32) {
    let stream = spareStreams.next(id, begunAt: batchStartedAt)
    streams.insert(stream)
    recent = .passUnretained(stream)
    unfinishedRequests += 1
    keep(0, for: stream)
  }

  /// A field of its header.
  ///
  /// - Returns: whether the connection can go on.
  func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    withStream(id, else: true) { stream in
      stream.headerBytes += name.count + value.count + 32
      stream.headerFields += 1
      guard
        stream.headerBytes <= limits.headerBytesMax, stream.headerFields <= limits.headerFieldsMax
      else {
        stream.headerProblem = .headersTooLong(bytesMax: limits.headerBytesMax)
        // A few bytes of HPACK can stand for megabytes: decoding them is not for ever.
        return stream.headerBytes <= 4 * limits.headerBytesMax
      }
      take(name, value, of: stream)
      return true
    }
  }

  private func take(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, of stream: GRPCStream
  ) {
    if name.first == UInt8(ascii: ":") {
      if name.isSame(as: ":method") {
        stream.isPost = value.isSame(as: "POST")
      } else if name.isSame(as: ":path") {
        stream.route = route(of: value)
      }
    } else if name.isSame(as: "content-type") {
      stream.isGRPC =
        value.begins(with: "application/grpc")
        && !value.begins(with: "application/grpc-web")
    } else if name.isSame(as: "grpc-timeout") {
      if let timeout = Deadline.nanoseconds(ofGRPCTimeout: value) {
        // None is left: gRPC has no way to say that there is no deadline but to leave it out.
        stream.timeoutNanoseconds = timeout == 0 ? -1 : timeout
      } else {
        stream.headerProblem = .invalidParameter("grpc-timeout", reason: "it is no timeout")
      }
    } else if name.isSame(as: "grpc-encoding") {
      stream.encoding =
        value.isSame(as: "gzip")
        ? .gzip : value.isEmpty || value.isSame(as: "identity") ? .identity : .other
    } else if !name.begins(with: "grpc-"), !name.isSame(as: "te"),
      !name.isSame(as: "user-agent")
    {
      guard let text = String(validUTF8: value) else {
        stream.headerProblem = .invalidParameter("metadata", reason: "a value is not UTF-8")
        return
      }
      stream.metadata.append(lowerCased: String(decoding: name, as: UTF8.self), text)
    }
  }

  /// The header is complete.
  func headersEnded(_ id: Int32) {
    withStream(id, else: ()) { headersEnded($0) }
  }

  private func headersEnded(_ stream: GRPCStream) {
    stream.request = .message
    guard stream.isGRPC else { return refuse(stream, status: 415) }
    guard stream.isPost else { return refuse(stream, status: 405) }
    if let problem = stream.headerProblem { return reject(stream, problem) }
    guard budget.isGranted(0) else { return reject(stream, .serverFull) }
    if stream.encoding == .other { return reject(stream, .encodingUnknown) }
    if stream.timeoutNanoseconds < 0 { return reject(stream, .requestTimeout) }
    if isGoingAway { return reject(stream, .serverStopping) }
    switch stream.route ?? .failure(.pathInvalid) {
    case .method(let entry): stream.entry = entry
    case .dialog: stream.isDialog = true
    case .failure(let error):
      logger.info("call refused", metadata: ["peer": "\(peer)", "error": "\(error)"])
      reject(stream, error)
    }
  }

  /// What `/package.Service/Method` names.
  private func route(of path: UnsafeBufferPointer<UInt8>) -> GRPCStream.Route {
    if path.begins(with: "/grpc.reflection."),
      Reflection.paths.contains(where: path.elementsEqual)
    {
      return .dialog
    }
    guard path.first == UInt8(ascii: "/"), let slash = path.lastIndex(of: UInt8(ascii: "/")),
      slash > 0
    else {
      return .failure(.pathInvalid)
    }
    do throws(RPCError) {
      return .method(
        try work.entry(
          service: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: path[1..<slash])),
          method: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: path[(slash + 1)...])),
          in: serving.router))
    } catch {
      return .failure(error)
    }
  }

  /// Does something with a stream, whose references nobody counts for that: `streams` has it until nghttp2
  /// tells that it is closed, which it does between two of these.
  @inline(__always)
  private func withStream<Result>(
    _ id: Int32, else nothing: Result, _ body: (GRPCStream) -> Result
  ) -> Result {
    guard let stream = find(id) else { return nothing }
    return stream._withUnsafeGuaranteedRef(body)
  }

  private func stream(_ id: Int32) -> GRPCStream? {
    find(id)?.takeUnretainedValue()
  }

  @inline(__always)
  private func find(_ id: Int32) -> Unmanaged<GRPCStream>? {
    if let recent, recent._withUnsafeGuaranteedRef({ $0.id == id }) { return recent }
    recent = streams[id].map(Unmanaged.passUnretained)
    return recent
  }

  /// A piece of the request's body.
  ///
  /// - Parameter isLast: whether no frame follows.
  func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer, isLast: Bool) {
    consumedBytes += bytes.count
    let isTaken = withStream(id, else: false) { stream in
      guard stream.request == .message else { return false }
      data(stream, bytes, isLast: isLast)
      return true
    }
    if !isTaken, !isLast { session.consumeStream(id, bytes.count) }
  }

  private func data(_ stream: GRPCStream, _ bytes: UnsafeRawBufferPointer, isLast: Bool) {
    keepLent()
    // Where nothing follows, nobody waits for room.
    if !isLast { stream.withheldBytes += bytes.count }
    var rest = bytes
    while !rest.isEmpty, stream.request == .message {
      if stream.messageLength == nil {
        let count = stream.prefix.take(rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        if stream.prefix.isWhole { beginMessage(stream) }
      } else if let length = stream.messageLength {
        if isLast, rest.count == length, stream.message.isEmpty, !stream.isDialog {
          lent = (stream.id, rest)
          break
        }
        let count = min(rest.count, length - stream.message.count)
        guard count > 0 else {
          reject(stream, .secondMessage)
          break
        }
        stream.message.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      if stream.isDialog { answerQuestion(stream) }
    }
    // Who asks and does not read the answers waits.
    if stream.isDialog, stream.unsentBytes >= Self.streamUnsentBytesMax { return }
    if stream.isAdmitted || stream.request == .done { giveBack(stream) }
  }

  /// What was lent is not there any longer, or more comes of its stream: it is copied.
  private func keepLent() {
    guard let (id, bytes) = lent else { return }
    lent = nil
    guard let stream = stream(id), stream.request == .message else { return }
    stream.message.append(contentsOf: bytes)
  }

  /// Answers a message of a dialog, if it is complete.
  private func answerQuestion(_ stream: GRPCStream) {
    guard stream.messageLength == stream.message.count else { return }
    spendTurn(1)
    do throws(RPCError) {
      let answer = try stream.message.span.withUnsafeBytes { (bytes) throws(RPCError) in
        try reflection.answer(bytes)
      }
      stream.message = []
      stream.prefix = GRPCPrefix()
      stream.messageLength = nil
      keep(0, for: stream)
      stream.isStreaming = true
      append(Self.prefix(answer.count) + answer, to: stream)
      openResponse(stream)
      flushSoon()
    } catch {
      fail(stream, error)
    }
  }

  private static func prefix(_ bytes: Int, isCompressed: Bool = false) -> [UInt8] {
    [isCompressed ? 1 : 0]
      + (0..<4).map { UInt8(truncatingIfNeeded: bytes >> (24 - 8 * $0)) }
  }

  /// Opens the peer's window by what came.
  private func giveBack(_ stream: GRPCStream) {
    if stream.withheldBytes > 0 { session.consumeStream(stream.id, stream.withheldBytes) }
    stream.withheldBytes = 0
  }

  /// The length of a message is known.
  private func beginMessage(_ stream: GRPCStream) {
    let length = stream.prefix.messageLength
    guard stream.prefix.flag == 0 || stream.prefix.flag == 1 && stream.isCompressed else {
      return reject(stream, .encodingUnknown)
    }
    guard length <= limits.messageBytesMax else {
      return reject(stream, .messageTooLong(bytes: length, bytesMax: limits.messageBytesMax))
    }
    let firstBytes = min(length, limits.streamWindowBytes)
    guard budget.isGranted(firstBytes) else { return reject(stream, .serverFull) }
    stream.messageLength = length
    if length <= limits.streamWindowBytes {
      keep(length, for: stream)
    } else if unadmitted.isEmpty, budget.fits(length) {
      admit(stream, length)
    } else {
      // The window stays as it is: what is there of the message is all that comes for now.
      stream.isAdmitted = false
      keep(limits.streamWindowBytes, for: stream)
      unadmitted.append(stream.id)
    }
  }

  /// Counts so many bytes of a message, and what the stream takes in any case.
  private func keep(_ bytes: Int, for stream: GRPCStream) {
    let all = Self.streamBytes + stream.headerBytes + bytes
    budget.keep(all - stream.keptBytes)
    stream.keptBytes = all
  }

  private func release(_ stream: GRPCStream) {
    budget.release(stream.keptBytes)
    stream.keptBytes = 0
    sent(stream.outboundBytes)
  }

  private func admit(_ stream: GRPCStream, _ length: Int) {
    guard budget.isGranted(length) else { return reject(stream, .serverFull) }
    keep(length, for: stream)
    stream.isAdmitted = true
    stream.message.reserveCapacity(length)
    session.openWindow(stream.id, length + GRPCPrefix.byteCount + limits.streamWindowBytes)
    giveBack(stream)
  }

  /// Lets messages come that there is room for now.
  private func admitMessages() {
    while let id = unadmitted.first {
      guard let stream = stream(id), stream.request == .message, !stream.isAdmitted,
        let length = stream.messageLength
      else {
        unadmitted.removeFirst()
        continue
      }
      guard budget.fits(length - limits.streamWindowBytes) else { return }
      unadmitted.removeFirst()
      admit(stream, length)
      flushSoon()
    }
  }

  /// The request is complete.
  func requestEnded(_ id: Int32) {
    withStream(id, else: ()) { requestEnded($0) }
  }

  private func requestEnded(_ stream: GRPCStream) {
    hasFinishedRequest = true
    guard stream.request == .message else { return finishRequest(stream) }
    let mayStartNow = mayStart && unstarted.isEmpty
    let message = mayStartNow && lent?.id == stream.id ? lent?.bytes : nil
    if message == nil { keepLent() } else { lent = nil }
    finishRequest(stream)
    if stream.isDialog {
      let isWhole = stream.prefix.count == 0
      return isWhole ? end(stream, .well) : fail(stream, .messageIncomplete)
    }
    guard let entry = stream.entry else { return }
    stream.arrivedAt = batchStartedAt
    if let message { return start(stream, entry, message) }
    guard let length = stream.messageLength, stream.message.count == length else {
      return reject(stream, .messageIncomplete)
    }
    if mayStartNow {
      start(stream, entry)
    } else {
      unstarted.append(stream.id)
    }
  }

  /// What fills the connection may be requests alone, which only their calls can empty: then one is
  /// started all the same.
  private var mayStart: Bool { !calls.isFull || calls.count == 0 && outboundBytes == 0 }

  /// Starts calls that wait, as far as the connection bears more.
  private func startCalls() {
    while mayStart, let id = unstarted.popFirst() {
      guard let stream = stream(id), !stream.isEnded, let entry = stream.entry else { continue }
      start(stream, entry)
      flushSoon()
    }
  }

  /// Nothing of the request matters any more.
  private func finishRequest(_ stream: GRPCStream) {
    if stream.request == .done { return }
    unfinishedRequests -= 1
    stream.request = .done
    if !stream.isAdmitted { unadmitted.removeAll { $0 == stream.id } }
  }

  private func decompressed(_ message: [UInt8]) throws(RPCError) -> [UInt8] {
    do throws(Gzip.Failure) {
      return try Gzip.decompressed(message, bytesMax: limits.messageBytesMax)
    } catch {
      switch error {
      case .broken: throw .invalidParameter("message", reason: "it is not gzip, as it says")
      case .tooLong:
        throw .tooLong(
          "The message is above the limit of \(limits.messageBytesMax) bytes once it is decompressed."
        )
      }
    }
  }

  private func start(_ stream: GRPCStream, _ entry: Router.Entry) {
    let message = stream.message
    stream.message = []
    message.withUnsafeBytes { start(stream, entry, $0) }
  }

  private func start(
    _ stream: GRPCStream, _ entry: Router.Entry, _ message: UnsafeRawBufferPointer
  ) {
    if stream.prefix.flag == 1 {
      let whole: [UInt8]
      do throws(RPCError) {
        whole = try decompressed([UInt8](message))
      } catch {
        return reject(stream, error)
      }
      whole.withUnsafeBytes { startRead(stream, entry, $0) }
    } else {
      startRead(stream, entry, message)
    }
  }

  private func startRead(
    _ stream: GRPCStream, _ entry: Router.Entry, _ message: UnsafeRawBufferPointer
  ) {
    // From here on `ConnectionCalls` counts it.
    keep(0, for: stream)
    spendTurn(1)
    // It may have waited for others.
    var timeout = stream.timeoutNanoseconds
    if timeout > 0 {
      timeout -= stream.arrivedAt.nanoseconds(to: batchStartedAt)
      if timeout <= 0 { return reject(stream, .requestTimeout) }
    }
    beginMessage()
    stream.isRunning = true
    do throws(RPCError) {
      // Made where it is handed on: by a name it would be copied.
      let isAnswered = try calls.start(
        CallID(stream.id), entry, message,
        CallContext(
          metadata: stream.metadata, caller: caller,
          deadline: Deadline(
            timeoutNanoseconds: stream.timeoutNanoseconds, from: stream.arrivedAt),
          answerBytesMax: serving.limits.answerBytesMax, peer: peer, transport: Self.door,
          startedAt: stream.arrivedAt),
        timeoutNanoseconds: timeout, into: &writer)
      if isAnswered {
        spendTurn(try endMessage(of: stream) / Self.answerBytesPerCall)
        stream.isRunning = false
        end(stream, .well)
      } else {
        writer.truncate(to: 0)
      }
    } catch {
      writer.truncate(to: 0)
      if error == .serverFull {
        serving.refused(error, entry.descriptor, door: Self.door)
        logger.info("call refused", metadata: ["peer": "\(peer)", "error": "\(error)"])
      } else {
        serving.note(error)
      }
      fail(stream, error)
    }
  }

  /// A stream is gone, whoever ended it.
  func closed(_ id: Int32, errorCode: UInt32) {
    guard let stream = streams.remove(id) else { return }
    recent = nil
    finishRequest(stream)
    // One that is withdrawn before its answer cost something and asks for nothing. Who has got a part of it
    // has called, as others have who wait for the end.
    if !stream.isEnded {
      allow(stream.hasSent ? limits.controlFramesPerCall : -1)
    }
    release(stream)
    if stream.isRunning { calls.cancel(CallID(id)) }
    spareStreams.put(stream)
    hasChanged = true
  }

  /// A frame came that costs its sender nothing.
  func controlFrame() {
    controlFramesLeft -= 1
  }

  /// The peer may send so many more frames that cost it nothing.
  private func allow(_ frames: Int) {
    controlFramesLeft = min(controlFramesLeft + frames, limits.controlFramesMax)
  }

  private func allowForTime() {
    let seconds = Double(allowedAt.nanoseconds(to: batchStartedAt)) / 1e9
    allowedAt = batchStartedAt
    allow(
      Int(min(seconds * Double(limits.controlFramesPerSecond), Double(limits.controlFramesMax))))
  }

  /// The peer answered a ping of this side.
  func pingAnswered() {
    if isDraining { nameLastStream() }
  }

  /// The peer opens no more streams. Without streams nothing can come any more, not even the answer to a
  /// ping.
  func peerLeaves() {
    hasChanged = true
  }
}

// MARK: - Answers

extension GRPCHandler {
  /// Makes room for a message's prefix. The writer is empty between two messages.
  private func beginMessage() {
    for _ in 0..<GRPCPrefix.byteCount { writer.append(0) }
  }

  /// Puts the message that was written, behind its length, to what the stream sends.
  ///
  /// - Returns: how many bytes that are.
  private func endMessage(of stream: GRPCStream) throws(RPCError) -> Int {
    let length = writer.count - GRPCPrefix.byteCount
    try check(length)
    defer { writer.reset(keepingBytes: Self.writerBytesMax) }
    if let message = compressed(length, of: stream, { writer.bytes(from: GRPCPrefix.byteCount) }) {
      append(message, to: stream)
      return message.count
    }
    writer.patchBigEndianUInt32(at: 1, UInt32(length))
    writer.withUnsafeBytes { bytes in
      keepUnsent(bytes.count)
      stream.append(copying: bytes)
    }
    return GRPCPrefix.byteCount + length
  }

  /// The parts of a message behind their length.
  private func message(
    _ parts: [[UInt8]], of stream: GRPCStream
  ) throws(RPCError) -> [[UInt8]] {
    let length = parts.reduce(0) { $0 + $1.count }
    try check(length)
    if let message = compressed(length, of: stream, { Array(parts.joined()) }) { return [message] }
    return [Self.prefix(length)] + parts
  }

  private func check(_ length: Int) throws(RPCError) {
    let bytesMax = serving.limits.answerBytesMax
    guard length <= bytesMax else { throw .responseTooLong(bytes: length, bytesMax: bytesMax) }
  }

  /// A message compressed, behind its length. Whoever compresses what it asks wants compressed what it
  /// gets; all clients say that they could.
  ///
  /// - Returns: nil if it is to be sent as it is.
  private func compressed(
    _ length: Int, of stream: GRPCStream, _ message: () -> [UInt8]
  ) -> [UInt8]? {
    guard stream.isCompressed, Self.compressedBytes.contains(length),
      let shorter = Gzip.compressed(message()), shorter.count < length
    else { return nil }
    return Self.prefix(shorter.count, isCompressed: true) + shorter
  }

  /// Bytes of answers are not kept any more.
  private func sent(_ bytes: Int) {
    outboundBytes -= bytes
    budget.release(bytes)
  }

  /// Bytes of answers are kept from now on.
  private func keepUnsent(_ bytes: Int) {
    outboundBytes += bytes
    budget.keep(bytes)
  }

  private func append(_ bytes: [UInt8], to stream: GRPCStream) {
    keepUnsent(bytes.count)
    stream.append(bytes)
  }

  private func end(_ stream: GRPCStream, _ end: GRPCStream.End) {
    guard !stream.isEnded else { return }
    stream.end = end
    allow(limits.controlFramesPerCall)
    if case .failure(let error) = end, !stream.hasHeader, stream.unsentBytes == 0 {
      session.respondWithoutBody(
        stream.id,
        [(":status", Array("200".utf8)), ("content-type", Array("application/grpc".utf8))]
          + GRPCWire.status(error))
    } else {
      openResponse(stream)
    }
    flushSoon()
  }

  private func openResponse(_ stream: GRPCStream) {
    if stream.hasHeader { return session.resume(stream.id) }
    stream.hasHeader = true
    session.respond(
      stream.id, stream.isCompressed ? Self.compressedHeader : Self.responseHeader)
  }

  /// Answers before the handler does; what still comes of the request is dropped.
  private func fail(_ stream: GRPCStream, _ error: RPCError) {
    stopRequest(stream)
    stream.isRunning = false
    end(stream, .failure(error))
  }

  /// Answers what comes to no handler.
  private func reject(_ stream: GRPCStream, _ error: RPCError) {
    serving.refused(error, stream.entry?.descriptor, door: Self.door)
    fail(stream, error)
  }

  /// Answers what is no gRPC.
  private func refuse(_ stream: GRPCStream, status: Int) {
    stopRequest(stream)
    guard !stream.isEnded else { return }
    stream.end = .failure(.callerGone)
    session.respondWithoutBody(stream.id, [(":status", Array("\(status)".utf8))])
    flushSoon()
  }

  private func stopRequest(_ stream: GRPCStream) {
    finishRequest(stream)
    stream.message = []
    keep(0, for: stream)
    giveBack(stream)
    hasChanged = true
  }

  /// What a stream sends next.
  func nextData(_ id: Int32, into buffer: UnsafeMutableRawBufferPointer) -> HTTP2Piece {
    withStream(id, else: .later) { nextData(of: $0, into: buffer) }
  }

  private func nextData(
    of stream: GRPCStream, into buffer: UnsafeMutableRawBufferPointer
  ) -> HTTP2Piece {
    if case .well = stream.end, !stream.isStreaming, stream.unsentBytes > 0, session.takesRest,
      stream.unsentBytes <= min(buffer.count, Self.restBytesMax)
    {
      return .rest(stream.unsentBytes)
    }
    let count = take(stream, into: buffer)
    if stream.isStreaming { takenBytes.append((CallID(stream.id), count)) }
    // Who has read the answers of a dialog may ask on.
    if stream.isDialog, stream.unsentBytes < Self.streamUnsentBytesMax { giveBack(stream) }
    guard stream.unsentBytes == 0 else { return .bytes(count) }
    switch stream.end {
    case nil: return count == 0 ? .later : .bytes(count)
    case .well: session.endWithTrailers(stream.id, Self.goodTrailers.fields)
    case .failure(let error): session.endWithTrailers(stream.id, GRPCWire.status(error))
    }
    return .last(count)
  }

  /// The rest of a stream is due, behind the head of its frame.
  ///
  /// - Returns: nil if there is no such rest, false if there is no room for it yet.
  func sendRest(_ id: Int32, _ head: UnsafeRawBufferPointer, _ count: Int) -> Bool? {
    withStream(id, else: nil) { stream in
      // What stands in the room before must not go out.
      guard stream.unsentBytes == count else { return nil }
      return session.write(head, count, Self.goodTrailers) { _ = take(stream, into: $0) }
    }
  }

  private func take(_ stream: GRPCStream, into room: UnsafeMutableRawBufferPointer) -> Int {
    let before = stream.outboundBytes
    let count = stream.take(into: room)
    if count > 0 { stream.hasSent = true }
    unrewardedBytes += count
    if unrewardedBytes >= limits.bytesPerControlFrame {
      allow(unrewardedBytes / limits.bytesPerControlFrame)
      unrewardedBytes %= limits.bytesPerControlFrame
    }
    sent(before - stream.outboundBytes)
    return count
  }

  /// The peer changed its settings.
  func settingsChanged() { session.settingsChanged() }

  /// A header section went out.
  func headersSent() { session.headersSent() }
}

extension GRPCHandler: CallDoor {
  func hasRoom(for call: CallID) -> Bool {
    // Not whether the connection keeps as much as it may: an answer that is held counts there, and would wait
    // for itself.
    guard isWritable else { return false }
    return (stream(Int32(call))?.unsentBytes ?? 0) < Self.streamUnsentBytesMax
  }

  func write(_ answer: CallAnswer, of call: CallID) throws(RPCError) -> Int {
    guard let stream = stream(Int32(call)), !stream.isEnded else { return 0 }
    switch answer {
    case .response(let body):
      let bytes = try write(body, of: stream)
      stream.isRunning = false
      end(stream, .well)
      return bytes
    case .parts(let parts):
      stream.isRunning = false
      for part in try message(parts, of: stream) { append(part, to: stream) }
      end(stream, .well)
      return stream.unsentBytes
    case .message(let body):
      let bytes = try write(body, of: stream)
      stream.isStreaming = true
      openResponse(stream)
      flushSoon()
      return bytes
    case .end:
      stream.isRunning = false
      end(stream, .well)
    case .failure(let error):
      stream.isRunning = false
      stopRequest(stream)
      end(stream, .failure(error))
    }
    return 0
  }

  private func write(_ body: AnswerBody, of stream: GRPCStream) throws(RPCError) -> Int {
    beginMessage()
    do throws(RPCError) {
      try body(&writer)
      return try endMessage(of: stream)
    } catch {
      writer.truncate(to: 0)
      throw error
    }
  }

  func callsChanged() {
    hasChanged = true
    if isInSession { return }
    lookAtChanges()
    readOn()
  }
}

// MARK: - Writing

extension GRPCHandler: Flushable {
  private func flushSoon() {
    if isMarkedUnflushed || isClosed { return }
    isMarkedUnflushed = true
    executor.flushSoon(self)
  }

  func flushNow() {
    isMarkedUnflushed = false
    guard !isClosed, !isInSession, isWritable, context != nil else { return }
    // As large as the last one, so that it need not grow.
    var buffer = context.channel.allocator.buffer(capacity: flushedBytes)
    isInSession = true
    let goesOn = session.send(into: &buffer, bytesMax: limits.connectionOutboundBytesMax)
    isInSession = false
    let isAll = !session.wantsToSend
    let taken = takenBytes
    takenBytes.removeAll(keepingCapacity: true)
    if buffer.readableBytes > 0 {
      flushedBytes = min(buffer.readableBytes, Self.writeBufferBytesMax)
      let followedBytes = budget.flushing(buffer.readableBytes)
      let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
      if taken.isEmpty, followedBytes == 0 {
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
      } else {
        context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in
          connection.value.socketTook(taken, followedBytes)
        }
      }
      // Room for answers that are held, and for messages that wait.
      calls.roomChanged()
      calls.released()
    }
    guard goesOn else { return context.close(promise: nil) }
    lookAtChanges()
    if !isAll, isWritable { flushSoon() }
  }

  private func socketTook(_ taken: [(id: CallID, bytes: Int)], _ followedBytes: Int) {
    for (id, bytes) in taken { calls.sent(bytes, of: id) }
    if followedBytes > 0 {
      budget.flushed(followedBytes)
      calls.released()
    }
  }

  /// Closes the connection when both sides are done with it.
  private func closeIfDone() {
    guard !isClosed, !isInSession, context != nil else { return }
    let isDrained = isGoingAway && streams.isEmpty && calls.count == 0
    guard isDrained || session.isDone else { return }
    flushNow()
    // An empty write completes when all before it have.
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
      connection.value.context?.close(promise: nil)
    }
  }
}

// MARK: - Going away

extension GRPCHandler {
  /// Takes what is on its way, then no more.
  private func drain() {
    guard !isDraining, !isClosed else { return }
    isDraining = true
    session.announceShutdown()
    flushNow()
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: Self.shutdownPatience) { connection.value.goAway() }
  }

  /// The peer has not said that it has heard.
  private func goAway() {
    guard !isClosed else { return }
    nameLastStream()
    flushNow()
  }

  private func nameLastStream() {
    if isGoingAway { return }
    isGoingAway = true
    session.shutDown()
    hasChanged = true
  }
}

extension RPCError {
  static let pathInvalid = invalidParameter("path", reason: "it is not /SERVICE/METHOD")

  static func headersTooLong(bytesMax: Int) -> RPCError {
    limitReached("The call's headers have more than \(bytesMax) bytes, or too many fields.")
  }

  static func messageTooLong(bytes: Int, bytesMax: Int) -> RPCError {
    tooLong("The message of \(bytes) bytes is above the limit of \(bytesMax) bytes.")
  }

  static let encodingUnknown = RPCError(
    .unimplemented, reason: "ERROR_NOT_IMPLEMENTED",
    message: "The message is compressed in a way that this server does not read; send it as it is.")

  static let secondMessage = RPCError(
    .invalidArgument, reason: "ERROR_UNEXPECTED_DATA", message: "The method takes one message.")

  static let messageIncomplete = RPCError(
    .invalidArgument, reason: "ERROR_INVALID_PARAMETER",
    message: "The call ended before its message was complete.")
}
