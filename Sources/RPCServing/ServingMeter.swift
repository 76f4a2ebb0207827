package import RPCCore

/// Is told of what no interceptor sees. It is called on event loops, so it must be quick and not block.
package protocol ServingMeter: Sendable {
  /// A call came to no handler.
  ///
  /// - Parameters:
  ///   - method: nil: it names none that there is.
  ///   - door: as `CallContext.transport` has it.
  func refused(_ error: RPCError, _ method: MethodDescriptor?, door: String)

  /// A bound was in the way of a call or a connection, which was refused or has to wait.
  func reached(_ limit: ServingLimit)
}

/// A bound of calls and connections, by the name of its setting. As the cause of an `RPCError` it says
/// what was in the way.
package enum ServingLimit: String, Error, CaseIterable {
  case serverBytes = "server_bytes"
  case connectionBytes = "connection_bytes"
  case callsPerConnection = "calls_per_connection"
  case connections
  case connectionsPerPeer = "connections_per_peer"
  case messageBytes = "message_bytes"
}
