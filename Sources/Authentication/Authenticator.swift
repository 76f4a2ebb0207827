private import ProtobufWire
package import RPCCore

/// Finds out by a token who is calling, for every call of every door.
///
/// The token comes as metadata `token`, SpaceONE's way, or as `authorization: Bearer TOKEN`. Without one
/// the caller is nobody, who may only what needs no permission. Handlers and logs do not get to see the
/// token.
package struct Authenticator: Interceptor {
  private static let scheme = "bearer "

  private let verifier: TokenVerifier
  private let demand: @Sendable () -> (@Sendable () async -> Void)?

  /// - Parameters:
  ///   - verifier: knows which tokens to believe.
  ///   - demand: is told of a token whose key is not known, and gives what to wait for before it is
  ///     looked at once more; nil: nothing.
  package init(
    _ verifier: TokenVerifier,
    demand: @escaping @Sendable () -> (@Sendable () async -> Void)? = { nil }
  ) {
    self.verifier = verifier
    self.demand = demand
  }

  package func begin(
    _ context: inout CallContext, of method: MethodDescriptor
  ) throws(RPCError) {
    // Whom a door has recognised, by a certificate, needs no token.
    if context.caller.authentication != .none { return }
    let token = context.metadata[Metadata.token] ?? Self.bearer(context.metadata)
    guard let token, !token.isEmpty else {
      Self.removeToken(&context)
      context.caller = .nobody
      return
    }
    var caller: Caller
    do throws(TokenProblem) {
      caller = try verifier.caller(of: token)
    } catch {
      context.caller = .nobody
      // It may be looked at once more.
      if error != .unknownKey { Self.removeToken(&context) }
      throw .tokenRefused(error)
    }
    Self.removeToken(&context)
    // Whoever writes down that it is refused knows who it was.
    context.caller = caller
    if let domain = context.metadata[Metadata.domainID], !domain.isEmpty {
      guard caller.reaches(domain) else { throw .permissionDenied }
      caller = Caller(
        subject: caller.subject, domains: .only(domain), roles: caller.roles,
        authentication: caller.authentication, isApplication: caller.isApplication)
    }
    context.caller = caller
  }

  package func remedy(for error: RPCError) -> (@Sendable () async -> Void)? {
    error.cause as? TokenProblem == .unknownKey ? demand() : nil
  }

  private static func removeToken(_ context: inout CallContext) {
    context.metadata[Metadata.token] = nil
    context.metadata[Metadata.authorization] = nil
  }

  package func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {}

  /// The token of `authorization`, if it is one (RFC 6750, section 2.1; the scheme in any case).
  package static func bearer(_ metadata: Metadata) -> String? {
    guard let text = metadata[Metadata.authorization] else { return nil }
    let bytes = text.utf8
    let begin = bytes.prefix(scheme.utf8.count)
    guard begin.count == scheme.utf8.count,
      zip(begin, scheme.utf8).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 && $0 != 0x20 })
    else { return nil }
    return String(Substring(bytes.dropFirst(begin.count).drop { $0 == UInt8(ascii: " ") }))
  }
}

extension RPCError {
  /// The text says no more than that: why is for the log.
  static func tokenRefused(_ problem: TokenProblem) -> RPCError {
    var error = RPCError.authenticateFailure("the token is not valid")
    error.cause = problem
    return error
  }
}
