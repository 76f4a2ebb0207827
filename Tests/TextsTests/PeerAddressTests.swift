import Testing
import Texts

struct PeerAddressTests {
  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "[::1]"), ("unix", "unix"), ("a:", "a:"), ("", ""),
  ])
  func `A peer is known without its port`(peer: String, host: String) {
    #expect(PeerAddress.host(of: peer) == host)
  }
}
