import RPCCore
import Testing

@Suite("Text for people")
struct ShownTextTests {
  private static let obeyed: [ClosedRange<UInt32>] = [
    0...0x1f, 0x7f...0x9f, 0x61c...0x61c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x206f,
    0xfeff...0xfeff,
  ]

  @Test("of all characters, only those that are obeyed are replaced")
  func everyCharacter() {
    for value in UInt32(0)...0x10ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isObeyed = Self.obeyed.contains { $0.contains(value) }
      guard String(scalar).shown.unicodeScalars.elementsEqual([isObeyed ? " " : scalar]) else {
        Issue.record("U+\(String(value, radix: 16))")
        return
      }
    }
  }

  @Test("a carriage return before a line feed is two characters")
  func lineEnds() {
    #expect("a\r\nb".shown.utf8.elementsEqual("a  b".utf8))
  }

  @Test("in JSON they are escaped, and what JSON has between its values stays")
  func json() {
    let text = "{\n  \"a\": \"\u{7f}\u{9b}\u{202e}\u{feff}ü\"\n}"
    #expect(text.shownJSON == "{\n  \"a\": \"\\u007f\\u009b\\u202e\\ufeffü\"\n}")
  }
}
