public import ProtobufWire
private import Synchronization
internal import Texts

/// Why a call failed: what the peer is told, and the cause that stays on this side.
///
/// The text on the wire is `REASON: message`, the form that SpaceONE clients split at the first
/// `: `. Two errors are equal when the peer cannot tell them apart, so the cause does not count.
public struct RPCError: Error, Sendable {
  /// The canonical status.
  public var code: StatusCode
  /// The machine-readable reason, such as `ERROR_NOT_FOUND`; empty if the peer gave none.
  public var reason: String
  /// What went wrong, where and what to do, for a person; without secrets.
  public var message: String
  /// What made it fail on this side; logged, never sent.
  public var cause: (any Error)?

  /// Makes an error with all its parts.
  public init(
    _ code: StatusCode, reason: String = "", message: String, cause: (any Error)? = nil
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.cause = cause
  }

  /// Reads the error back from the text of a status on the wire.
  public init(code: StatusCode, wireMessage: String) {
    self.code = code
    self.cause = nil
    // By bytes: as letters, a space with an accent on it would be no space.
    let reason = wireMessage.utf8.prefix(while: Self.isReasonByte)
    let rest = wireMessage.utf8[reason.endIndex...]
    if !reason.isEmpty, rest.starts(with: ": ".utf8) {
      self.reason = String(Substring(reason))
      self.message = String(Substring(rest.dropFirst(2)))
    } else {
      self.reason = ""
      self.message = wireMessage
    }
  }

  /// The text of the status on the wire.
  public var wireMessage: String {
    reason.isEmpty ? message : "\(reason): \(message)"
  }

  /// Reasons are written in capitals, digits and underscores; anything else is prose with a colon.
  private static func isReasonByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension RPCError: Equatable {
  /// Compares what a peer sees.
  public static func == (left: RPCError, right: RPCError) -> Bool {
    left.code == right.code && left.reason == right.reason && left.message == right.message
  }
}

extension RPCError: CustomStringConvertible {
  /// `CODE: REASON: message`.
  public var description: String {
    "\(code): \(wireMessage)"
  }
}

/// A canonical RPC status code, as numbered by gRPC ("Status codes and their use in gRPC") and
/// reused by ttrpc's `google.rpc.Status`.
public struct StatusCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire, 0 to 16; a peer may send others, which are kept.
  public let rawValue: Int32

  /// Takes any number, known or not.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The call succeeded.
  public static let ok = StatusCode(rawValue: 0)
  /// The caller went away or withdrew the call.
  public static let cancelled = StatusCode(rawValue: 1)
  /// The cause is not known.
  public static let unknown = StatusCode(rawValue: 2)
  /// The request is wrong whatever the state of the system.
  public static let invalidArgument = StatusCode(rawValue: 3)
  /// The time the caller allowed is over.
  public static let deadlineExceeded = StatusCode(rawValue: 4)
  /// The resource does not exist, or the caller may not know that it does.
  public static let notFound = StatusCode(rawValue: 5)
  /// What was to be created is there already.
  public static let alreadyExists = StatusCode(rawValue: 6)
  /// The caller is known and may not do this.
  public static let permissionDenied = StatusCode(rawValue: 7)
  /// A limit was reached: of size, rate or room.
  public static let resourceExhausted = StatusCode(rawValue: 8)
  /// The resource is not in the state that the call needs.
  public static let failedPrecondition = StatusCode(rawValue: 9)
  /// A concurrent change got in the way; the caller may try the whole sequence again.
  public static let aborted = StatusCode(rawValue: 10)
  /// A position past the end.
  public static let outOfRange = StatusCode(rawValue: 11)
  /// The server has no such service or method.
  public static let unimplemented = StatusCode(rawValue: 12)
  /// An invariant of the server broke.
  public static let `internal` = StatusCode(rawValue: 13)
  /// The server cannot serve now; the caller may try again.
  public static let unavailable = StatusCode(rawValue: 14)
  /// Data is lost or corrupt.
  public static let dataLoss = StatusCode(rawValue: 15)
  /// The caller is not known.
  public static let unauthenticated = StatusCode(rawValue: 16)

  /// All codes that have a name, in the order of their numbers.
  public static let all: [StatusCode] = (0...16).map(StatusCode.init(rawValue:))

  private static let names = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]
}

extension StatusCode: CustomStringConvertible {
  /// The name gRPC gives the code, such as `NOT_FOUND`; the number of an unknown one.
  public var description: String {
    Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "CODE_\(rawValue)"
  }
}

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

/// Names one unexpected failure, or a request that came without a name.
public enum Incident {
  /// Begins somewhere else in each process.
  private static let last = Atomic<UInt64>(.random(in: .min ... .max))

  /// 16 lowercase hexadecimal digits, no two the same within a process. They are no secret: asking the
  /// system for randomness would cost each request a call of it.
  public static func newID() -> String {
    // SplitMix64 (Steele, Lea, Flood 2014): each number once before any comes again.
    var mixed = last.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Hex.text(mixed ^ (mixed >> 31), digits: 16)
  }
}
