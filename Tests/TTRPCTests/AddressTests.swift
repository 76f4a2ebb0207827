import RPCCore
import TTRPC
import Testing

@Suite("Addresses")
struct AddressTests {
  @Test(
    "are read in every spelling, and written in one",
    arguments: [
      ("127.0.0.1:50052", TTRPCAddress.tcp(host: "127.0.0.1", port: 50052), "127.0.0.1:50052"),
      ("tcp://localhost:1", .tcp(host: "localhost", port: 1), "localhost:1"),
      ("[::1]:65535", .tcp(host: "::1", port: 65535), "[::1]:65535"),
      ("tcp://[fe80::1]:0", .tcp(host: "fe80::1", port: 0), "[fe80::1]:0"),
      ("unix:///run/a b.sock", .unix(path: "/run/a b.sock"), "unix:///run/a b.sock"),
      ("unix:/run/a.sock", .unix(path: "/run/a.sock"), "unix:///run/a.sock"),
    ])
  func spellings(text: String, address: TTRPCAddress, written: String) throws {
    let read = try TTRPCAddress(text)
    #expect(read == address)
    #expect("\(read)" == written)
  }

  @Test(
    "that make no sense are refused, saying what one looks like",
    arguments: [
      "", "localhost", ":80", "localhost:", "localhost:http", "localhost:65536", "localhost:-1",
      "::1:80", "http://localhost:80", "unix://run/a.sock", "unix:", "tcp://:80",
    ])
  func nonsense(text: String) {
    let error = #expect(throws: RPCError.self) { try TTRPCAddress(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("unix:///path") == true)
  }
}
