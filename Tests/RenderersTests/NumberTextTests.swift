import ReportwireTestKit
import Testing

@testable import Renderers

@Suite("Numbers as text")
struct NumberTextTests {
  @Test(arguments: [
    (Int64.min, "-9223372036854775808"), (.max, "9223372036854775807"), (0, "0"), (-1, "-1"),
    (10, "10"), (9_007_199_254_740_993, "9007199254740993"),
  ])
  func `Integers are exact`(_ value: Int64, _ text: String) {
    #expect(Self.text { $0.appendDecimal(value) } == text)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-1.0, "-1"), (0.1, "0.1"), (0.5, "0.5"),
    (100, "100"), (-12.34, "-12.34"), (0.001, "0.001"), (0.000001, "0.000001"), (1e-7, "1e-07"),
    (0.1 + 0.2, "0.30000000000000004"), (999_999_999_999_999, "999999999999999"),
    (1e15, "1000000000000000"), (1e16, "1e+16"), (9_007_199_254_740_992, "9007199254740992"),
    (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    (2.675, "2.675"), (99999.995, "99999.995"),
  ])
  func `Doubles have no noise`(_ value: Double, _ text: String) {
    #expect(Self.text { $0.appendShortest(value) } == text)
  }

  @Test func `Doubles read back as the same, in no more digits than the library's own`() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      let value = random.double()
      guard value.isFinite else { continue }
      let text = Self.text { $0.appendShortest(value) }
      #expect(Double(text) == value)
      #expect(Self.digits(text) == Self.digits(value.description))
    }
  }

  /// The digits that count, without sign, point, exponent and the zeros around.
  private static func digits(_ text: String) -> String {
    let mantissa = text.prefix { $0 != "e" }.filter(\.isWholeNumber).drop { $0 == "0" }
    return String(String(mantissa.reversed().drop { $0 == "0" }).reversed())
  }

  private static func text(_ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    append(&bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
