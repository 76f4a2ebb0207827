import ReportCore
import Testing

@Suite("LinearRegex")
struct LinearRegexTests {
  @Test(arguments: [
    ("abc", "xabcx", true), ("abc", "xABCx", true), ("abc", "ab", false), ("", "", true),
    ("", "x", true), ("a.c", "abc", true), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
    ("a|b|", "zzz", true), ("x(a|b)y", "xby", true), ("x(a|b)y", "xcy", false),
    ("(?:ab)+c", "ababc", true), ("(?<n>a)b", "ab", true), ("(?P<n>a)b", "ab", true),
    ("^abc", "xabc", false), ("^abc", "abcx", true), ("abc$", "xabc", true),
    ("abc$", "xabc\n", true), ("abc$", "xabc\n\n", false), ("abc\\z", "abc\n", false),
    ("\\Aabc\\Z", "abc\n", true), ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false),
    ("\\bcat\\b", "a cat sat", true), ("\\bcat\\b", "concat", false),
    ("\\Bcat", "concat", true), ("\\Bcat", "cat", false), ("^\\b", "", false),
    ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[^a-c]x", "dx", true),
    ("[^a-c]x", "bx", false), ("[^a-c]x", "BX", false), ("[]a]", "]", true), ("[^]a]", "]", false),
    ("[a-]", "-", true), ("[\\w-]", "-", true), ("[\\d.]+%", "12.5%", true), ("[\\]]", "]", true),
    ("[\\b]", "\u{08}", true), ("[[]", "[", true), ("[^\\W]", "-", false), ("[^\\W]", "a", true),
    ("\\d+", "x12", true), ("\\d", "x", false), ("\\D", "12", false), ("\\w", "-", false),
    ("\\W", "a-b", true), ("\\s", "a b", true), ("\\S", " \t", false),
    ("\\d", "\u{0664}", true), ("\\w", "\u{D55C}", true), ("\\s", "\u{3000}", true),
    ("ab*c", "ac", true), ("ab+c", "ac", false), ("ab?c", "abc", true), ("^ab?c$", "abbc", false),
    ("^a{2}$", "aa", true), ("^a{2}$", "a", false), ("^a{2}$", "aaa", false),
    ("^a{2,}$", "aaaa", true), ("^a{2,}$", "a", false), ("^a{1,3}$", "aaa", true),
    ("^a{1,3}$", "aaaa", false), ("^a{,2}$", "", true), ("^a{,2}$", "aaa", false),
    ("^a{0}$", "", true), ("^(ab){2}$", "abab", true), ("^(a{2}){2}$", "aaaa", true),
    ("a{x}", "a{x}", true), ("{x", "{x", true), ("a{,}", "a{,}", true), ("x{1,2", "x{1,2", true),
    ("a*?b", "aab", true), ("a+?b", "aab", true), ("a??b", "b", true), ("a{1,2}?b", "aab", true),
    ("(a*)*b", "aab", true), ("(a|b*)*c", "abbac", true), ("()*x", "x", true),
    ("(|a)+b", "aab", true), ("a\\.b", "a.b", true), ("a\\.b", "axb", false),
    ("\\(\\)", "()", true), ("\\x41", "a", true), ("\\u0041", "A", true), ("\\x{1F600}", "😀", true),
    ("^.$", "😀", true), ("\\t\\n\\r\\f\\v\\0\\e\\a", "\t\n\r\u{0C}\u{0B}\0\u{1B}\u{07}", true),
    ("straße", "STRAßE", true), ("ΣΑΣ", "σας", true), ("é", "É", true), ("[à-ý]", "É", true),
    ("ſ", "S", true), ("[ſ]", "s", true), ("(?-i)abc", "ABC", false),
    ("(?-i:a)b", "aB", true), ("(?-i:a)b", "Ab", false), ("((?-i)a)b", "aB", true),
    ("a(?i)b", "ab", true), ("^(?:v1|v2)\\.\\d+$", "V2.10", true),
  ])
  func `A search ignores case and may start anywhere`(
    _ pattern: String, _ text: String, _ isFound: Bool
  ) throws {
    #expect(try LinearRegex(pattern).hasMatch(in: text, spending: unbounded) == isFound)
  }

  @Test(arguments: [
    ("abc", "abc", true), ("abc", "abcd", false), ("abc", "xabc", false), ("abc", "ABC", false),
    ("a|ab", "ab", true), ("^abc$", "abc", true), ("^abc$", "abc\n", false), ("a*", "", true),
    ("[A-Z]{3}", "JFK", true), ("[A-Z]{3}", "JFKX", false), ("[A-Z]{3}", "jfk", false),
    ("(?i)[A-Z]{3}", "jfk", true), ("a*?", "aaa", true), ("", "", true), ("", "a", false),
  ])
  func `A whole match takes the whole text and heeds case`(
    _ pattern: String, _ text: String, _ isMatched: Bool
  ) throws {
    let regex = try LinearRegex(pattern, ignoresCase: false)
    #expect(try regex.matchesWhole(text, spending: unbounded) == isMatched)
  }

  @Test(arguments: [
    ("a)", 1, "this ')' closes nothing"), ("a(b", 1, "this '(' is never closed"),
    ("x[a", 1, "this '[' is never closed"), ("[]", 0, "this '[' is never closed"),
    ("[b-a]", 1, "the range b-a has its ends the wrong way round"),
    ("[a-\\d]", 2, "a range cannot end with a class of characters"),
    ("*a", 0, "there is nothing for '*' to repeat"),
    ("(+)", 1, "there is nothing for '+' to repeat"),
    ("|?", 1, "there is nothing for '?' to repeat"),
    ("{2}", 0, "there is nothing for '{' to repeat"),
    ("a**", 2, "this repeats what is repeated already; use a group"),
    ("a{2}{3}", 4, "this repeats what is repeated already; use a group"),
    ("a{3,2}", 1, "{3,2} has its numbers the wrong way round"),
    ("ab\\", 2, "the pattern ends with a backslash"),
    ("\\xZ1", 0, "this is no hexadecimal number of a Unicode scalar"),
    ("\\x{110000}", 0, "this is no hexadecimal number of a Unicode scalar"),
    ("\\x{FFFFFFFFFFFFFFFFFF}", 0, "this is no hexadecimal number of a Unicode scalar"),
    ("\\uD800", 0, "this is no hexadecimal number of a Unicode scalar"),
    ("(?<1 >a)", 3, "a group's name is letters, digits and '_', then '>'"),
    ("(?", 0, "this '(' is never closed"),
  ])
  func `What is no pattern is refused with its place`(
    _ pattern: String, _ offset: Int, _ message: String
  ) {
    #expect(throws: LinearRegexError(.syntax, message, offset: offset)) {
      try LinearRegex(pattern)
    }
  }

  @Test(arguments: [
    ("(a)\\1", 3, "backreferences are not supported"),
    ("x\\k<n>", 1, "backreferences are not supported"),
    ("(?P=n)", 0, "backreferences are not supported"),
    ("x(?=a)", 1, "lookahead and lookbehind are not supported"),
    ("(?!a)", 0, "lookahead and lookbehind are not supported"),
    ("(?<=a)b", 0, "lookahead and lookbehind are not supported"),
    ("(?<!a)b", 0, "lookahead and lookbehind are not supported"),
    ("(?>a)", 0, "'(?>' is not supported; groups are (…), (?:…), (?<name>…), (?i)"),
    ("a++", 2, "possessive quantifiers are not supported; leave the '+' out"),
    ("\\pL", 0, "the escape '\\p' is not supported"),
    ("[\\1]", 1, "the escape '\\1' is not supported"),
    ("[[:alpha:]]", 1, "'[:' is not supported; use ranges, \\d, \\w or \\s"),
  ])
  func `What other engines have and this one has not is named with its place`(
    _ pattern: String, _ offset: Int, _ message: String
  ) {
    #expect(throws: LinearRegexError(.unsupported, message, offset: offset)) {
      try LinearRegex(pattern)
    }
  }

  @Test func `An error tells its place counting from one`() {
    #expect(
      LinearRegexError(.syntax, "this ')' closes nothing", offset: 1).description
        == "this ')' closes nothing (at character 2)")
  }

  @Test func `The pattern's length has a limit`() throws {
    let limits = LinearRegex.Limits(patternScalarsMax: 3)
    _ = try LinearRegex("abc", limits: limits)
    #expect(
      throws: LinearRegexError(
        .tooLarge, "the pattern is longer than 3 characters", offset: 3)
    ) { try LinearRegex("abcd", limits: limits) }
  }

  @Test func `The program's size has a limit`() throws {
    let limits = LinearRegex.Limits(instructionsMax: 11)
    _ = try LinearRegex("a{10}", limits: limits)
    let error = LinearRegexError(
      .tooLarge, "with its repetitions written out the pattern has more than 11 steps", offset: 0)
    #expect(throws: error) { try LinearRegex("a{11}", limits: limits) }
    #expect(throws: error) { try LinearRegex("((a{100}){100}){100}", limits: limits) }
  }

  @Test func `The depth of groups has a limit`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
    }
    _ = try LinearRegex(nested(50))
    #expect(
      throws: LinearRegexError(
        .tooLarge, "groups are inside each other more than 50 deep", offset: 50)
    ) { try LinearRegex(nested(51)) }
  }

  @Test func `The count of a repetition has a limit`() throws {
    _ = try LinearRegex("a{1000}")
    let error = LinearRegexError(
      .tooLarge, "at most 1000 repetitions can be asked for", offset: 2)
    #expect(throws: error) { try LinearRegex("a{1001}") }
    #expect(throws: error) { try LinearRegex("a{99999999999999999999999999}") }
  }

  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      "(a+)+$", "^(a*)*$", "(a|a)+$", "(a|aa)+$", "(.*)*x", "(a?){50}a{50}$", "([a-z]+)*\\d",
      "^(((a*)*)*)*$", "(a{1,20}){1,20}$",
    ])
  func `A hostile pattern ends on a long text, where backtracking would take ages`(
    _ pattern: String
  ) throws {
    let isFound = try LinearRegex(pattern)
      .hasMatch(in: String(repeating: "a", count: 5000) + "!", spending: unbounded)
    #expect(!isFound)
  }

  @Test func `Empty groups repeated many times over compile to little`() throws {
    let regex = try LinearRegex("((((){1000}){1000}){1000}){1000}x")
    #expect(try regex.hasMatch(in: "x", spending: unbounded))
  }

  @Test(arguments: ["a*x", "(a|aa)*x", "[a-c]*x", "\\w*\\d", "(a{1,20}){1,20}x"])
  func `A search spends steps with the length of the text, and ends with its budget`(
    _ pattern: String
  ) throws {
    let regex = try LinearRegex(pattern)
    func steps(_ count: Int) throws -> Int {
      let budget = QueryBudget(stepsMax: .max)
      let text = String(repeating: "a", count: count)
      #expect(try !regex.hasMatch(in: text, spending: budget))
      return .max - budget.stepsLeft
    }
    let (one, two) = (try steps(4000), try steps(8000))
    #expect(one >= 4000)
    #expect(two >= one + 4000 && two <= one * 9 / 4)
    // Exactly so many are enough.
    let text = String(repeating: "a", count: 4000)
    let enough = QueryBudget(stepsMax: one)
    #expect(try !regex.hasMatch(in: text, spending: enough))
    #expect(throws: QueryBudget.End.steps) {
      try regex.hasMatch(in: text, spending: QueryBudget(stepsMax: one - 1))
    }
  }

  @Test func `A search looks up when it is to end, in the middle of a text`() throws {
    let regex = try LinearRegex("(a|aa)*x")
    var looks = 0
    let budget = QueryBudget(stepsMax: .max) {
      looks += 1
      return looks == 3 ? .interrupted : nil
    }
    #expect(throws: QueryBudget.End.interrupted) {
      try regex.hasMatch(in: String(repeating: "a", count: 1 << 20), spending: budget)
    }
    #expect(looks == 3)
    // It stays at its end.
    #expect(throws: QueryBudget.End.interrupted) { try budget.spend(0) }
  }

  @Test func `A set of many ranges is looked up like any other`() throws {
    let ranges = (0..<240).map { String(Unicode.Scalar(UInt32(0x4E00 + $0 * 4))!) }
    let set = "[\(ranges.joined())a-cx-zm]"
    for (text, isIn) in [
      ("a", true), ("C", true), ("d", false), ("Y", true), ("M", true), (ranges[0], true),
      (ranges[239], true), ("\u{4E01}", false), ("\u{51BD}", false), ("é", false),
    ] {
      #expect(try LinearRegex("^\(set)$").hasMatch(in: text, spending: unbounded) == isIn)
      let negated = "^[^\(set.dropFirst())$"
      #expect(try LinearRegex(negated).hasMatch(in: text, spending: unbounded) == !isIn)
    }
  }

  private var unbounded: QueryBudget { QueryBudget(stepsMax: .max) }
}
