import Testing

@testable import Texts

struct SameBytesTests {
  private func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { left.isSame(as: $0) } }
  }

  @Test func everyByteCountsAtEveryLength() {
    for length in 0...20 {
      let bytes = (0..<length).map { UInt8($0) }
      #expect(isSame(bytes, bytes))
      #expect(!isSame(bytes, bytes + [0]))
      #expect(!isSame(bytes + [0], bytes))
      for index in bytes.indices {
        var other = bytes
        other[index] ^= 0x80
        #expect(!isSame(bytes, other), "\(index) of \(length)")
      }
    }
  }
}
