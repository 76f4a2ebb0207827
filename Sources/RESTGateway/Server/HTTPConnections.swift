import NIOCore
internal import RPCCore
import RPCServing
import Synchronization

/// The open connections of the HTTP server. When there are as many as there may be, a new one takes
/// the place of the one that has been silent for longest, so that silence costs nobody else a thing;
/// the new one is turned away only where every other has a request to answer.
final class HTTPConnections: Sendable {
  /// What a connection is told.
  enum Event: Sendable {
    /// Close at once, whatever is not written yet.
    case abort
  }

  /// What a connection takes, and what it takes besides while it has a request to answer, in bytes: a
  /// piece of a file, and the same once more on its way to the socket.
  private static let connectionBytes = ConnectionBudget.baseBytes
  private static let requestBytes = 262_144

  private struct Connection {
    let channel: any Channel
    let peer: ConnectionAdmission.Peer
    /// When it fell silent, in the order of all that did; nil while a request is answered.
    var silentSince: UInt64?
    /// Whom the connection itself shows.
    var caller = Caller.anonymous
    /// Whether nothing more comes from the peer.
    var isLeft = false
    /// What to do when the peer leaves.
    var onLeave: (@Sendable () -> Void)?
  }

  private struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var countByPeer: [ConnectionAdmission.Peer: Int] = [:]
    var now: UInt64 = 0
    var isAborted = false

    mutating func tick() -> UInt64 {
      now += 1
      return now
    }

    /// - Returns: how many bytes it took.
    mutating func remove(_ id: ObjectIdentifier) -> Int {
      guard let connection = connections.removeValue(forKey: id) else { return 0 }
      defer { leave(connection) }
      return HTTPConnections.connectionBytes
        + (connection.silentSince == nil ? HTTPConnections.requestBytes : 0)
    }

    private mutating func leave(_ connection: Connection) {
      let left = countByPeer[connection.peer, default: 1] - 1
      countByPeer[connection.peer] = left == 0 ? nil : left
    }

    func longestSilent(of peer: ConnectionAdmission.Peer?) -> ObjectIdentifier? {
      connections.lazy
        .filter { $0.value.silentSince != nil && (peer == nil || $0.value.peer == peer) }
        .min { ($0.value.silentSince ?? 0) < ($1.value.silentSince ?? 0) }?.key
    }
  }

  private let connectionsMax: Int
  private let connectionsPerPeerMax: Int
  private let budget: ServerBudget
  private let meter: (any ServingMeter)?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - budget: what all doors keep together.
  ///   - meter: is told where a connection has to go for another one, or is not taken.
  init(
    connectionsMax: Int, connectionsPerPeerMax: Int, budget: ServerBudget,
    meter: (any ServingMeter)? = nil
  ) {
    self.meter = meter
    self.budget = budget
    self.connectionsMax = connectionsMax
    self.connectionsPerPeerMax = connectionsPerPeerMax
  }

  /// How many are open.
  var count: Int { state.withLock { $0.connections.count } }

  /// A connection was made.
  ///
  /// - Returns: whether it may stay.
  func enter(_ channel: any Channel) -> Bool {
    let peer = ConnectionAdmission.Peer(channel.remoteAddress)
    let (isWelcome, displaced) = state.withLock { state -> (Bool, (any Channel)?) in
      if state.isAborted { return (false, nil) }
      var displaced: (any Channel)?
      let isPeerFull = state.countByPeer[peer, default: 0] >= connectionsPerPeerMax
      if isPeerFull || state.connections.count >= connectionsMax {
        meter?.reached(isPeerFull ? .connectionsPerPeer : .connections)
        guard let id = state.longestSilent(of: isPeerFull ? peer : nil) else { return (false, nil) }
        displaced = state.connections[id]?.channel
        budget.keep(-state.remove(id))
      }
      budget.keep(Self.connectionBytes)
      state.connections[ObjectIdentifier(channel)] = Connection(
        channel: channel, peer: peer, silentSince: state.tick())
      state.countByPeer[peer, default: 0] += 1
      return (true, displaced)
    }
    displaced?.pipeline.fireUserInboundEventTriggered(Event.abort)
    return isWelcome
  }

  /// A connection is closed.
  func leave(_ channel: any Channel) {
    let onLeave = state.withLock { state in
      let id = ObjectIdentifier(channel)
      defer { budget.keep(-state.remove(id)) }
      return state.connections[id]?.onLeave
    }
    onLeave?()
  }

  /// Whom a connection itself shows.
  func caller(on id: ObjectIdentifier) -> Caller {
    state.withLock { $0.connections[id]?.caller } ?? .anonymous
  }

  /// A connection shows somebody.
  func set(_ channel: any Channel, caller: Caller) {
    state.withLock { $0.connections[ObjectIdentifier(channel)]?.caller = caller }
  }

  /// What to do when the peer of a connection leaves, which it may have done already; nil: nothing any
  /// more.
  func whenLeft(_ id: ObjectIdentifier, _ body: (@Sendable () -> Void)?) {
    let isThere = state.withLock { state in
      guard state.connections[id]?.isLeft == false else { return false }
      state.connections[id]?.onLeave = body
      return true
    }
    if !isThere { body?() }
  }

  /// The peer sends nothing more. It may still read, but who waits for an answer does not do that: it is
  /// taken to have left.
  func inputClosed(_ channel: any Channel) {
    let onLeave = state.withLock { state in
      let id = ObjectIdentifier(channel)
      state.connections[id]?.isLeft = true
      defer { state.connections[id]?.onLeave = nil }
      return state.connections[id]?.onLeave
    }
    onLeave?()
  }

  /// Whether a connection has a request to answer.
  func set(_ channel: any Channel, isBusy: Bool) {
    state.withLock { state in
      let id = ObjectIdentifier(channel)
      guard let connection = state.connections[id] else { return }
      guard (connection.silentSince == nil) != isBusy else { return }
      let silentSince = isBusy ? nil : state.tick()
      state.connections[id]?.silentSince = silentSince
      budget.keep(isBusy ? Self.requestBytes : -Self.requestBytes)
    }
  }

  /// Closes all at once, and takes no more.
  func abort() {
    let channels = state.withLock { state in
      state.isAborted = true
      return state.connections.values.map(\.channel)
    }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Event.abort) }
  }
}
