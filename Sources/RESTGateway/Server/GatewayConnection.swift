import NIOCore
internal import RPCServing

/// The connection that requests come by.
struct GatewayConnection: Sendable {
  /// The other side, such as `127.0.0.1:54321`.
  let peer: String
  /// Names it among the open ones.
  let id: ObjectIdentifier
  /// Writes its bytes.
  let eventLoop: any EventLoop
  /// Where its tasks run; nil: anywhere.
  let lane: LoopLane?
  let date: HTTPDate

  init(_ channel: any Channel, lane: LoopLane?, date: HTTPDate) {
    peer = channel.peerName
    id = ObjectIdentifier(channel)
    eventLoop = channel.eventLoop
    self.lane = lane
    self.date = date
  }
}
