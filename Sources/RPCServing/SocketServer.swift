package import Logging
package import NIOCore
private import NIOPosix
package import RPCCore
private import Synchronization

/// What a server tells its connections, as an inbound user event.
package enum ServerEvent: Sendable {
  /// Take no new calls; close when those under way have ended.
  case drain
  /// Close now.
  case close
}

/// Where a server listens.
package enum ListenTarget: Sendable, Hashable, CustomStringConvertible {
  case tcp(host: String, port: Int)
  case unix(path: String)

  /// `host:port` or `unix:///path`.
  package var description: String {
    switch self {
    case .tcp(let host, let port): HostPort(host: host, port: port).description
    case .unix(let path): "unix://\(path)"
    }
  }

  /// What a socket is bound to; nil for one without an address.
  init?(_ address: SocketAddress?) {
    switch address {
    case .v4, .v6:
      guard let host = address?.ipAddress, let port = address?.port else { return nil }
      self = .tcp(host: host, port: port)
    case .unixDomainSocket:
      guard let path = address?.pathname, !path.isEmpty else { return nil }
      self = .unix(path: path)
    case nil: return nil
    }
  }
}

/// The listeners and connections of a door for calls, whatever its protocol: who is admitted, and how all
/// of it ends. A connection's handler obeys `ServerEvent`.
package final class SocketServer: Sendable {
  private struct State {
    var listeners: [any Channel] = []
    var unixPaths: [String] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isStopping = false
  }

  private let admission: ConnectionAdmission
  private let limits: ServingLimits
  private let security: (any ConnectionSecurity)?
  private let outboundBytesMax: Int
  private let group: any EventLoopGroup
  private let logger: Logger
  private let addHandler: @Sendable (any Channel) throws -> Void
  private let state = Mutex(State())

  /// Makes a server that does not listen yet.
  ///
  /// - Parameters:
  ///   - serving: counts its connections, and bounds them.
  ///   - security: stands before the protocol; nil: bytes come as they are.
  ///   - outboundBytesMax: with more bytes waiting for its socket a connection is not writable.
  ///   - group: its threads; not shut down by the server.
  ///   - logger: told about connections that are refused.
  ///   - addHandler: puts the protocol into a connection's pipeline, on its loop.
  package init(
    serving: CallServing, security: (any ConnectionSecurity)?, outboundBytesMax: Int,
    group: any EventLoopGroup, logger: Logger,
    addHandler: @escaping @Sendable (any Channel) throws -> Void
  ) {
    admission = serving.admission
    limits = serving.limits
    self.security = security
    self.outboundBytesMax = max(outboundBytesMax, 2)
    self.group = group
    self.logger = logger
    self.addHandler = addHandler
  }

  /// How many connections are open.
  package var connectionCount: Int { state.withLock { $0.connections.count } }

  /// Takes an address; those who connect wait for `accept`. The file of a Unix socket that nobody
  /// listens on any more is replaced.
  ///
  /// - Returns: the address with the real port.
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  package func bind(_ target: ListenTarget) async throws(RPCError) -> ListenTarget {
    if case .unix(let path) = target, await UnixSocket.isListening(at: path, group: group) {
      throw Self.cannotListen(target, because: "another server listens there")
    }
    let channel: any Channel
    do {
      switch target {
      case .tcp(let host, let port):
        channel = try await bootstrap().bind(host: host, port: port).get()
      case .unix(let path):
        channel = try await bootstrap().bind(
          unixDomainSocketPath: path, cleanupExistingSocketFile: true
        ).get()
      }
    } catch {
      throw Self.cannotListen(target, because: "\(error)", cause: error)
    }
    let isStopping = state.withLock { state in
      if state.isStopping { return true }
      state.listeners.append(channel)
      if case .unix(let path) = target { state.unixPaths.append(path) }
      return false
    }
    if isStopping {
      channel.close(promise: nil)
      if case .unix(let path) = target { UnixSocket.remove(path) }
      throw Self.cannotListen(target, because: "the server was stopped")
    }
    return ListenTarget(channel.localAddress) ?? target
  }

  /// Takes those who connect.
  package func accept() async {
    for listener in state.withLock({ $0.listeners }) {
      try? await listener.setOption(.autoRead, value: true).get()
    }
  }

  /// Stops: accepts no more connections and no more calls, lets the calls under way end, then
  /// closes. Calls that take longer than the drain time are cancelled.
  ///
  /// - Parameter drain: how long calls may still take.
  package func shutdown(drain: Duration) async {
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

  private static func cannotListen(
    _ target: ListenTarget, because reason: String, cause: (any Error)? = nil
  ) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CANNOT_LISTEN",
      message: "Cannot listen on \(target): \(reason). "
        + "Choose another address, or stop the program that uses it.", cause: cause)
  }

  private func bootstrap() -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.autoRead, value: false)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: true)
      // The others have their turn after each read.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .writeBufferWaterMark,
        value: ChannelOptions.Types.WriteBufferWaterMark(
          low: outboundBytesMax / 2, high: outboundBytesMax)
      )
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try admit(channel) }
      }
  }

  private func admit(_ channel: any Channel) throws {
    let id = ObjectIdentifier(channel)
    let peer = ConnectionAdmission.Peer(channel.remoteAddress)
    do throws(ConnectionAdmission.Refusal) {
      try admission.enter(peer)
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
      admission.leave(peer)
    }
    guard isWelcome else { throw ChannelError.operationUnsupported }
    try keepAlive(channel)
    try security?.secure(channel)
    try addHandler(channel)
  }

  /// Has the system look for a peer that says nothing, so that one that is gone without a word does not
  /// hold its calls for ever, whatever the protocol.
  private func keepAlive(_ channel: any Channel) throws {
    guard case .tcp? = ListenTarget(channel.remoteAddress), let options = channel.syncOptions else {
      return
    }
    try options.setOption(.socketOption(.so_keepalive), value: 1)
    #if os(Linux)
      let seconds = limits.keepaliveMilliseconds / 1000
      let answerSeconds = limits.keepaliveAnswerMilliseconds / 1000
      for (option, value) in [
        (TCP_KEEPIDLE, max(seconds, 1)), (TCP_KEEPINTVL, max(answerSeconds / 2, 1)),
        (TCP_KEEPCNT, 2),
      ] {
        try options.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: option)), value: value)
      }
    #endif
  }

  private func refuse(_ channel: any Channel, _ refusal: ConnectionAdmission.Refusal) {
    let bound: (name: String, max: Int) =
      switch refusal {
      case .tooMany(let max): ("connections_max", max)
      case .tooManyOfPeer(let max): ("connections_per_peer_max", max)
      }
    logger.warning(
      "connection refused",
      metadata: ["peer": "\(channel.peerName)", "\(bound.name)": "\(bound.max)"])
  }
}

extension Channel {
  /// The peer, for logs: clients on Unix sockets have no name.
  package var peerName: String {
    if case .tcp(let host, let port)? = ListenTarget(remoteAddress) {
      return HostPort(host: host, port: port).description
    }
    return "unix"
  }
}
