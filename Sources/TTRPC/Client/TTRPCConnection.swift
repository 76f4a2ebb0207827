public import NIOCore
public import NIOPosix
public import RPCCore

/// One connection to a ttrpc server. Calls share it and are answered in any order.
///
/// - Cancelling a task withdraws its call. ttrpc has no frame that tells the server so: the server
///   finishes the call and its answer is dropped. Closing the connection cancels them there.
/// - A deadline is enforced on both sides.
/// - When the connection ends, every call under way fails with `UNAVAILABLE`.
/// - A stream whose reader lags holds the server back, as long as only such streams are under way;
///   otherwise it fails with `RESOURCE_EXHAUSTED` once it is 4.25 MiB behind (with the default
///   limits). A long stream is better off on a connection of its own.
public final class TTRPCConnection: RPCChannel {
  /// Where the connection goes to.
  public let address: TTRPCAddress
  private let limits: TTRPCLimits
  private let channel: any Channel
  private let handler: NIOLoopBound<ClientHandler>

  private init(
    _ address: TTRPCAddress, _ limits: TTRPCLimits, _ channel: any Channel,
    _ handler: NIOLoopBound<ClientHandler>
  ) {
    self.address = address
    self.limits = limits
    self.channel = channel
    self.handler = handler
  }

  /// Connects.
  ///
  /// - Parameters:
  ///   - address: the server.
  ///   - timeout: how long connecting may take.
  ///   - limits: what the client allows; connections and idle time do not matter here.
  ///   - group: its threads.
  /// - Throws: `UNAVAILABLE` if the server cannot be reached.
  public static func connect(
    to address: TTRPCAddress, timeout: Duration = .seconds(10),
    limits: TTRPCLimits = TTRPCLimits(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) async throws(RPCError) -> TTRPCConnection {
    do {
      return try await connect(to: address, timeout: timeout, limits: limits, group: group) {
        $0.eventLoop.makeSucceededVoidFuture()
      }
    } catch {
      throw .cannotConnect(address, because: ConnectFailure.reason(error), cause: error)
    }
  }

  /// Connects, with something between the socket and the frames.
  ///
  /// - Parameter prepare: puts handlers in front; the connection is there once the future is.
  /// - Throws: why the server cannot be reached, or what `prepare` throws.
  package static func connect(
    to address: TTRPCAddress, timeout: Duration, limits: TTRPCLimits, group: any EventLoopGroup,
    prepare: @escaping @Sendable (any Channel) throws -> EventLoopFuture<Void>
  ) async throws -> TTRPCConnection {
    let bootstrap = ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(timeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
    typealias Prepared = (connection: TTRPCConnection, isReady: EventLoopFuture<Void>)
    let initializer: @Sendable (any Channel) -> EventLoopFuture<Prepared> = { channel in
      channel.eventLoop.makeCompletedFuture {
        let isReady = try prepare(channel)
        let handler = ClientHandler(address: address, limits: limits)
        try channel.pipeline.syncOperations.addHandler(handler)
        let connection = TTRPCConnection(
          address, limits, channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
        return (connection, isReady)
      }
    }
    let prepared: Prepared
    switch address {
    case .tcp(let host, let port):
      prepared = try await bootstrap.connect(
        host: host, port: port, channelInitializer: initializer)
    case .unix(let path):
      prepared = try await bootstrap.connect(
        unixDomainSocketPath: path, channelInitializer: initializer)
    }
    try await prepared.isReady.get()
    return prepared.connection
  }

  /// Whether calls can be made; false once either side closed.
  public var isOpen: Bool { channel.isActive }

  /// Closes the connection; calls under way fail, and the server cancels them.
  public func close() async {
    channel.eventLoop.execute { [handler] in
      handler.value.failure = handler.value.failure ?? "this side closed it"
    }
    try? await channel.close().get()
  }

  /// Returns when the connection has ended, whoever ended it.
  public func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }

  /// Calls a unary method.
  public func call(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> [UInt8] {
    let timeout = Self.nanoseconds(options.timeout)
    if timeout < 0 { throw .requestTimeout }
    let frame = try frame(method, request, timeout, options.metadata, flags: [])
    let reply = Suspension<[UInt8]>()
    let loop = channel.eventLoop
    return try await reply.wait(
      start: {
        loop.execute { [handler] in
          handler.value.open(.unary(reply), frame, timeoutNanoseconds: timeout)
        }
      },
      cancelled: { [handler] in
        loop.execute { handler.value.withdraw { $0.isUnary(reply) } }
      })
  }

  /// Calls a server-streaming method.
  public func stream(
    _ method: MethodDescriptor, request: [UInt8], options: CallOptions
  ) async throws(RPCError) -> AsyncThrowingStream<[UInt8], any Error> {
    let timeout = Self.nanoseconds(options.timeout)
    if timeout < 0 { throw .requestTimeout }
    let frame = try frame(method, request, timeout, options.metadata, flags: .remoteClosed)
    let inbox = StreamInbox()
    channel.eventLoop.execute { [handler] in
      handler.value.open(.stream(inbox), frame, timeoutNanoseconds: timeout)
    }
    let reader = StreamReader(
      inbox, handler, loop: channel.eventLoop, bytesMax: limits.streamInboundBytesMax)
    return AsyncThrowingStream { try await reader.next() }
  }

  private func frame(
    _ method: MethodDescriptor, _ request: [UInt8], _ timeoutNanoseconds: Int64,
    _ metadata: Metadata, flags: FrameFlags
  ) throws(RPCError) -> [UInt8] {
    let frame = RequestEnvelope(
      service: method.service, method: method.name, payload: request,
      timeoutNanoseconds: timeoutNanoseconds, metadata: metadata
    ).frame(streamID: 0, flags: flags)
    let dataBytes = frame.count - FrameHeader.byteCount
    guard dataBytes <= limits.frameBytesMax else {
      throw .requestTooLong(bytes: dataBytes, bytesMax: limits.frameBytesMax)
    }
    return frame
  }

  /// 0 for no timeout, negative for one that is over.
  private static func nanoseconds(_ timeout: Duration?) -> Int64 {
    guard let timeout else { return 0 }
    if timeout <= .zero { return -1 }
    let (seconds, attoseconds) = timeout.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || sumOverflow ? .max : max(sum, 1)
  }
}
