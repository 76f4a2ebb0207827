internal import Authentication
private import Crypto
internal import Logging
internal import RPCCore
internal import ReportAPI
internal import Texts

/// Who may read the metrics. They name domains, so it is not everybody where callers are known: it
/// takes `metrics.token`, or the token of an admin of every domain, unless `metrics.open` lets all in.
struct MetricsAccess: Sendable {
  let isOpen: Bool
  let secret: String?
  /// nil: callers are not known.
  let authenticator: Authenticator?
  let logger: Logger

  /// - Throws: `UNAUTHENTICATED` or `PERMISSION_DENIED`; why is for the log.
  func admit(_ metadata: Metadata, _ caller: Caller) throws(RPCError) {
    if isOpen || isSecret(Authenticator.bearer(metadata)) { return }
    if secret != nil, authenticator == nil { throw .authenticateFailure("a token is needed") }
    var context = CallContext(metadata: metadata, caller: caller, peer: "", transport: "http")
    do throws(RPCError) {
      try authenticator?.begin(&context, of: ServerInfoMethods.getVersion.descriptor)
    } catch {
      logger.info(
        "metrics refused", metadata: ["cause": "\(error.cause.map { "\($0)" } ?? error.message)"])
      throw error
    }
    if context.caller.has(.admin), context.caller.domains == .every { return }
    throw context.caller.authentication == .none
      ? .authenticateFailure("a token is needed") : .permissionDenied
  }

  private func isSecret(_ token: String?) -> Bool {
    guard let secret, let token else { return false }
    // Digests are compared in a time that tells nothing.
    return SHA256.hash(data: Array(secret.utf8)) == SHA256.hash(data: Array(token.utf8))
  }
}
