import Testing
import Texts

struct ASCIITests {
  @Test func lettersAndDigitsAreASCII() {
    let found = (UInt8.min...UInt8.max).filter(\.isAlphanumeric)
    let expected = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    #expect(String(decoding: found, as: UTF8.self) == expected)
  }

  private func text(_ bytes: [UInt8]) -> String? {
    bytes.withUnsafeBufferPointer { String(validUTF8: $0) }
  }

  @Test func bytesAreTextIfTheyAreUTF8() {
    for length in 0...20 {
      let ascii = [UInt8](repeating: UInt8(ascii: "a"), count: length)
      #expect(text(ascii)?.utf8.elementsEqual(ascii) == true)
      for index in 0..<length {
        var bytes = ascii
        bytes[index] = 0xC3
        #expect(text(bytes) == nil, "\(index) of \(length)")
        bytes.insert(0xA9, at: index + 1)
        #expect(text(bytes)?.utf8.elementsEqual(bytes) == true, "\(index) of \(length)")
      }
    }
    // Overlong, a surrogate, above the last scalar.
    for bytes: [UInt8] in [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF]] {
      #expect(text(bytes) == nil)
    }
    #expect(String(validUTF8: UnsafeBufferPointer(start: nil, count: 0)) == "")
  }
}
