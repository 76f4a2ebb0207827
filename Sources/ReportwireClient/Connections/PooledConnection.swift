import RPCCore
import TTRPC

/// What the pool asks of a connection.
protocol PooledConnection: RPCChannel {
  /// Whether calls can be made.
  var isOpen: Bool { get }
  /// Ends it.
  func close() async
}

extension TTRPCConnection: PooledConnection {}

extension RPCError {
  /// The program closed the client it calls with.
  static let clientClosed = RPCError(
    .cancelled, reason: "ERROR_CLIENT_CLOSED", message: "The client is closed.")
}
