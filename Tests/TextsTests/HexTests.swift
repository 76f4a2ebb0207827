import Testing
import Texts

struct HexTests {
  @Test func eachByteIsTwoDigitsThatReadBack() throws {
    let all = Array(UInt8.min...UInt8.max)
    let text = Hex.text(of: all)
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
    #expect(text.utf8.count == 512)
    #expect(Hex.bytes(text) == all)
    #expect(Hex.text(of: all, isUpperCase: true) == text.uppercased())
    #expect(Hex.bytes(text.uppercased()) == all)
    for byte in all { #expect(UInt8(Hex.text(of: [byte]), radix: 16) == byte) }
  }

  @Test(arguments: ["a", "abc", "0x", "g0", " 00", "００", "-1"])
  func otherTextIsNone(_ text: String) {
    #expect(Hex.bytes(text) == nil)
  }

  @Test func numbersAreFilledUp() {
    #expect(Hex.text(0, digits: 4) == "0000")
    #expect(Hex.text(0xbeef, digits: 12) == "00000000beef")
    #expect(Hex.text(.max, digits: 4) == "ffffffffffffffff")
  }

  @Test func lowerCaseDigitsAreCounted() {
    #expect(Hex.isLowerCase("0123456789abcdef", digits: 16))
    #expect(Hex.isLowerCase("", digits: 0))
    for text in ["0123456789abcde", "0123456789abcdeF", "0123456789abcdeg", "0123456789abcde０"] {
      #expect(!Hex.isLowerCase(text, digits: 16), "\(text)")
    }
  }
}
