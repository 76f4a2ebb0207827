package import RPCCore
private import TTRPC

/// Which calls that failed may be made again.
package enum RetryRules {
  /// With these reasons the server cannot have begun the call.
  private static let notBegun: Set<String> = [
    "ERROR_CANNOT_CONNECT", "ERROR_CONNECTION_CLOSED",
  ]

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
