import CNGHTTP2
import Testing

@testable import GRPCGateway

@Suite("SessionMemory: pieces for nghttp2")
struct SessionMemoryTests {
  private let memory = SessionMemory()

  /// What nghttp2 would call.
  private func withFunctions<Result>(
    _ body: (SessionLease, nghttp2_mem) throws -> Result
  ) rethrows -> Result {
    let lease = SessionLease(memory)
    return try withExtendedLifetime(lease) { try body(lease, lease.functions) }
  }

  @Test func `What was given back is given out again, the last one first, to who asks for as much`()
    throws
  {
    let first = try #require(memory.take(100))
    let second = try #require(memory.take(128))
    let other = try #require(memory.take(129))
    for piece in [first, other, second] { memory.put(piece) }
    #expect(memory.spareBytes == 128 + 128 + 192)
    #expect(memory.take(65) == second)
    #expect(memory.take(128) == first)
    #expect(memory.take(128) != other)
    #expect(memory.take(192) == other)
    #expect(memory.spareBytes == 0)
  }

  @Test(arguments: [0, 1, 63, 64, 65, 1023, 1024, 1025, 70_000])
  func `A piece has the room that was asked for, and is aligned`(bytes: Int) throws {
    let pieces = try (0..<3).map { _ in try #require(memory.take(bytes)) }
    for (index, piece) in pieces.enumerated() {
      #expect(Int(bitPattern: piece) % 16 == 0)
      piece.initializeMemory(as: UInt8.self, repeating: UInt8(index), count: bytes)
    }
    for (index, piece) in pieces.enumerated() {
      let all = UnsafeRawBufferPointer(start: piece, count: bytes)
      #expect(all.allSatisfy { $0 == UInt8(index) })
      memory.put(piece)
    }
    // The larger ones are malloc's, again.
    #expect(memory.spareBytes == (bytes > 1024 ? 0 : 3 * max((bytes + 63) / 64, 1) * 64))
  }

  @Test func `No more is spare than the bound`() throws {
    let pieces = try (0..<2000).map { _ in try #require(memory.take(1024)) }
    for piece in pieces { memory.put(piece) }
    #expect(memory.spareBytes == 1 << 20)
  }

  @Test func `Pieces grow with what they hold, from ours to malloc's`() throws {
    try withFunctions { _, functions in
      let user = functions.mem_user_data
      var piece = try #require(functions.realloc(nil, 10, user))
      var bytes = 10
      piece.initializeMemory(as: UInt8.self, repeating: 7, count: bytes)
      for larger in [60, 64, 65, 1000, 1024, 1025, 5000, 100_000] {
        piece = try #require(functions.realloc(piece, larger, user))
        let before = UnsafeRawBufferPointer(start: piece, count: bytes)
        #expect(before.allSatisfy { $0 == 7 })
        piece.initializeMemory(as: UInt8.self, repeating: 7, count: larger)
        bytes = larger
      }
      functions.free(piece, user)
      functions.free(nil, user)
      #expect(functions.realloc(nil, .max, user) == nil)
    }
  }

  @Test func `Memory that is to be empty is, and none is given for what is too much`() throws {
    try withFunctions { _, functions in
      let user = functions.mem_user_data
      let used = try #require(functions.malloc(256, user))
      used.initializeMemory(as: UInt8.self, repeating: 0xFF, count: 256)
      functions.free(used, user)
      let piece = try #require(functions.calloc(4, 64, user))
      #expect(piece == used)
      #expect(UnsafeRawBufferPointer(start: piece, count: 256).allSatisfy { $0 == 0 })
      functions.free(piece, user)
      #expect(functions.calloc(.max, 2, user) == nil)
      #expect(functions.malloc(.max, user) == nil)
    }
  }

  @Test func `A session that has left its loop leaves the loop's memory alone`() throws {
    try withFunctions { lease, functions in
      let user = functions.mem_user_data
      let early = try #require(functions.malloc(100, user))
      let other = try #require(functions.malloc(100, user))
      functions.free(other, user)
      #expect(memory.spareBytes == 128)
      lease.leaveLoop()
      functions.free(early, user)
      let late = try #require(functions.malloc(100, user))
      functions.free(late, user)
      #expect(memory.spareBytes == 128)
    }
  }
}
