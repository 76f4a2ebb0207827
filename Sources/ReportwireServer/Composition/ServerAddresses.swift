/// Where a server really listens.
package struct ServerAddresses: Hashable, Sendable {
  /// `HOST:PORT`.
  package var ttrpc: String
  /// `unix:///PATH`; nil without a Unix socket.
  package var ttrpcUnix: String?
  /// `HOST:PORT`.
  package var http: String

  /// The members of the ready file.
  var members: [(name: String, address: String)] {
    [("ttrpc", ttrpc), ("http", http)] + (ttrpcUnix.map { [("ttrpc_unix", $0)] } ?? [])
  }
}
