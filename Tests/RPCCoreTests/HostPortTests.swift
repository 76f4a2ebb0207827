import RPCCore
import Testing

@Suite struct HostPortTests {
  @Test(arguments: [
    ("h:1", nil, "h", 1), ("h:0", 80, "h", 0), ("h", 80, "h", 80),
    ("[::1]:65535", nil, "::1", 65_535),
    ("[::1]", 443, "::1", 443), ("10.0.0.1:8080", 80, "10.0.0.1", 8080),
  ])
  func whatPeopleWriteIsRead(
    text: String, defaultPort: Int?, host: String, port: Int
  ) throws {
    let read = try HostPort(text[...], defaultPort: defaultPort)
    #expect(read == HostPort(host: host, port: port))
    #expect(try HostPort("\(read)") == read)
  }

  @Test(arguments: [
    ("", nil, HostPort.Malformed.portMissing), ("h", nil, .portMissing),
    ("[::1]", nil, .portMissing),
    ("h:", 80, .portNumber), ("h:x", 80, .portNumber), ("h:65536", nil, .portNumber),
    ("h:-1", nil, .portNumber), ("h:+1", nil, .portNumber), ("h:１", nil, .portNumber),
    ("::1:80", nil, .brackets), ("http://h:80", nil, .brackets), ("[h]:1", nil, .brackets),
    ("[::1]x:1", nil, .brackets), ("", 80, .hostMissing), (":80", 80, .hostMissing),
    ("u@h:1", nil, .hostCharacters), ("a b:1", nil, .hostCharacters),
    ("a/b:1", nil, .hostCharacters),
    ("a\r\nb:1", nil, .hostCharacters), ("[::1:80", nil, .brackets),
    ("[a:]]:1", nil, .hostCharacters),
  ])
  func otherTextsAreRefusedWithAReason(
    text: String, defaultPort: Int?, reason: HostPort.Malformed
  ) {
    #expect(throws: reason) { try HostPort(text[...], defaultPort: defaultPort) }
  }
}
