package import Hummingbird
import NIOCore

/// What a request is answered with: its connection's peer.
package struct GatewayContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Such as `127.0.0.1:54321`.
  let peer: String
  /// Names the connection among the open ones.
  let connection: ObjectIdentifier
  /// Writes the connection's bytes.
  let eventLoop: any EventLoop

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    connection = ObjectIdentifier(source.channel)
    eventLoop = source.channel.eventLoop
    let address = source.channel.remoteAddress
    peer =
      address.flatMap { address in
        address.ipAddress.map { "\($0):\(address.port ?? 0)" }
      } ?? "unknown"
  }
}
