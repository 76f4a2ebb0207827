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
