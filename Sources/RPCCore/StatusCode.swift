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
