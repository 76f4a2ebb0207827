private import Foundation
private import Synchronization

/// Where the HTTP server can be reached, once it listens.
final class HTTPAddress: Sendable {
  private let base = Mutex("")

  /// What a URL begins with, without a slash at its end; empty before the server listens.
  var url: String { base.withLock { $0 } }

  /// - Parameter isWildcard: the host means every address, which no reader can use; then it is the
  ///   machine's name.
  func set(_ address: String, isWildcard: Bool, isSecure: Bool) {
    let reachable =
      isWildcard
      ? "\(ProcessInfo.processInfo.hostName)\(address[(address.lastIndex(of: ":") ?? address.startIndex)...])"
      : address
    base.withLock { $0 = "\(isSecure ? "https" : "http")://\(reachable)" }
  }
}
