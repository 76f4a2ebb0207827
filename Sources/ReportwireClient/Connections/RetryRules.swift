package import RPCCore
private import TTRPC

/// Which calls that failed may be made again.
package enum RetryRules {
  /// With these reasons the server cannot have begun the call.
  private static let notBegun: Set<String> = [
    "ERROR_CANNOT_CONNECT", "ERROR_CONNECTION_CLOSED",
  ]

  /// With these no server has answered.
  private static let ofConnection: Set<String> = [
    "ERROR_CANNOT_CONNECT", "ERROR_CONNECTION_CLOSED", "ERROR_CONNECTION_LOST",
  ]

  /// Whether an error tells of the connection, and not of what a server said.
  package static func isOfConnection(_ error: RPCError) -> Bool {
    ofConnection.contains(error.reason)
  }

  /// Only what is `UNAVAILABLE` is tried again: any call that the server did not begin; one that it
  /// may have begun only if the method is idempotent or the call has an idempotency key.
  package static func mayRetry(
    _ error: RPCError, _ method: MethodDescriptor, _ metadata: Metadata
  ) -> Bool {
    guard error.code == .unavailable else { return false }
    if notBegun.contains(error.reason) || error == .serverStopping { return true }
    if method.isIdempotent { return true }
    return metadata[Metadata.idempotencyKey]?.isEmpty == false
  }
}
