import ReportCore
import Testing

@Suite("The name that somebody meant")
struct NearestTests {
  @Test(
    "is at most two letters off",
    arguments: [
      ("regoin", "region"), ("regio", "region"), ("year_", "year"), ("Region", "region"),
      ("limit", nil), ("r", nil), ("", nil), ("yr", "year"), ("x", nil),
    ] as [(String, String?)])
  func finds(text: String, name: String?) {
    #expect(["region", "year"].nearest(to: text) == name)
  }

  @Test("is not looked for where that takes long")
  func bounds() {
    let name = String(repeating: "a", count: 255)
    #expect([name].nearest(to: name.dropLast() + "b") == name)
    #expect([name].nearest(to: name + "b") == nil)
    #expect([name + "a"].nearest(to: name) == nil)
  }
}
