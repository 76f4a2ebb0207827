import ReportCore
import Testing

@Suite("Text told apart by its bytes")
struct ExactTextTests {
  /// Pairs that `String` takes for one text.
  static let lookalikes = [
    ("é", "e\u{301}"), ("K", "\u{212A}"), (";", "\u{37E}"), ("Å", "\u{212B}"),
    ("q\u{307}\u{323}", "q\u{323}\u{307}"),
  ]

  @Test("Texts that look alike are two, in every use", arguments: lookalikes)
  func differs(left: String, right: String) {
    #expect(left == right, "or the pair shows nothing")
    #expect(left.exact != right.exact)
    #expect(!left.isExactly(right))
    #expect(Set([left.exact, right.exact]).count == 2)
    #expect((left.exact < right.exact) != (right.exact < left.exact))
    #expect(OptionValue.string(left) != .string(right))
    #expect(Set([OptionValue.string(left), .string(right)]).count == 2)
    #expect(ReportFormat(rawValue: left) != ReportFormat(rawValue: right))
    #expect(
      FieldReference(path: ["a", left], kind: .dynamic)
        != FieldReference(path: ["a", right], kind: .dynamic))
    let object: OptionObject = [left: .number(1), right: .number(2)]
    #expect(object.count == 2)
    #expect(object[left] == .number(1) && object[right] == .number(2))
  }

  @Test("The same bytes are one text")
  func equals() {
    #expect("é".exact == "é" && "".exact == "")
    #expect("ab".exact != "a" && "a".exact != "ab")
    #expect(Set(["é".exact, "é".exact]).count == 1)
  }

  @Test("The order is that of the bytes")
  func order() {
    let texts = ["", "A", "a", "a\0", "ab", "b", "e\u{301}", "z", "é", "\u{212A}", "😀"]
    #expect(texts.shuffled().map(\.exact).sorted().map(\.text) == texts)
  }

  @Test("An object is gone through in the order of its names")
  func objects() {
    let object: OptionObject = ["é": .null, "b": .bool(true), "e\u{301}": .number(1)]
    #expect(object.keys.map(\.exact) == ["b", "e\u{301}", "é"])
    #expect(object.map(\.key.exact) == ["b", "e\u{301}", "é"])
    #expect(object == ["e\u{301}": .number(1), "b": .bool(true), "é": .null])
    var less = object
    less["e\u{301}"] = nil
    #expect(less == ["é": .null, "b": .bool(true)])
  }

  @Test("The text of a value keeps apart what it holds")
  func canonicalText() {
    let object: OptionObject = ["é": .string("\u{212A}"), "e\u{301}": .string("K")]
    let text = CanonicalJSON.text(.object(object))
    #expect(text?.isExactly("{\"e\u{301}\":\"K\",\"é\":\"\u{212A}\"}") == true, "\(text ?? "")")
  }
}
