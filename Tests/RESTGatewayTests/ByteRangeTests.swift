import Testing

@testable import RESTGateway

@Suite("Range headers")
struct ByteRangeTests {
  @Test(arguments: [
    ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=0-99", .part(0..<100)),
    ("bytes=10-19", .part(10..<20)), ("bytes=99-99", .part(99..<100)),
    ("bytes=50-", .part(50..<100)), ("bytes=0-", .part(0..<100)),
    ("bytes=0-98", .part(0..<99)), ("bytes=0-100", .part(0..<100)),
    ("bytes=1-100", .part(1..<100)), ("bytes=90-1000", .part(90..<100)),
    ("bytes=-1", .part(99..<100)),
    ("bytes=-100", .part(0..<100)), ("bytes=-1000", .part(0..<100)),
    ("BYTES=1-2", .part(1..<3)), ("bytes = 1-2 ", .part(1..<3)),
    ("bytes=0-99999999999999999999", .part(0..<100)),
    ("bytes=0-9223372036854775807", .part(0..<100)),
    ("bytes=-99999999999999999999", .part(0..<100)),
    ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable),
    ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
    ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole),
    ("bytes=2-1", .whole), ("bytes=a-b", .whole), ("bytes=1-2,4-5", .whole),
    ("bytes=+1-2", .whole), ("bytes=--1", .whole), ("items=0-1", .whole), ("bytes=1 - 2", .whole),
    ("bytes=0x1-2", .whole), ("bytes=1-2-3", .whole), ("bytes=١-٢", .whole),
  ])
  func `A header asks for one part, for all or for nothing there is`(
    _ header: String, _ expected: ByteRange
  ) {
    #expect(ByteRange(header, of: 100) == expected)
  }

  @Test(arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
  func `Nothing of an empty file can be had`(_ header: String) {
    #expect(ByteRange(header, of: 0) == .unsatisfiable)
  }
}
