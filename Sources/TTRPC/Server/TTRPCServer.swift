public import Logging
public import NIOCore
public import NIOPosix
public import RPCCore
import Synchronization

/// Serves a router over ttrpc 1.2, on TCP and on Unix sockets.
///
/// Every connection is handled on one event loop, by which handlers run too: a handler must not
/// block its thread. A handler is cancelled when its deadline passes or its caller leaves; a caller
/// leaves when it closes its side of the connection.
public final class TTRPCServer: Sendable {
  struct State {
    var listeners: [any Channel] = []
    var unixPaths: [String] = []
    var connections: [ObjectIdentifier: any Channel] = [:]
    var executors: [ObjectIdentifier: LoopExecutor] = [:]
    var isStopping = false
  }

  let router: Router
  let limits: TTRPCLimits
  let group: any EventLoopGroup
  let logger: Logger
  let state = Mutex(State())

  /// Makes a server that does not listen yet.
  ///
  /// - Parameters:
  ///   - router: the methods it serves.
  ///   - limits: what it allows.
  ///   - group: its threads; not shut down by the server.
  ///   - logger: told about connections, not about calls: an interceptor of the router logs those.
  public init(
    router: Router, limits: TTRPCLimits = TTRPCLimits(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger = Logger(label: "ttrpc")
  ) {
    self.router = router
    self.limits = limits
    self.group = group
    self.logger = logger
  }

  /// How many connections are open.
  public var connectionCount: Int { state.withLock { $0.connections.count } }

  /// Listens on a TCP address.
  ///
  /// - Parameter port: 0 picks a free one.
  /// - Returns: the address with the real port.
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(host: String, port: Int) async throws(RPCError) -> TTRPCAddress {
    let address = TTRPCAddress.tcp(host: host, port: port)
    return try await listen(on: address) { bootstrap in
      try await bootstrap.bind(host: host, port: port).get()
    }
  }

  /// Listens on a Unix socket. A socket file that nobody listens on any more is replaced.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(unixPath path: String) async throws(RPCError) -> TTRPCAddress {
    let address = TTRPCAddress.unix(path: path)
    if await UnixSocket.isListening(at: path, group: group) {
      throw Self.cannotListen(address, because: "another server listens there")
    }
    let bound = try await listen(on: address) { bootstrap in
      try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }
    state.withLock { $0.unixPaths.append(path) }
    return bound
  }

  /// Listens on an address of either kind.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  @discardableResult
  public func start(_ address: TTRPCAddress) async throws(RPCError) -> TTRPCAddress {
    switch address {
    case .tcp(let host, let port): try await start(host: host, port: port)
    case .unix(let path): try await start(unixPath: path)
    }
  }

  private func listen(
    on address: TTRPCAddress, _ bind: (ServerBootstrap) async throws -> any Channel
  ) async throws(RPCError) -> TTRPCAddress {
    let channel: any Channel
    do {
      try await makeExecutors()
      channel = try await bind(bootstrap())
    } catch {
      throw Self.cannotListen(address, because: "\(error)", cause: error)
    }
    let isStopping = state.withLock { state in
      if !state.isStopping { state.listeners.append(channel) }
      return state.isStopping
    }
    if isStopping {
      channel.close(promise: nil)
      throw Self.cannotListen(address, because: "the server was stopped")
    }
    return TTRPCAddress(channel.localAddress) ?? address
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
