package import NIOCore
package import RPCCore

/// What a door has between the socket and its protocol.
package protocol ConnectionSecurity: Sendable {
  /// Puts handlers in front of a connection's own; called on its loop, before those are added.
  ///
  /// - Throws: why the connection cannot be had.
  func secure(_ channel: any Channel) throws

  /// Who is at the other end, as far as the connection itself tells; asked on its loop with the first
  /// call, once what `secure` added has let bytes through.
  ///
  /// - Returns: nil if it does not tell.
  func caller(on channel: any Channel) -> Caller?
}
