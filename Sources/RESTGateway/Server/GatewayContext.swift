package import Hummingbird
import NIOCore

/// What a request is answered with: its connection's peer.
package struct GatewayContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Where the other side is.
  let address: SocketAddress?
  /// Names the connection among the open ones.
  let connection: ObjectIdentifier
  /// Writes the connection's bytes.
  let eventLoop: any EventLoop

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    connection = ObjectIdentifier(source.channel)
    eventLoop = source.channel.eventLoop
    address = source.channel.remoteAddress
  }

  /// Such as `127.0.0.1:54321`.
  var peer: String { Self.peer(address) }

  /// The same of an address.
  static func peer(_ address: SocketAddress?) -> String {
    address.flatMap { address in
      address.ipAddress.map { "\($0):\(address.port ?? 0)" }
    } ?? "unknown"
  }
}
