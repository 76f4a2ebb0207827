import ReportCore
import Testing

@Suite struct WordPatternTests {
  private static func units(_ text: String) -> [WordPattern.Unit] {
    text.unicodeScalars.map { $0 == "*" ? .any : $0 == "?" ? .one : .scalar($0) }
  }

  private func matches(_ pattern: String, _ text: String, slop: Int = 0) throws -> Bool {
    let pattern = try #require(WordPattern(Self.units(pattern), slop: slop))
    // As it comes back from a statement.
    var bound = pattern.text
    let read = try #require(bound.withUTF8 { WordPattern(text: $0) })
    if read != pattern { Issue.record("\(pattern.text) is read as another") }
    var text = text
    return text.withUTF8 { read.matches($0) }
  }

  @Test(arguments: [
    ("ada", "Ada Lovelace", true), ("lovelace", "Ada Lovelace", true),
    ("love", "Ada Lovelace", false),
    ("love*", "Ada Lovelace", true), ("*ace", "Ada Lovelace", true), ("l*e*e", "lovelace", true),
    ("l?ve*", "lovelace", true), ("?", "ab", false), ("??", "éß", true), ("*", "", false),
    ("*", "a", true), ("ada lovelace", "ada, LOVELACE!", true),
    ("ada lovelace", "ada x lovelace", false),
    ("a a b", "a a a b", true), ("a b a c", "a b a b a c", true), ("o'brien", "Mr. O'Brien", true),
    ("CC-1040", "{cc} 1040", true), ("ÄRGER", "ärger", true), ("strasse", "straße", false),
    ("e\u{301}", "E\u{301}", true), ("é", "e\u{301}", false), ("Σ", "σ", true), ("х", "x", false),
    ("①", "①", true), ("a b", "b a", false), ("a", "\u{0}a\u{0}", true),
  ])
  func wordsAreFoundWhole(pattern: String, text: String, found: Bool) throws {
    #expect(try matches(pattern, text) == found)
  }

  @Test(arguments: [
    ("a b", "a x b", 1, true), ("a b", "a x y b", 1, false), ("a b", "a x y b", 2, true),
    ("a b", "b a", 1, false), ("a b", "b a", 2, true), ("a b c", "a x b x c", 2, true),
    ("a b c", "a x b x c", 1, false), ("a b", "a b", 5, true), ("a b", "a c a x b", 1, true),
    ("a c", "a a a c c", 0, true), ("a b c", "c b a", 4, true), ("a b c", "c b a", 3, false),
  ])
  func aSlopLetsWordsStandApart(pattern: String, text: String, slop: Int, found: Bool) throws {
    #expect(try matches(pattern, text, slop: slop) == found)
  }

  /// The definition itself: places of all words, less their numbers, within the slop.
  @Test func randomTextsAreMetAsTheDefinitionHasIt() throws {
    var state: UInt64 = 7
    func roll(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var found = 0
    for _ in 0..<1000 {
      let words = (0...roll(3)).map { _ in ["a", "b", "c"][roll(3)] }
      let text = (0...roll(7)).map { _ in ["a", "b", "c", "d"][roll(4)] }
      let slop = roll(5)
      var ranges: [ClosedRange<Int>?] = [nil]
      for (index, word) in words.enumerated() {
        ranges = ranges.flatMap { range in
          text.indices.filter { text[$0] == word }.map { place in
            let distance = place - index
            guard let range else { return distance...distance }
            return min(range.lowerBound, distance)...max(range.upperBound, distance)
          }
        }
      }
      let expected = ranges.contains { range in
        range.map { $0.upperBound - $0.lowerBound <= slop } ?? false
      }
      if expected { found += 1 }
      let isMet = try matches(
        words.joined(separator: " "), text.joined(separator: " "), slop: slop)
      if isMet != expected { Issue.record("\(words) in \(text) within \(slop)") }
    }
    #expect((150...850).contains(found))
  }

  @Test func whatHasNoWordsOrTooManyIsNone() {
    #expect(WordPattern(Self.units("... !")) == nil)
    #expect(WordPattern(Self.units("")) == nil)
    let most = Array(repeating: "a", count: WordPattern.wordsMax).joined(separator: " ")
    #expect(WordPattern(Self.units(most))?.wordCount == WordPattern.wordsMax)
    #expect(WordPattern(Self.units(most + " a")) == nil)
    #expect(WordPattern(Self.units("a"), slop: WordPattern.slopMax + 1) == nil)
    #expect(WordPattern(Self.units("a"), slop: -1) == nil)
    for text in ["", "0", "0 ", "x a", "-1 a", "0  a", "1001 a", "0 a " + most] {
      var text = text
      #expect(text.withUTF8 { WordPattern(text: $0) } == nil, "\(text)")
    }
  }

  @Test func fullTextIsAskedForWhatItCanAnswer() {
    func query(_ text: String, slop: Int = 0) -> String? {
      WordPattern(Self.units(text), slop: slop)?.fullTextQuery
    }
    #expect(query("Ada") == "\"ada\"")
    #expect(query("Ada L\"ovelace") == "\"ada l ovelace\"")
    #expect(query("ada lov*") == "\"ada lov\" *")
    #expect(query("*") == nil)
    #expect(query("a*a") == nil)
    #expect(query("a* b") == nil)
    #expect(query("a?") == nil)
    #expect(query("a b", slop: 1) == nil)
  }

  @Test(arguments: [
    ("abc", "abc", true), ("abc", "ABC", false), ("abc", "abcd", false), ("a*", "a", true),
    ("a*", "abc", true), ("*c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false),
    ("*", "", true), ("", "", true), ("", "a", false), ("*b*d*", "abcde", true),
    ("a\\*", "a\\*x", true), ("[a]*", "[a]b", true), ("a*b*c", "aXbXbXd", false),
  ])
  func aWholeTextMayHaveWildcards(pattern: String, text: String, found: Bool) {
    let pattern = WildcardPattern(Self.units(pattern))
    var bound = pattern.text
    let read = bound.withUTF8 { WildcardPattern(text: $0) }
    #expect(read == pattern)
    var text = text
    #expect(text.withUTF8 { read.matches($0) } == found)
  }

  @Test func escapedWildcardsAreThemselves() {
    let pattern = WildcardPattern([.scalar("*"), .scalar("?"), .scalar("\\"), .any])
    var bound = pattern.text
    #expect(bound == "\\*\\?\\\\*")
    #expect(bound.withUTF8 { WildcardPattern(text: $0) } == pattern)
  }
}
