internal import ReportCore
internal import Texts

/// Reads a query string in the published syntax. Goes over its bytes once; what it remembers of them
/// grows with their number, and its own depth is bounded.
///
///     query   = clause { [OR | "||"] clause }
///     clause  = signed { (AND | "&&") signed }
///     signed  = ["+" | "-" | "!" | NOT] primary
///     primary = "(" query ")" | "@" list "(" query ")" | [field ":"] value | field ":" "(" query ")"
///     value   = word | "phrase" ["~" number] | range | (">" | ">=" | "<" | "<=") word
///     range   = ("[" | "{") end TO end ("]" | "}")
///
/// Clauses side by side are alternatives, as with OR. A sign on one of them says more: with `+` it must
/// be met and those without a sign no longer count, with `-`, `!` or NOT it must not be met. Next to
/// AND or OR a sign is only about what follows it.
struct QueryParser {
  private let bytes: [UInt8]
  private let limits: SearchLimits
  private var index = 0
  private var depth = 0
  private var clauses = 0
  private var wildcards = 0
  private var nested = 0

  /// - Throws: for a query that is too long or too much, and where it is none.
  static func parse(_ text: String, _ limits: SearchLimits) throws(QueryProblem) -> QueryNode {
    guard text.utf8.count <= limits.queryBytesMax else {
      throw QueryProblem(
        at: limits.queryBytesMax,
        "the query is longer than the \(limits.queryBytesMax) bytes that it may have")
    }
    var parser = QueryParser(bytes: Array(text.utf8), limits: limits)
    let node = try parser.query(nil)
    guard parser.index == parser.bytes.count else {
      throw parser.expected("the end, or another word", "AND", "OR")
    }
    return node
  }

