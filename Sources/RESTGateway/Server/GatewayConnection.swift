import NIOCore
internal import RPCServing
import Synchronization

/// The connection that requests come by.
struct GatewayConnection: Sendable {
  /// A call that was begun where its request was read, for who answers the request.
  final class Handover: Sendable {
    private let begun = Mutex<GatewayResponder.Begun?>(nil)

    func put(_ begun: GatewayResponder.Begun) {
      self.begun.withLock { $0 = begun }
    }

    /// nil: none was begun.
    func take() -> GatewayResponder.Begun? {
      begun.withLock { begun in
        defer { begun = nil }
        return begun
      }
    }
  }

  /// The other side, such as `127.0.0.1:54321`.
  let peer: String
  /// Names it among the open ones.
  let id: ObjectIdentifier
  /// Writes its bytes.
  let eventLoop: any EventLoop
  /// Where its tasks run; nil: anywhere.
  let lane: LoopLane?
  let date: HTTPDate
  let handover = Handover()

  init(_ channel: any Channel, lane: LoopLane?, date: HTTPDate) {
    peer = channel.peerName
    id = ObjectIdentifier(channel)
    eventLoop = channel.eventLoop
    self.lane = lane
    self.date = date
  }
}
