import Testing

@testable import Texts

struct SameBytesTests {
  private func sharedPrefix(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { left.sharedPrefix(with: $0) }
    }
  }

  @Test func everyByteCountsAtEveryLength() {
    for length in 0...20 {
      let bytes = (0..<length).map { UInt8($0) }
      #expect(sharedPrefix(bytes, bytes) == length)
      #expect(sharedPrefix(bytes, bytes + [0]) == length)
      #expect(sharedPrefix(bytes + [0], bytes) == length)
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 0x80
        #expect(sharedPrefix(bytes, other) == index, "\(index) of \(length)")
      }
    }
  }

  @Test func textsAreTheSameByteByByte() {
    for length in 0...20 {
      let text = String(repeating: "a", count: length)
      #expect(text.utf8.isSame(as: text.utf8))
      #expect(!text.utf8.isSame(as: (text + "\0").utf8))
      #expect(!(text + "\0").utf8.isSame(as: text.utf8))
      for index in 0..<length {
        var other = Array(text.utf8)
        other[index] = UInt8(ascii: "b")
        #expect(!text.utf8.isSame(as: String(decoding: other, as: UTF8.self).utf8))
      }
    }
    #expect(!"\u{E9}".utf8.isSame(as: "e\u{301}".utf8))
  }

  @Test func bytesAreThoseOfALiteral() {
    Array("grpc-timeout".utf8).withUnsafeBufferPointer { bytes in
      #expect(bytes.isSame(as: "grpc-timeout"))
      #expect(!bytes.isSame(as: "grpc-timeou"))
      #expect(!bytes.isSame(as: "grpc-timeout "))
      #expect(!bytes.isSame(as: "grpc-timeous"))
      #expect(bytes.begins(with: "grpc-"))
      #expect(bytes.begins(with: ""))
      #expect(!bytes.begins(with: "grpc-timeouts"))
    }
    UnsafeBufferPointer<UInt8>(start: nil, count: 0).withMemoryRebound(to: UInt8.self) { none in
      #expect(none.isSame(as: ""))
      #expect(!none.begins(with: "a"))
    }
  }
}
