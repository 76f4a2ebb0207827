internal import ReportCore
internal import Texts

/// The characters of a query string: words with their wildcards, phrases and signs, from the left to the
/// right.
struct QueryScanner {
  private let bytes: [UInt8]
  /// The offset of the next byte.
  var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The next byte; nil at the end.
  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// Steps over the next byte, which is there.
  mutating func skip() {
    index += 1
  }

  mutating func skipBlanks() {
    while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }

  /// Takes an operator of one or two characters.
  mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
    index += count
    return true
  }

  /// Takes a word of capitals, if it is not the beginning of a longer one.
  mutating func takeWord(_ word: String) -> Bool {
    guard bytes[index...].starts(with: word.utf8) else { return false }
    let end = index + word.utf8.count
    guard end == bytes.count || Self.ends.contains(bytes[end]) || Self.isBlank(bytes[end]) else {
      return false
    }
    index = end
    return true
  }

  /// What ends a word, beside blanks.
  private static let ends = Set("()\"[]{}^~".utf8)

  /// Reads a word with its backslashes and wildcards.
  ///
  /// - Parameter hasColons: whether a colon is one of its characters.
  mutating func word(hasColons: Bool) throws(QueryProblem) -> [WordPattern.Unit] {
    let start = index
    if peek == UInt8(ascii: "/") {
      throw QueryProblem(
        at: index, "regular expressions are not searched for; write * and ?, or \\/ for a slash")
    }
    var units: [WordPattern.Unit] = []
    while let byte = peek, !Self.ends.contains(byte), !Self.isBlank(byte),
      hasColons || byte != UInt8(ascii: ":")
    {
      switch byte {
      case UInt8(ascii: "*"): units.append(.any)
      case UInt8(ascii: "?"): units.append(.one)
      case UInt8(ascii: "\\"):
        index += 1
        guard index < bytes.count else { throw expected("a character after the backslash") }
        units.append(.scalar(scalar()))
      default: units.append(.scalar(scalar()))
      }
      index += 1
    }
    guard index > start else {
      throw expected("a word, a phrase in quotes, \"(\"", "a field and a colon")
    }
    return units
  }

  /// Reads a phrase with its quotation marks.
  mutating func quoted() throws(QueryProblem) -> [WordPattern.Unit] {
    let start = index
    index += 1
    var units: [WordPattern.Unit] = []
    while let byte = peek, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
      units.append(.scalar(scalar()))
      index += 1
    }
    guard take("\"") else {
      throw QueryProblem(at: start, "the quotation mark has no other that ends the phrase")
    }
    return units
  }

  /// The character that begins here; stands on its last byte afterwards.
  private mutating func scalar() -> Unicode.Scalar {
    var decoder = UTF8()
    var rest = bytes[index...].prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return "\u{FFFD}" }
    index += UTF8.width(scalar) - 1
    return scalar
  }

  /// Reads what may stand behind a phrase.
  mutating func slop() throws(QueryProblem) -> Int {
    guard take("~") else { return 0 }
    let start = index
    var slop = 0
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte),
      slop <= WordPattern.slopMax
    {
      slop = slop * 10 + Int(byte - UInt8(ascii: "0"))
      index += 1
    }
    guard index > start, slop <= WordPattern.slopMax else {
      throw QueryProblem(
        at: start, "expected how far apart the words may be: 0 to \(WordPattern.slopMax)")
    }
    return slop
  }

  /// What is said where something else stands.
  func expected(_ what: String...) -> QueryProblem {
    let list = what.joined(separator: " or ")
    guard index < bytes.count else {
      return QueryProblem(at: index, "expected \(list), found the end")
    }
    var copy = self
    return QueryProblem(at: index, "expected \(list), found \(String(copy.scalar()).quoted)")
  }
}
