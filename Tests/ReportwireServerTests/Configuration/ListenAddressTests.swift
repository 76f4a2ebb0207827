import Testing

@testable import ReportwireServer

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:0", "localhost", 0),
    ("[::1]:50052", "::1", 50_052), ("0.0.0.0:65535", "0.0.0.0", 65_535),
  ])
  func addressesAreRead(text: String, host: String, port: Int) {
    #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
    #expect(ListenAddress(text)?.description == text)
  }

  @Test(arguments: [
    "", "127.0.0.1", ":8080", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8080",
    "[::1]", "[localhost]:1", "http://127.0.0.1:80", "a b:1",
  ])
  func otherTextsAreNot(text: String) {
    #expect(ListenAddress(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.255.1.2:1", true), ("localhost:1", true), ("[::1]:1", true),
    ("0.0.0.0:1", false), ("[::]:1", false), ("10.0.0.1:1", false), ("127.evil.example:1", false),
    ("127.0.0.1.example:1", false), ("example:1", false), ("127.0.0.256:1", false),
  ])
  func onlyThisMachineIsLoopback(text: String, isLoopback: Bool) throws {
    #expect(try #require(ListenAddress(text)).isLoopback == isLoopback)
  }
}