  private init(bytes: [UInt8], limits: SearchLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  // MARK: Clauses

  private enum Sign { case none, required, prohibited }

  private struct Operand {
    var sign: Sign
    var node: QueryNode
    /// Whether AND or OR stands next to it.
    var isJoined: Bool

    /// With its sign.
    var signed: QueryNode { sign == .prohibited ? .not(node) : node }
  }

  /// - Parameter field: what values without a field belong to; nil: any text.
  private mutating func query(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    var operands: [Operand] = []
    var isAfterOr = false
    while true {
      skipBlanks()
      var operand = try conjunction(field)
      operand.isJoined = operand.isJoined || isAfterOr
      skipBlanks()
      isAfterOr = takeWord("OR") || take("||")
      operand.isJoined = operand.isJoined || isAfterOr
      operands.append(operand)
      skipBlanks()
      if !isAfterOr, peek == nil || peek == UInt8(ascii: ")") { break }
    }
    return Self.combine(operands)
  }

  private static func combine(_ operands: [Operand]) -> QueryNode {
    let required = operands.filter { !$0.isJoined && $0.sign == .required }.map(\.node)
    let prohibited = operands.filter { !$0.isJoined && $0.sign == .prohibited }.map(\.node)
    let optional = operands.filter { $0.isJoined || $0.sign == .none }.map(\.signed)
    var parts = required
    if required.isEmpty, !optional.isEmpty { parts = [one(of: optional)] }
    parts += prohibited.map { .not($0) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private static func one(of nodes: [QueryNode]) -> QueryNode {
    nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func conjunction(_ field: FieldName?) throws(QueryProblem) -> Operand {
    let first = try signed(field)
    var parts = [first]
    while true {
      skipBlanks()
      guard takeWord("AND") || take("&&") else { break }
      skipBlanks()
      parts.append(try signed(field))
    }
    guard parts.count > 1 else { return first }
    return Operand(sign: .none, node: .all(parts.map(\.signed)), isJoined: true)
  }

  private mutating func signed(_ field: FieldName?) throws(QueryProblem) -> Operand {
    var sign = Sign.none
    if take("+") {
      sign = .required
    } else if take("-") || take("!") || takeWord("NOT") {
      sign = .prohibited
      skipBlanks()
    }
    return Operand(sign: sign, node: try primary(field), isJoined: false)
  }

  // MARK: Primaries

  private mutating func primary(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    let start = index
    switch peek {
    case UInt8(ascii: "("): return try group(field)
    case UInt8(ascii: "@"): return try list()
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "!"):
      throw expected("a word, a phrase in quotes", "\"(\" after the sign")
    case UInt8(ascii: "\""): return try value(field)
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      guard field != nil else {
        throw expected("a field and a colon before a range, such as created:[2025-01-01 TO now]")
      }
      return try value(field)
    default: break
    }
    for word in ["AND", "OR", "NOT"] where takeWord(word) {
      index = start
      throw expected(
        "a word, a phrase in quotes", "\"(\"; to search for the word, put it in quotes")
    }
    let units = try word(hasColons: false)
    guard peek == UInt8(ascii: ":") else {
      if units == [.any] {
        try count(start)
        return field.map { .exists($0) } ?? .everything
      }
      return try test(field, .word(units), at: start)
    }
    index += 1
    return try fieldValue(name: units, at: start)
  }

  private mutating func group(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    depth += 1
    guard depth <= limits.depthMax else {
      throw QueryProblem(at: index, "more than \(limits.depthMax) parentheses stand in each other")
    }
    index += 1
    let node = try query(field)
    guard take(")") else { throw expected("\")\"", "another word", "AND", "OR") }
    depth -= 1
    try refuseBoost()
    return node
  }

  private mutating func list() throws(QueryProblem) -> QueryNode {
    index += 1
    let place = index
    let name = try fieldName(try word(hasColons: false), at: place)
    nested += 1
    guard nested <= limits.nestedMax else {
      throw QueryProblem(
        at: name.place, "there are more than \(limits.nestedMax) conditions on lists")
    }
    guard peek == UInt8(ascii: "(") else { throw expected("\"(\" after the name of a list") }
    return .nested(name, try group(nil))
  }

  private mutating func fieldValue(
    name units: [WordPattern.Unit], at start: Int
  ) throws(QueryProblem) -> QueryNode {
    if units == [.any] {
      guard take("*") else { throw expected("*, since *:* is every row") }
      try count(start)
      return .everything
    }
    let name = try fieldName(units, at: start)
    if name.text.isExactly("_exists_") {
      let place = index
      try count(place)
      return .exists(try fieldName(try word(hasColons: false), at: place))
    }
    if peek == UInt8(ascii: "(") { return try group(name) }
    return try value(name)
  }

  private func fieldName(
    _ units: [WordPattern.Unit], at place: Int
  ) throws(QueryProblem) -> FieldName {
    let text = units.text
    let isName = text.utf8.allSatisfy { $0.isAlphanumeric || "._-".utf8.contains($0) }
    guard isName, !text.isEmpty, text.utf8.count <= 255 else {
      throw QueryProblem(
        at: place, "expected the name of a field: at most 255 letters, digits, '.', '_' and '-'")
    }
    return FieldName(text: text, place: place)
  }

  // MARK: Values

  private mutating func value(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    let start = index
    switch peek {
    case UInt8(ascii: "\""):
      let units = try quoted()
      return try test(field, .phrase(units, slop: try slop()), at: start)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return try test(field, try range(), at: start)
    case UInt8(ascii: "<"), UInt8(ascii: ">"): return try test(field, try comparison(), at: start)
    default: break
    }
    let units = try word(hasColons: true)
    if units == [.any], let field {
      try count(start)
      return .exists(field)
    }
    return try test(field, .word(units), at: start)
  }

  private mutating func test(
    _ field: FieldName?, _ test: ValueTest, at place: Int
  ) throws(QueryProblem) -> QueryNode {
    try count(place)
    if case .word(let units) = test, units.hasWildcards {
      wildcards += 1
      guard wildcards <= limits.wildcardsMax else {
        throw QueryProblem(
          at: place, "there are more than \(limits.wildcardsMax) words with * or ?")
      }
      guard units.count <= limits.wildcardCharactersMax else {
        throw QueryProblem(
          at: place,
          "a word with * or ? has at most \(limits.wildcardCharactersMax) characters")
      }
    }
    try refuseBoost()
    return .test(field, test, place: place)
  }

  private mutating func count(_ place: Int) throws(QueryProblem) {
    clauses += 1
    guard clauses <= limits.clausesMax else {
      throw QueryProblem(at: place, "there are more than \(limits.clausesMax) conditions")
    }
  }

  private func refuseBoost() throws(QueryProblem) {
    switch peek {
    case UInt8(ascii: "^"):
      throw QueryProblem(at: index, "rows have no rank here, so ^ means nothing; leave it out")
    case UInt8(ascii: "~"):
      throw QueryProblem(
        at: index, "~ stands behind a phrase in quotes only; similar words are not searched for")
    default: break
    }
  }

  private mutating func comparison() throws(QueryProblem) -> ValueTest {
    let isGreater = take(">")
    if !isGreater { index += 1 }
    let isIncluded = take("=")
    skipBlanks()
    let place = index
    let end = RangeEnd(text: try rangeText(), isIncluded: isIncluded, place: place)
    return isGreater ? .range(lower: end, upper: nil) : .range(lower: nil, upper: end)
  }

  private mutating func range() throws(QueryProblem) -> ValueTest {
    let isLowerIncluded = bytes[index] == UInt8(ascii: "[")
    index += 1
    skipBlanks()
    let (lowerPlace, lower) = (index, try rangeText())
    skipBlanks()
    guard takeWord("TO") else { throw expected("TO between the ends of a range") }
    skipBlanks()
    let (upperPlace, upper) = (index, try rangeText())
    skipBlanks()
    let isUpperIncluded = take("]")
    guard isUpperIncluded || take("}") else { throw expected("]", "} behind a range") }
    let open: [WordPattern.Unit] = [.any]
    return .range(
      lower: lower == open
        ? nil : RangeEnd(text: lower, isIncluded: isLowerIncluded, place: lowerPlace),
      upper: upper == open
        ? nil : RangeEnd(text: upper, isIncluded: isUpperIncluded, place: upperPlace))
  }

  private mutating func rangeText() throws(QueryProblem) -> [WordPattern.Unit] {
    let start = index
    let units = peek == UInt8(ascii: "\"") ? try quoted() : try word(hasColons: true)
    guard !units.hasWildcards || units == [.any] else {
      throw QueryProblem(at: start, "expected an end of a range, which has no wildcards")
    }
    return units
  }

  // MARK: Characters

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }

  /// Takes an operator of one or two characters.
  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
    index += count
    return true
  }

  /// Takes a word of capitals, if it is not the beginning of a longer one.
  private mutating func takeWord(_ word: String) -> Bool {
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
  private mutating func word(hasColons: Bool) throws(QueryProblem) -> [WordPattern.Unit] {
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

  private mutating func quoted() throws(QueryProblem) -> [WordPattern.Unit] {
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

  private mutating func slop() throws(QueryProblem) -> Int {
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

  private func expected(_ what: String...) -> QueryProblem {
    let list = what.joined(separator: " or ")
    guard index < bytes.count else {
      return QueryProblem(at: index, "expected \(list), found the end")
    }
    var copy = self
    return QueryProblem(at: index, "expected \(list), found \(String(copy.scalar()).quoted)")
  }
}
