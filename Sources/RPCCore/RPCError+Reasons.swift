public import ProtobufWire

/// The reasons of SpaceONE's own framework, with the texts its clients know.
extension RPCError {
  /// A field that must be there is absent or empty.
  public static func requiredParameter(_ key: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_REQUIRED_PARAMETER",
      message: "Required parameter. (key = \(key))")
  }

  /// A field holds what it cannot hold.
  public static func invalidParameter(_ key: String, reason: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_PARAMETER",
      message: "Parameter is invalid. (key = \(key), reason = \(reason))")
  }

  /// A field is of another type than the one named.
  public static func invalidParameterType(_ key: String, type: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_PARAMETER_TYPE",
      message: "Parameter type is invalid. (key = \(key), type = \(type))")
  }

  /// A resource does not exist, or belongs to another domain: both answer alike.
  public static func notFound(_ key: String, _ value: String) -> RPCError {
    RPCError(
      .notFound, reason: "ERROR_NOT_FOUND",
      message: "Resource cannot be found or access is denied. (\(key) = \(value))")
  }

  /// A key that must be unique is taken.
  public static func notUnique(_ key: String, _ value: String) -> RPCError {
    RPCError(
      .alreadyExists, reason: "ERROR_NOT_UNIQUE",
      message: "Tried to save duplicate unique key. (\(key) = \(value))")
  }

  /// The caller did not show who it is, or not so that this server believes it.
  public static func authenticateFailure(_ message: String) -> RPCError {
    RPCError(
      .unauthenticated, reason: "ERROR_AUTHENTICATE_FAILURE",
      message: "Authenticate failure. (message = \(message))")
  }

  /// The caller may not do this.
  public static let permissionDenied = RPCError(
    .permissionDenied, reason: "ERROR_PERMISSION_DENIED", message: "Permission denied.")

  /// The time the caller allowed is over.
  public static let requestTimeout = RPCError(
    .deadlineExceeded, reason: "ERROR_REQUEST_TIMEOUT", message: "Request timeout!")

  /// The peer went away before its call ended.
  public static let callerGone = RPCError(
    .cancelled, reason: "ERROR_CANCELLED", message: "The caller withdrew the call.")

  /// The server finishes its calls and takes no new ones. Without a reason: SpaceONE's clients try
  /// again unless the text begins with `ERROR_`.
  package static let serverStopping = RPCError(
    .unavailable,
    message: "The server is stopping; call another one, or try again after its restart.")

  /// The server has no such method.
  public static func notImplemented(service: String, method: String) -> RPCError {
    RPCError(
      .unimplemented, reason: "ERROR_NOT_IMPLEMENTED",
      message: "Not implemented. (service = \(service), method = \(method))")
  }

  /// A limit of this server is in the way.
  public static func limitReached(_ message: String) -> RPCError {
    RPCError(.resourceExhausted, reason: "ERROR_LIMIT_REACHED", message: message)
  }

  /// Something broke that the caller can do nothing about: the incident id links what the caller
  /// sees with the server's log, which alone has the cause.
  public static func unknown(incident: String, cause: any Error) -> RPCError {
    RPCError(
      .internal, reason: "ERROR_UNKNOWN",
      message: "An unexpected error occurred. (incident = \(incident))", cause: cause)
  }

  /// The request's bytes are no message of the method's input type.
  public static func malformedRequest(_ error: WireError) -> RPCError {
    // A name that the caller made up may stand in it, as long as the request is.
    let reason = "\(error)"
    let shown =
      reason.utf8.count <= 500
      ? reason : String(decoding: reason.utf8.prefix(500), as: UTF8.self) + "…"
    return RPCError(
      .invalidArgument, reason: "ERROR_INVALID_PARAMETER",
      message: "Parameter is invalid. (key = request, reason = \(shown))", cause: error)
  }

  /// A response that cannot be encoded is this server's fault.
  public static func unencodableResponse(_ error: WireError) -> RPCError {
    unknown(incident: Incident.newID(), cause: error)
  }
}

/// Names one unexpected failure.
public enum Incident {
  /// 16 lowercase hexadecimal digits, at random.
  public static func newID() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
