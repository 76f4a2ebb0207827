public import Logging
public import NIOCore
public import NIOPosix
public import RPCCore
package import RPCServing
import Synchronization

/// Serves a router over ttrpc 1.2, on TCP and on Unix sockets.
///
/// Every connection is handled on one event loop, by which handlers run too: a handler must not
/// block its thread. A handler is cancelled when its deadline passes or its caller leaves; a caller
/// leaves when it closes its side of the connection.
public final class TTRPCServer: Sendable {
  private struct State {
    var listeners: [any Channel] = []
    var unixPaths: [String] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isStopping = false
  }

  /// What its frames may be.
  package let limits: TTRPCLimits
  /// What its calls and connections may cost.
  package let serving: CallServing
  private let security: (any ConnectionSecurity)?
  private let group: any EventLoopGroup
  private let logger: Logger
  private let state = Mutex(State())

  /// Makes a server that does not listen yet.
  ///
  /// - Parameters:
  ///   - router: the methods it serves.
  ///   - limits: what it allows.
  ///   - group: its threads; not shut down by the server.
  ///   - logger: told about connections, not about calls: an interceptor of the router logs those.
  public convenience init(
    router: Router, limits: TTRPCLimits = TTRPCLimits(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger = Logger(label: "ttrpc")
  ) {
    self.init(
      serving: CallServing(router: router, limits: ServingLimits()), limits: limits, group: group,
      logger: logger)
  }

  /// Makes a server that shares its bounds with other doors.
  ///
  /// - Parameter security: stands before the frames; nil: they come as they are.
  package init(
    serving: CallServing, limits: TTRPCLimits = TTRPCLimits(),
    security: (any ConnectionSecurity)? = nil,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger = Logger(label: "ttrpc")
  ) {
    self.serving = serving
    self.limits = limits
    self.security = security
    self.group = group
    self.logger = logger
  }

  /// How many connections are open.
  public var connectionCount: Int { state.withLock { $0.connections.count } }
}

// MARK: - Listening

extension TTRPCServer {
  /// Listens on a TCP address.
  ///
  /// - Parameter port: 0 picks a free one.
  /// - Returns: the address with the real port.
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(host: String, port: Int) async throws(RPCError) -> TTRPCAddress {
    try await start(.tcp(host: host, port: port))
  }

  /// Listens on a Unix socket. A socket file that nobody listens on any more is replaced.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(unixPath path: String) async throws(RPCError) -> TTRPCAddress {
    try await start(.unix(path: path))
  }

  /// Listens on an address of either kind.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(_ address: TTRPCAddress) async throws(RPCError) -> TTRPCAddress {
    let bound = try await bind(address)
    await accept()
    return bound
  }

  /// Takes an address; those who connect wait for `accept`.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  package func bind(_ address: TTRPCAddress) async throws(RPCError) -> TTRPCAddress {
    if case .unix(let path) = address, await UnixSocket.isListening(at: path, group: group) {
      throw Self.cannotListen(address, because: "another server listens there")
    }
    let channel: any Channel
    do {
      switch address {
      case .tcp(let host, let port):
        channel = try await bootstrap().bind(host: host, port: port).get()
      case .unix(let path):
        channel = try await bootstrap().bind(
          unixDomainSocketPath: path, cleanupExistingSocketFile: true
        ).get()
      }
    } catch {
      throw Self.cannotListen(address, because: "\(error)", cause: error)
    }
    let isStopping = state.withLock { state in
      if state.isStopping { return true }
      state.listeners.append(channel)
      if case .unix(let path) = address { state.unixPaths.append(path) }
      return false
    }
    if isStopping {
      channel.close(promise: nil)
      if case .unix(let path) = address { UnixSocket.remove(path) }
      throw Self.cannotListen(address, because: "the server was stopped")
    }
    return TTRPCAddress(channel.localAddress) ?? address
  }

  /// Takes those who connect.
  package func accept() async {
    for listener in state.withLock({ $0.listeners }) {
      try? await listener.setOption(.autoRead, value: true).get()
    }
  }

  private static func cannotListen(
    _ address: TTRPCAddress, because reason: String, cause: (any Error)? = nil
  ) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CANNOT_LISTEN",
      message: "Cannot listen on \(address): \(reason). "
        + "Choose another address, or stop the program that uses it.", cause: cause)
  }
}

