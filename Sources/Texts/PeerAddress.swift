/// The names of peers, such as `127.0.0.1:41234`, `[::1]:41234` and `unix`.
package enum PeerAddress {
  /// Without the port, which is another one with each connection.
  package static func host(of peer: String) -> String {
    guard let colon = peer.utf8.lastIndex(of: UInt8(ascii: ":")) else { return peer }
    let port = peer.utf8[peer.utf8.index(after: colon)...]
    let isPort = !port.isEmpty && port.allSatisfy { (0x30...0x39).contains($0) }
    return isPort ? String(peer[..<colon]) : peer
  }
}
