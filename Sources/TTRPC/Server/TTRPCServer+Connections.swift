import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Connections, from accept to close.
extension TTRPCServer {
  /// One executor per loop, made on it.
  func makeExecutors() async throws {
    for loop in group.makeIterator() {
      let id = ObjectIdentifier(loop)
      if state.withLock({ $0.executors[id] != nil }) { continue }
      let executor = try await loop.submit { LoopExecutor(on: loop) }.get()
      state.withLock { $0.executors[id] = $0.executors[id] ?? executor }
    }
  }

  func bootstrap() -> ServerBootstrap {
    let highBytes = max(limits.connectionOutboundBytesMax, 2)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.autoRead, value: true)
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
    let (executor, isWelcome) = state.withLock { state in
      let isWelcome = !state.isStopping && state.connections.count < limits.connectionsMax
      if isWelcome { state.connections[id] = channel }
      return (state.executors[ObjectIdentifier(channel.eventLoop)], isWelcome)
    }
    guard isWelcome, let executor else {
      logger.warning(
        "connection refused",
        metadata: [
          "peer": "\(TTRPCAddress(channel.remoteAddress)?.peerName ?? "unix")",
          "connections_max": "\(limits.connectionsMax)",
        ])
      throw ChannelError.operationUnsupported
    }
    channel.closeFuture.whenComplete { [self] _ in
      _ = state.withLock { $0.connections.removeValue(forKey: id) }
    }
    try channel.pipeline.syncOperations.addHandler(
      ServerHandler(router: router, limits: limits, executor: executor, logger: logger))
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
}
