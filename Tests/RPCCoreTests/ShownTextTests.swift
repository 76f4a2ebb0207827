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

  @Test(
    "names of files are safe in every folder",
    arguments: [
      ("sales.csv", "sales.csv"), ("ünï 界.csv", "ünï 界.csv"),
      ("../../etc/passwd", "_.._etc_passwd"), ("..", nil), ("", nil), ("/", nil), (" . ", nil),
      (".bashrc", "bashrc"), ("a.csv. ", "a.csv"), ("C:\\x?*.csv", "C__x__.csv"),
      ("a\u{0}\u{1b}[2J\u{202e}vsc.exe", "a__[2J_vsc.exe"), ("a\r\nb", "a__b"),
      ("-rf.csv", "_-rf.csv"), ("con", "_con"), ("NUL.csv", "_NUL.csv"), ("com1 .x", "_com1 .x"),
      ("console.csv", "console.csv"), ("\u{feff}\u{2028}", nil),
    ] as [(String, String?)])
  func fileNames(text: String, name: String?) {
    #expect(FileName.safe(text).map { Array($0.utf8) } == name.map { Array($0.utf8) })
  }

  @Test("a long name is cut between characters, and keeps its extension")
  func longNames() throws {
    let name = try #require(FileName.safe(String(repeating: "界", count: 100) + ".csv"))
    #expect(name == String(repeating: "界", count: 65) + ".csv")
    let bare = try #require(FileName.safe("a." + String(repeating: "e\u{301}", count: 200)))
    #expect(bare.utf8.count <= FileName.bytesMax && bare.utf8.count > FileName.bytesMax - 4)
    #expect(bare.last == "e\u{301}")
  }
}
