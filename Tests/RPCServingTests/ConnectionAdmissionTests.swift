import NIOCore
import RPCServing
import Testing

@Suite("How many connections there may be")
struct ConnectionAdmissionTests {
  private func peer(_ address: String, port: Int = 1) throws -> ConnectionAdmission.Peer {
    ConnectionAdmission.Peer(try SocketAddress(ipAddress: address, port: port))
  }

  @Test("so many, so many of one peer, and again as many when they leave")
  func bounds() throws {
    let admission = ConnectionAdmission(connectionsMax: 3, connectionsPerPeerMax: 2)
    let (first, second) = (try peer("10.0.0.1"), try peer("10.0.0.2"))
    try admission.enter(first)
    try admission.enter(first)
    #expect(throws: ConnectionAdmission.Refusal.tooManyOfPeer(max: 2)) {
      try admission.enter(first)
    }
    try admission.enter(second)
    #expect(throws: ConnectionAdmission.Refusal.tooMany(max: 3)) { try admission.enter(second) }
    #expect(admission.count == 3)
    admission.leave(first)
    try admission.enter(first)
    for peer in [first, first, second] { admission.leave(peer) }
    #expect(admission.count == 0)
  }

  @Test(
    "a peer is an address, whatever the port; of IPv6 the network",
    arguments: [
      ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
      ("10.0.0.1", "1.0.0.10", false), ("::ffff:10.0.0.1", "10.0.0.1", true),
      ("2001:db8::1", "2001:db8::ffff:2", true), ("2001:db8::1", "2001:db8:0:1::1", false),
      ("::1", "::1", true), ("::1", "0.0.0.1", false),
    ])
  func peers(one: String, other: String, isSame: Bool) throws {
    #expect(try (peer(one) == peer(other, port: 2)) == isSame)
  }

  @Test("peers on Unix sockets have no address, and count as one")
  func unix() throws {
    let named = ConnectionAdmission.Peer(try SocketAddress(unixDomainSocketPath: "/tmp/x"))
    #expect(named == ConnectionAdmission.Peer(nil))
    #expect(try named != peer("0.0.0.0"))
  }
}
