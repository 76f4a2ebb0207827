import Testing
import Texts

struct QuotedTests {
  @Test func itIsOneLineInQuotationMarks() {
    #expect("a\"b\n".quoted == #""a\"b\n""#)
  }

  @Test func longTextsAreCutByScalars() {
    #expect(
      String(repeating: "x", count: 80).quoted == "\"" + String(repeating: "x", count: 80) + "\"")
    #expect(String(repeating: "x", count: 81).quoted.hasSuffix("x\"…"))
    #expect(("a" + String(repeating: "\u{301}", count: 100_000)).quoted.utf8.count < 1000)
  }
}
