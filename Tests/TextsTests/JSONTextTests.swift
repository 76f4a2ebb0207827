import Foundation
import Testing

@testable import Texts

struct JSONTextTests {
  /// Every ASCII character, and texts of more bytes than one each.
  private static let texts =
    (0..<0x80).map { String(Unicode.Scalar(UInt8($0))) } + [
      "", "plain", "ä€😀", "a\"b\\c\nd\u{0}e", String(repeating: "x", count: 100) + "\u{7f}",
    ]

  @Test(arguments: texts)
  func anotherReaderReadsTheSameText(_ text: String) throws {
    for escapesDelete in [false, true] {
      var bytes: [UInt8] = []
      bytes.appendJSONString(text, escapesDelete: escapesDelete)
      let read = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      #expect((read as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }
  }

  @Test func onlyWhatMustBeIsEscaped() {
    #expect(JSONText.string("\"\\/\u{8}\t\n\u{c}\r") == #""\"\\/\b\t\n\f\r""#)
    #expect(JSONText.string("\u{0}\u{1f}\u{7f}ä\u{2028}") == "\"\\u0000\\u001f\u{7f}ä\u{2028}\"")
    var bytes: [UInt8] = []
    bytes.appendJSONString("\u{7f}\u{7e}", escapesDelete: true)
    #expect(bytes == Array(#""\u007f~""#.utf8))
  }

  @Test(arguments: texts)
  func theBytesAreKnownBeforehand(_ text: String) {
    var text = text
    let (count, bytes) = text.withUTF8 { utf8 in
      var bytes: [UInt8] = []
      bytes.appendJSONContent(of: utf8)
      return (JSONText.contentBytes(of: utf8), bytes)
    }
    #expect(bytes.count == count)
  }

  @Test func piecesMakeTheWhole() {
    let text = Array("é\"\n😀".utf8)
    var pieces: [UInt8] = []
    for byte in text {
      withUnsafeBytes(of: byte) {
        pieces.appendJSONContent(of: $0.assumingMemoryBound(to: UInt8.self))
      }
    }
    #expect(String(decoding: pieces, as: UTF8.self) == #"é\"\n😀"#)
  }

  @Test func listsAreArrays() {
    #expect(JSONText.array([]) == "[]")
    #expect(JSONText.array(["a", "\"", ""]) == #"["a","\"",""]"#)
  }

  @Test func anyCharacterHasAnEscape() {
    #expect(JSONText.escape("\u{9b}") == "\\u009b")
    #expect(JSONText.escape("\u{feff}") == "\\ufeff")
    #expect(JSONText.escape("😀") == "\\ud83d\\ude00")
  }
}
