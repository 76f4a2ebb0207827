import RPCCore
import ReportwireTestKit
import Testing

@testable import GRPCGateway

@Suite("The open streams of a connection")
struct GRPCStreamsTests {
  /// Numbers as peers count them, with gaps, and some that meet in a table of any size.
  @Test("are found by their numbers, whatever was put in and taken out before")
  func asADictionary() {
    var random = SeededGenerator(seed: 20_261_129)
    var streams = GRPCStreams()
    var expected: [Int32: GRPCStream] = [:]
    var known: [Int32] = []
    for round in 0..<20_000 {
      let id: Int32 =
        switch round % 3 {
        case 0: Int32(2 * round + 1)
        case 1: Int32.random(in: 0..<(1 << 30), using: &random) * 2 + 1
        default: (Int32.random(in: 0..<(1 << 13), using: &random) << 17) | 1
        }
      if expected[id] == nil {
        let stream = GRPCStream(id, begunAt: .now)
        streams.insert(stream)
        expected[id] = stream
        known.append(id)
      }
      // As many are open as may be, so that the table grows to its full size.
      if known.count > 256 {
        let gone = known.remove(at: Int.random(in: 0..<known.count, using: &random))
        #expect(streams.remove(gone) === expected.removeValue(forKey: gone))
        #expect(streams[gone] == nil)
        #expect(streams.remove(gone) == nil)
      }
      if let some = known.randomElement(using: &random) {
        #expect(streams[some] === expected[some])
      }
    }
    #expect(streams.count == expected.count)
    #expect(Set(streams.all.map(\.id)) == Set(expected.keys))
    for (id, stream) in expected { #expect(streams.remove(id) === stream) }
    #expect(streams.isEmpty)
    #expect(streams.all.isEmpty)
  }
}
