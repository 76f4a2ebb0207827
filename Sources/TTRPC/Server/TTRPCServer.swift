public import Logging
public import NIOCore
public import NIOPosix
public import RPCCore
package import RPCServing

/// Serves a router over ttrpc 1.2, on TCP and on Unix sockets.
///
/// Every connection is handled on one event loop, by which handlers run too: a handler must not
/// block its thread. A handler is cancelled when its deadline passes or its caller leaves; a caller
/// leaves when it closes its side of the connection.
public final class TTRPCServer: Sendable {
  /// What its frames may be.
  package let limits: TTRPCLimits
  /// What its calls and connections may cost.
  package let serving: CallServing
  private let sockets: SocketServer

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
    sockets = SocketServer(
      serving: serving, security: security,
      outboundBytesMax: limits.connectionOutboundBytesMax, group: group, logger: logger
    ) { channel in
      try channel.pipeline.syncOperations.addHandler(
        ServerHandler(
          serving: serving, limits: limits, security: security,
          executor: serving.executor(on: channel.eventLoop), logger: logger))
    }
  }

  /// How many connections are open.
  public var connectionCount: Int { sockets.connectionCount }

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
    await sockets.accept()
    return bound
  }

  /// Takes an address; those who connect wait for `accept`.
  ///
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  package func bind(_ address: TTRPCAddress) async throws(RPCError) -> TTRPCAddress {
    let target: ListenTarget =
      switch address {
      case .tcp(let host, let port): .tcp(host: host, port: port)
      case .unix(let path): .unix(path: path)
      }
    return switch try await sockets.bind(target) {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }

  /// Takes those who connect.
  package func accept() async {
    await sockets.accept()
  }

  /// Stops: accepts no more connections and no more calls, lets the calls under way end, then
  /// closes. Calls that take longer than the drain time are cancelled.
  ///
  /// - Parameter drain: how long calls may still take.
  public func shutdown(drain: Duration) async {
    await sockets.shutdown(drain: drain)
  }

  /// Returns when no address is listened on any more and every connection is closed.
  package func waitUntilClosed() async {
    await sockets.waitUntilClosed()
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

  package var connectionCount: Int { server.connectionCount }

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
