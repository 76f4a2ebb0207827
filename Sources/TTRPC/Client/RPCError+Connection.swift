import NIOCore
import NIOPosix
package import RPCCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What goes wrong between a client and the socket. The reasons say whether the server can have
/// seen the call, which is what a retry depends on.
extension RPCError {
  /// The server was not reached, so it did not see the call.
  package static func cannotConnect(
    _ address: TTRPCAddress, because reason: String, cause: (any Error)? = nil
  ) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CANNOT_CONNECT",
      message: "Cannot connect to \(address): \(reason). "
        + "Check the address, and that the server runs.", cause: cause)
  }

  /// The connection had ended before the call was sent, so the server did not see it.
  package static func connectionClosed(_ address: TTRPCAddress) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CONNECTION_CLOSED",
      message: "The connection to \(address) is closed: the call was not sent. Try again.")
  }

  /// The connection ended while the call was under way: the server may have done it or not.
  package static func connectionLost(_ address: TTRPCAddress, because reason: String) -> RPCError {
    RPCError(
      .unavailable, reason: "ERROR_CONNECTION_LOST",
      message: "The connection to \(address) was lost during the call: \(reason). "
        + "Check whether it took effect before you repeat it.")
  }

  /// The server's answer is no `Response`.
  package static func malformedResponse(_ error: RPCError) -> RPCError {
    RPCError(
      .internal, reason: "ERROR_MALFORMED_RESPONSE", message: error.message, cause: error)
  }

  /// A reader of a stream lags so far behind that the messages for it cannot be kept.
  package static func readerTooSlow(bytes: Int) -> RPCError {
    limitReached(
      "The reader of the stream is \(bytes) bytes behind while other calls share its connection.")
  }
}

/// Why a connection could not be made or broke, in words.
package enum ConnectFailure {
  package static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return reason(first.error) }
      return "the host \(error.host) is not known"
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case ChannelError.connectTimeout: return "it does not answer"
    default: return "\(error)"
    }
  }
}
