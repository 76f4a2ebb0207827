package import Hummingbird

/// What a request is answered with: its connection's peer.
package struct GatewayContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Such as `127.0.0.1:54321`.
  let peer: String

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    let address = source.channel.remoteAddress
    peer =
      address.flatMap { address in
        address.ipAddress.map { "\($0):\(address.port ?? 0)" }
      } ?? "unknown"
  }
}
