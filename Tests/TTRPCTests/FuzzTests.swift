import ProtobufWire
import RPCCore
import ReportwireTestKit
import TTRPC
import Testing

@Suite("Hostile bytes", .timeLimit(.minutes(5)))
struct FuzzTests {
  /// A conversation that uses every kind of frame.
  private func conversation() throws -> [UInt8] {
    let payload = try Packet("3", [1, 2, 3]).protobuf()
    var bytes: [UInt8] = []
    let methods = ["echo", "count", "echo_later", "fail", "describe", "nowhere"]
    for (index, method) in methods.enumerated() {
      bytes += RequestEnvelope(
        service: TestMethod.service, method: method, payload: payload,
        timeoutNanoseconds: 30_000_000_000, metadata: ["user_id": "u"]
      ).frame(streamID: UInt32(index * 2 + 1), flags: index == 1 ? .remoteOpen : [])
    }
    return bytes
      + FrameHeader(dataLength: 0, streamID: 3, type: .data, flags: [.remoteClosed, .noData]).bytes
  }

  /// The server may close the connection while it is being written to.
  private func deliver(_ bytes: [UInt8], to address: TTRPCAddress) async throws {
    let peer = try await RawPeer.connect(to: address)
    try? await peer.send(bytes)
    try? await peer.close()
  }

  private func expectAlive(_ address: TTRPCAddress) async throws {
    let peer = try await RawPeer.connect(to: address)
    try await peer.send(TestMethod.echo, Packet("alive"), streamID: 1)
    #expect(await peer.next()?.packet == Packet("alive"))
    try await peer.close()
  }

  @Test("random bytes do no harm", arguments: 0..<8)
  func randomBytes(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    try await withServer { _, _, address in
      for _ in 0..<50 {
        let count = Int.random(in: 0..<2000, using: &generator)
        var bytes = (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
        // Half of them begin like a frame of a length that comes.
        if count > 10, Bool.random(using: &generator) {
          let header = FrameHeader(
            dataLength: UInt32(count - 10), streamID: 1,
            type: FrameType(rawValue: UInt8.random(in: 1...3, using: &generator)))
          bytes.replaceSubrange(0..<10, with: header.bytes)
        }
        try await deliver(bytes, to: address)
      }
      try await expectAlive(address)
    }
  }

  @Test("flipped bits in a good conversation do no harm", arguments: 0..<8)
  func bitFlips(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let good = try conversation()
    try await withServer { _, _, address in
      for _ in 0..<50 {
        var bytes = good
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let bit = Int.random(in: 0..<bytes.count * 8, using: &generator)
          bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        try await deliver(bytes, to: address)
      }
      try await expectAlive(address)
    }
  }

  @Test("a conversation in pieces of any size is understood", arguments: [1, 2, 7, 10, 11, 64])
  func pieces(size: Int) async throws {
    let good = try conversation()
    try await withServer { _, _, address in
      let peer = try await RawPeer.connect(to: address)
      for start in stride(from: 0, to: good.count, by: size) {
        try await peer.send(Array(good[start..<min(start + size, good.count)]))
      }
      var ended: Set<UInt32> = []
      while ended.count < 6, let frame = await peer.next() {
        let header = frame.header
        if header.type == .response || header.flags.contains(.remoteClosed) {
          ended.insert(header.streamID)
        }
      }
      #expect(ended == [1, 3, 5, 7, 9, 11])
    }
  }

  @Test("a conversation cut off anywhere does no harm")
  func truncations() async throws {
    let good = try conversation()
    try await withServer { _, _, address in
      for count in stride(from: 0, to: good.count, by: 3) {
        try await deliver(Array(good[..<count]), to: address)
      }
      try await expectAlive(address)
    }
  }

  @Test("a call answered with nonsense fails, and says whether it was an answer", arguments: 0..<8)
  func hostileServer(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var kinds: Set<Bool> = []
    for _ in 0..<20 {
      var bytes = (0..<200).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
      let header = FrameHeader(
        dataLength: UInt32.random(in: 20...300, using: &generator), streamID: 1,
        type: FrameType(rawValue: UInt8.random(in: 1...4, using: &generator)),
        flags: FrameFlags(rawValue: UInt8.random(in: 0...7, using: &generator)))
      bytes.replaceSubrange(0..<10, with: header.bytes)
      let server = try await NonsenseServer.start(answering: bytes)
      let connection = try await TTRPCConnection.connect(to: server.address)
      let error = await #expect(throws: RPCError.self) {
        _ = try await connection.call(TestMethod.echo, Packet("x"))
      }
      // Everything but a whole response ends the connection, by either side.
      let isResponse = header.type == .response && header.dataLength <= 190
      #expect(
        error?.reason == (isResponse ? "ERROR_MALFORMED_RESPONSE" : "ERROR_CONNECTION_LOST"))
      kinds.insert(isResponse)
      await connection.waitUntilClosed()
      let later = await #expect(throws: RPCError.self) {
        _ = try await connection.call(TestMethod.echo, Packet("x"))
      }
      #expect(later?.reason == "ERROR_CONNECTION_CLOSED")
      try await server.stop()
    }
    #expect(kinds == [true, false])
  }
}
