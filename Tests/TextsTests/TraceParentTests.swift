import Testing

@testable import Texts

@Suite struct TraceParentTests {
  private static let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func aValueIsReadAndWritten() throws {
    let parent = try #require(TraceParent(Self.text))
    #expect(parent.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(parent.spanID == 0x00f0_67aa_0ba9_02b7)
    #expect(parent.isSampled)
    #expect(parent.text == Self.text)
    let child = parent.newSpan()
    #expect(child.traceID == parent.traceID && child.spanID != parent.spanID && child.isSampled)
    let other = TraceParent.newTrace()
    #expect(TraceParent(other.text) == other && other.traceID != parent.traceID)
  }

  @Test(arguments: [
    // Flags that are not known are not handed on.
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", false),
    ("00-00000000000000000000000000000001-0000000000000001-03", true),
    // A later version is read as far as it is known.
    ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
    ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-what-ever", false),
  ])
  func othersAreRead(_ text: String, _ isSampled: Bool) throws {
    let parent = try #require(TraceParent(text))
    #expect(parent.isSampled == isSampled)
    #expect(parent.text == "00" + text.dropFirst(2).prefix(51) + (isSampled ? "01" : "00"))
  }

  @Test(arguments: [
    "", "x", String(text.dropLast()), text + "0", text + "-00",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-010",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e47360-0f067aa0ba902b7-01",
    "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\u{e9}",
    "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-" + String(repeating: "x", count: 200),
  ])
  func whatIsNoneIsNotRead(_ text: String) {
    #expect(TraceParent(text) == nil)
  }
}
