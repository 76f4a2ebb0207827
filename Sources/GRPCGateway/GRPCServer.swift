package import Logging
private import NIOCore
private import NIOPosix
package import RPCCore
package import RPCServing

/// Serves a router over gRPC on HTTP/2, on TCP and on Unix sockets.
///
/// HTTP/2 is begun at once, without an upgrade from HTTP/1: "prior knowledge", as gRPC's clients do.
package final class GRPCServer: Sendable {
  /// What its calls may be.
  package let limits: GRPCLimits
  /// What its calls and connections may cost.
  package let serving: CallServing
  private let sockets: SocketServer

  /// Makes a server that does not listen yet.
  ///
  /// - Parameters:
  ///   - security: stands before HTTP/2; nil: it comes as it is.
  ///   - logger: told about connections, not about calls: an interceptor of the router logs those.
  package init(
    serving: CallServing, limits: GRPCLimits = GRPCLimits(),
    security: (any ConnectionSecurity)? = nil,
    logger: Logger = Logger(label: "grpc")
  ) {
    self.serving = serving
    self.limits = limits
    let reflection = Reflection(
      services: serving.router.services.map(\.name) + [HealthService.check.descriptor.service]
        + Reflection.services)
    sockets = SocketServer(
      serving: serving, security: security,
      outboundBytesMax: limits.connectionOutboundBytesMax,
      group: MultiThreadedEventLoopGroup.singleton, logger: logger
    ) { channel in
      try channel.pipeline.syncOperations.addHandler(
        GRPCHandler(
          serving: serving, limits: limits, reflection: reflection, security: security,
          executor: serving.executor(on: channel.eventLoop), logger: logger))
    }
  }

  /// How many connections are open.
  package var connectionCount: Int { sockets.connectionCount }

  /// Takes an address; those who connect wait for `accept`.
  ///
  /// - Returns: the address with the real port.
  /// - Throws: `UNAVAILABLE` if it cannot be bound.
  package func bind(_ target: ListenTarget) async throws(RPCError) -> ListenTarget {
    try await sockets.bind(target)
  }

  /// Takes those who connect.
  package func accept() async {
    await sockets.accept()
  }

  /// Stops: accepts no more connections and no more calls, lets the calls under way end, then closes.
  ///
  /// - Parameter drain: how long calls may still take.
  package func shutdown(drain: Duration) async {
    await sockets.shutdown(drain: drain)
  }

  /// Returns when no address is listened on any more and every connection is closed.
  package func waitUntilClosed() async {
    await sockets.waitUntilClosed()
  }
}

/// A gRPC server at one address, as one of the doors.
package struct GRPCDoor: Door {
  package let name: String
  package let server: GRPCServer
  private let target: ListenTarget
  private let health: HealthService

  /// - Parameters:
  ///   - name: `grpc` or `grpc_unix`.
  ///   - server: has this address alone.
  ///   - health: is told that the server stops.
  package init(_ name: String, _ target: ListenTarget, server: GRPCServer, health: HealthService) {
    self.name = name
    self.health = health
    self.target = target
    self.server = server
  }

  package var connectionCount: Int { server.connectionCount }

  package func bind() async throws -> String {
    "\(try await server.bind(target))"
  }

  package func start() async throws {
    await server.accept()
    await server.waitUntilClosed()
  }

  package func drain(for time: Duration) async {
    health.stop()
    await server.shutdown(drain: time)
  }
}
