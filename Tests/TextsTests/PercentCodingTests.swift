import Testing
import Texts

struct PercentCodingTests {
  @Test func onlyUnreservedCharactersStay() {
    #expect(PercentCoding.encoded("aZ09-._~") == "aZ09-._~")
    #expect(PercentCoding.encoded("a/b c%ä\u{0}") == "a%2Fb%20c%25%C3%A4%00")
    #expect(PercentCoding.encoded("a/b".utf8, leaving: { $0 == UInt8(ascii: "/") }) == "%61/%62")
  }

  @Test(arguments: ["", "plain", "a/b c%ä\u{0}", "😀?&=+"])
  func itReadsBack(_ text: String) {
    #expect(PercentCoding.decoded(PercentCoding.encoded(text)) == text)
  }

  @Test func digitsOfEitherCaseAreRead() {
    #expect(PercentCoding.decoded("%c3%A4") == "ä")
  }

  @Test(arguments: ["%", "%4", "a%4", "%g0", "%0g", "%%41", "%C3", "%FF", "%+1"])
  func brokenEscapesAreNoText(_ text: String) {
    #expect(PercentCoding.decoded(text) == nil)
  }
}
