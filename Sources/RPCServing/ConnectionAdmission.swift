package import NIOCore
private import Synchronization

/// Counts the connections of a server, and those of each peer address.
///
/// Of an IPv6 address the first 64 bits count: the rest is the peer's own choice. All peers on Unix
/// sockets count as one.
package final class ConnectionAdmission: Sendable {
  /// Who is at the other end.
  package struct Peer: Hashable, Sendable {
    private let family: UInt8
    private let bits: UInt64

    /// - Parameter address: of the other end; nil counts as a Unix socket.
    package init(_ address: SocketAddress?) {
      // As the system lays them out: the address of IPv4 at 4, that of IPv6 at 8.
      let bytes =
        address?.withSockAddr { Array(UnsafeRawBufferPointer(start: $0, count: $1)) } ?? []
      switch address {
      case .v4: (family, bits) = (4, Self.bits(bytes[4..<8]))
      case .v6:
        let isMapped = bytes[8..<18].allSatisfy { $0 == 0 } && bytes[18] & bytes[19] == 255
        // A mapped address is the IPv4 address that it maps.
        (family, bits) =
          isMapped ? (4, Self.bits(bytes[20..<24])) : (6, Self.bits(bytes[8..<16]))
      case .unixDomainSocket, nil: (family, bits) = (0, 0)
      }
    }

    private static func bits(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Why a connection is not taken.
  package enum Refusal: Error, Hashable {
    /// The server has as many as it may.
    case tooMany(max: Int)
    /// The peer has.
    case tooManyOfPeer(max: Int)
  }

  private struct State {
    var count = 0
    var countByPeer: [Peer: Int] = [:]
  }

  private let connectionsMax: Int
  private let connectionsPerPeerMax: Int
  private let meter: (any ServingMeter)?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - connectionsMax: how many may be open.
  ///   - connectionsPerPeerMax: how many of one peer.
  ///   - meter: is told of those that are not taken.
  package init(
    connectionsMax: Int, connectionsPerPeerMax: Int, meter: (any ServingMeter)? = nil
  ) {
    self.meter = meter
    self.connectionsMax = connectionsMax
    self.connectionsPerPeerMax = connectionsPerPeerMax
  }

  /// How many are open.
  package var count: Int { state.withLock { $0.count } }

  /// Counts a connection that is there.
  ///
  /// - Throws: a `Refusal`, without counting it.
  package func enter(_ peer: Peer) throws(Refusal) {
    let refusal = state.withLock { state -> Refusal? in
      if state.count >= connectionsMax { return .tooMany(max: connectionsMax) }
      if state.countByPeer[peer, default: 0] >= connectionsPerPeerMax {
        return .tooManyOfPeer(max: connectionsPerPeerMax)
      }
      state.count += 1
      state.countByPeer[peer, default: 0] += 1
      return nil
    }
    guard let refusal else { return }
    switch refusal {
    case .tooMany: meter?.reached(.connections)
    case .tooManyOfPeer: meter?.reached(.connectionsPerPeer)
    }
    throw refusal
  }

  /// Forgets one that was counted.
  package func leave(_ peer: Peer) {
    state.withLock { state in
      state.count -= 1
      let left = state.countByPeer[peer, default: 1] - 1
      state.countByPeer[peer] = left == 0 ? nil : left
    }
  }
}
