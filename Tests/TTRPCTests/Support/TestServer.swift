import RPCCore
import RPCServing
import ReportwireTestKit
import TTRPC

/// Runs a body against a server on a free port of the loopback address, then stops the server.
func withServer(
  limits: TTRPCLimits = TTRPCLimits(), serving: ServingLimits = ServingLimits(),
  interceptors: [any Interceptor] = [],
  _ body: (TestService, TTRPCServer, TTRPCAddress) async throws -> Void
) async throws {
  let service = TestService()
  let server = TTRPCServer(
    serving: CallServing(router: service.router(interceptors: interceptors), limits: serving),
    limits: limits)
  let address = try await server.start(host: "127.0.0.1", port: 0)
  do {
    try await body(service, server, address)
    await server.shutdown(drain: .zero)
  } catch {
    await server.shutdown(drain: .zero)
    throw error
  }
}

/// Runs a body with a client of such a server.
func withConnection(
  limits: TTRPCLimits = TTRPCLimits(),
  _ body: (TestService, TTRPCConnection) async throws -> Void
) async throws {
  try await withServer(limits: limits) { service, _, address in
    let connection = try await TTRPCConnection.connect(to: address, limits: limits)
    try await body(service, connection)
    await connection.close()
  }
}

/// Runs a body with a raw peer of such a server.
func withPeer(
  limits: TTRPCLimits = TTRPCLimits(), serving: ServingLimits = ServingLimits(),
  _ body: (TestService, RawPeer) async throws -> Void
) async throws {
  try await withServer(limits: limits, serving: serving) { service, _, address in
    let peer = try await RawPeer.connect(to: address)
    try await body(service, peer)
  }
}
