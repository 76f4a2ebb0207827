import Testing

@testable import DocumentRenderer

@Suite(.timeLimit(.minutes(5))) struct ShownTextTests {
  private func shown(_ text: String) -> String {
    String(decoding: ShownText.bytes(of: text.utf8), as: UTF8.self)
  }

  @Test(arguments: ["é", "中", "😀"])
  func `A text is cut between its characters`(_ character: String) {
    let text = "ab" + character + "c"
    let width = character.utf8.count
    for bytesMax in 0...(text.utf8.count + 1) {
      let whole = bytesMax < 2 ? bytesMax : bytesMax < 2 + width ? 2 : bytesMax
      let cut = Array(text.utf8).wholeScalars(bytesMax: bytesMax)
      #expect(cut.elementsEqual(text.utf8.prefix(whole)), "\(bytesMax)")
      #expect(text.utf8.wholeScalars(bytesMax: bytesMax).elementsEqual(cut), "\(bytesMax)")
    }
    #expect([0x80, 0x80, 0x80, 0x80, 0x80].wholeScalars(bytesMax: 4).count == 1)
  }

  @Test func `A text of few lines is cut where it is whole`() throws {
    let typesetter = try Typesetter(language: "en")
    let text = String(repeating: "ab ", count: 1365)
    func width(_ text: String) -> Double {
      typesetter.paragraph(text.utf8, size: 9, linesMax: 1).size.width
    }
    #expect(text.utf8.count == 4095)
    #expect(width(text + "é") == width(text))
    #expect(width(text + "c") > width(text))
  }

  @Test(arguments: [
    "中文", "やまと、", "ヤマト", "서울", "ab\u{2003}", "ab\u{200B}", "ab ", "(a, 1); ", "「東京」は", "ꀖꀗ",
  ])
  func `A text whose lines can end gets no ends of lines`(_ part: String) {
    let text = String(repeating: part, count: 2000)
    #expect(Array(shown(text).utf8) == Array(text.utf8))
  }

  @Test(arguments: ["x", "\u{1}", "中\u{2060}", "ー", "ก", "ꜰ", " \u{2060}", " !", "( a", "¡ a"])
  func `A long word gets ends of lines`(_ part: String) {
    let lines = shown(String(repeating: part, count: 4000)).utf8.split(separator: 0x0A)
    #expect(lines.count > 1)
    #expect(lines.allSatisfy { $0.count <= 4096 })
  }

  @Test(arguments: ["กี", "e\u{301}", "é\u{200D}é", "का"])
  func `No line begins with what belongs to the character before`(_ part: String) {
    let first = part.unicodeScalars.first
    let text = shown(String(repeating: part, count: 1000))
    let lines = text.unicodeScalars.split(separator: "\n")
    #expect(lines.count > 1)
    for line in lines { #expect(line.first == first) }
  }

  @Test func `Marks without end get ends of lines all the same`() {
    let lines = shown(String(repeating: "\u{301}", count: 10_000)).utf8.split(separator: 0x0A)
    #expect(lines.allSatisfy { $0.count <= 2048 })
  }
}
