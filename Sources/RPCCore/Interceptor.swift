/// Looks at every call before its handler and after its end: authentication, log, metrics, traces.
public protocol Interceptor: Sendable {
  /// Before the handler. May add to the context.
  ///
  /// - Throws: an error refuses the call; interceptors further in and the handler do not see it.
  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError)

  /// After the call, exactly once for each `begin` that did not throw.
  ///
  /// - Parameter error: why it failed, with the cause; nil if it succeeded.
  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?)
}