// MARK: - Connections

extension TTRPCServer {
  private func bootstrap() -> ServerBootstrap {
    let highBytes = max(limits.connectionOutboundBytesMax, 2)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.autoRead, value: false)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: true)
      // The others have their turn after each read.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .writeBufferWaterMark,
        value: ChannelOptions.Types.WriteBufferWaterMark(low: highBytes / 2, high: highBytes)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try accept(channel) }
      }
  }

  private func accept(_ channel: any Channel) throws {
    let id = ObjectIdentifier(channel)
    let peer = ConnectionAdmission.Peer(channel.remoteAddress)
    do throws(ConnectionAdmission.Refusal) {
      try serving.admission.enter(peer)
    } catch {
      refuse(channel, error)
      throw error
    }
    let isWelcome = state.withLock { state in
      if state.isStopping { return false }
      state.connections[id] = channel
      return true
    }
    channel.closeFuture.whenComplete { [self] _ in
      state.withLock { state in _ = state.connections.removeValue(forKey: id) }
      serving.admission.leave(peer)
    }
    guard isWelcome else { throw ChannelError.operationUnsupported }
    try security?.secure(channel)
    try channel.pipeline.syncOperations.addHandler(
      ServerHandler(
        serving: serving, limits: limits, security: security,
        executor: serving.executor(on: channel.eventLoop), logger: logger))
  }

  private func refuse(_ channel: any Channel, _ refusal: ConnectionAdmission.Refusal) {
    let bound: (name: String, max: Int) =
      switch refusal {
      case .tooMany(let max): ("connections_max", max)
      case .tooManyOfPeer(let max): ("connections_per_peer_max", max)
      }
    logger.warning(
      "connection refused",
      metadata: [
        "peer": "\(TTRPCAddress(channel.remoteAddress)?.peerName ?? "unix")",
        "\(bound.name)": "\(bound.max)",
      ])
  }

  /// Stops: accepts no more connections and no more calls, lets the calls under way end, then
  /// closes. Calls that take longer than the drain time are cancelled.
  ///
  /// - Parameter drain: how long calls may still take.
  public func shutdown(drain: Duration) async {
    let (listeners, unixPaths, connections) = state.withLock { state in
      defer { state.listeners = [] }
      state.isStopping = true
      return (state.listeners, state.unixPaths, Array(state.connections.values))
    }
    for listener in listeners { try? await listener.close().get() }
    for path in unixPaths { UnixSocket.remove(path) }
    for connection in connections {
      connection.pipeline.fireUserInboundEventTriggered(ServerEvent.drain)
    }
    let deadline = group.any().scheduleTask(in: TimeAmount(drain)) {
      for connection in connections {
        connection.pipeline.fireUserInboundEventTriggered(ServerEvent.close)
      }
    }
    for connection in connections { try? await connection.closeFuture.get() }
    deadline.cancel()
  }

  /// Returns when no address is listened on any more and every connection is closed.
  package func waitUntilClosed() async {
    for listener in state.withLock({ $0.listeners }) { try? await listener.closeFuture.get() }
    for connection in state.withLock({ Array($0.connections.values) }) {
      try? await connection.closeFuture.get()
    }
  }
}

/// A server at one address, as one of the doors.
package struct TTRPCDoor: Door {
  package let name: String
  package let server: TTRPCServer
  private let address: TTRPCAddress

  /// - Parameters:
  ///   - name: `ttrpc` or `ttrpc_unix`.
  ///   - server: has this address alone.
  package init(_ name: String, _ address: TTRPCAddress, server: TTRPCServer) {
    self.name = name
    self.address = address
    self.server = server
  }

  package func bind() async throws -> String {
    "\(try await server.bind(address))"
  }

  package func start() async throws {
    await server.accept()
    await server.waitUntilClosed()
  }

  package func drain(for time: Duration) async {
    await server.shutdown(drain: time)
  }
}
