internal import RPCCore

/// A TCP address to listen on.
package struct ListenAddress: Hashable, Sendable {
  /// A name or number, IPv6 without brackets.
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT` or `[IPv6]:PORT`.
  package init?(_ text: String) {
    guard let address = try? HostPort(text[...]) else { return nil }
    self.init(host: address.host, port: address.port)
  }

  /// Whether only this machine can reach it.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Whether it means every address of this machine.
  package var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
}

extension ListenAddress: CustomStringConvertible {
  package var description: String {
    HostPort(host: host, port: port).description
  }
}
