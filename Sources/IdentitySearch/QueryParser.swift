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
  private var scanner: QueryScanner
  private let limits: SearchLimits
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
    var parser = QueryParser(scanner: QueryScanner(text), limits: limits)
    let node = try parser.query(nil)
    guard parser.scanner.peek == nil else {
      throw parser.scanner.expected("the end, or another word", "AND", "OR")
    }
    return node
  }

  private init(scanner: QueryScanner, limits: SearchLimits) {
    self.scanner = scanner
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
      scanner.skipBlanks()
      var operand = try conjunction(field)
      operand.isJoined = operand.isJoined || isAfterOr
      scanner.skipBlanks()
      isAfterOr = scanner.takeWord("OR") || scanner.take("||")
      operand.isJoined = operand.isJoined || isAfterOr
      operands.append(operand)
      scanner.skipBlanks()
      if !isAfterOr, scanner.peek == nil || scanner.peek == UInt8(ascii: ")") { break }
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
      scanner.skipBlanks()
      guard scanner.takeWord("AND") || scanner.take("&&") else { break }
      scanner.skipBlanks()
      parts.append(try signed(field))
    }
    guard parts.count > 1 else { return first }
    return Operand(sign: .none, node: .all(parts.map(\.signed)), isJoined: true)
  }

  private mutating func signed(_ field: FieldName?) throws(QueryProblem) -> Operand {
    var sign = Sign.none
    if scanner.take("+") {
      sign = .required
    } else if scanner.take("-") || scanner.take("!") || scanner.takeWord("NOT") {
      sign = .prohibited
      scanner.skipBlanks()
    }
    return Operand(sign: sign, node: try primary(field), isJoined: false)
  }

  // MARK: Primaries

  private mutating func primary(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    let start = scanner.index
    switch scanner.peek {
    case UInt8(ascii: "("): return try group(field)
    case UInt8(ascii: "@"): return try list()
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "!"):
      throw scanner.expected("a word, a phrase in quotes", "\"(\" after the sign")
    case UInt8(ascii: "\""): return try value(field)
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      guard field != nil else {
        throw scanner.expected(
          "a field and a colon before a range, such as created:[2025-01-01 TO now]")
      }
      return try value(field)
    default: break
    }
    for word in ["AND", "OR", "NOT"] where scanner.takeWord(word) {
      scanner.index = start
      throw scanner.expected(
        "a word, a phrase in quotes", "\"(\"; to search for the word, put it in quotes")
    }
    let units = try scanner.word(hasColons: false)
    guard scanner.peek == UInt8(ascii: ":") else {
      if units == [.any] {
        try count(start)
        return field.map { .exists($0) } ?? .everything
      }
      return try test(field, .word(units), at: start)
    }
    scanner.skip()
    return try fieldValue(name: units, at: start)
  }

  private mutating func group(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    depth += 1
    guard depth <= limits.depthMax else {
      throw QueryProblem(
        at: scanner.index, "more than \(limits.depthMax) parentheses stand in each other")
    }
    scanner.skip()
    let node = try query(field)
    guard scanner.take(")") else { throw scanner.expected("\")\"", "another word", "AND", "OR") }
    depth -= 1
    try refuseBoost()
    return node
  }

  private mutating func list() throws(QueryProblem) -> QueryNode {
    scanner.skip()
    let place = scanner.index
    let name = try fieldName(try scanner.word(hasColons: false), at: place)
    nested += 1
    guard nested <= limits.nestedMax else {
      throw QueryProblem(
        at: name.place, "there are more than \(limits.nestedMax) conditions on lists")
    }
    guard scanner.peek == UInt8(ascii: "(") else {
      throw scanner.expected("\"(\" after the name of a list")
    }
    return .nested(name, try group(nil))
  }

  private mutating func fieldValue(
    name units: [WordPattern.Unit], at start: Int
  ) throws(QueryProblem) -> QueryNode {
    if units == [.any] {
      guard scanner.take("*") else { throw scanner.expected("*, since *:* is every row") }
      try count(start)
      return .everything
    }
    let name = try fieldName(units, at: start)
    if name.text.isExactly("_exists_") {
      let place = scanner.index
      try count(place)
      return .exists(try fieldName(try scanner.word(hasColons: false), at: place))
    }
    if scanner.peek == UInt8(ascii: "(") { return try group(name) }
    return try value(name)
  }

  private func fieldName(
    _ units: [WordPattern.Unit], at place: Int
  ) throws(QueryProblem) -> FieldName {
    let text = units.text
    guard FieldName.isName(text) else {
      throw QueryProblem(
        at: place, "expected the name of a field: at most 255 letters, digits, '.', '_' and '-'")
    }
    return FieldName(text: text, place: place)
  }

  // MARK: Values

  private mutating func value(_ field: FieldName?) throws(QueryProblem) -> QueryNode {
    let start = scanner.index
    switch scanner.peek {
    case UInt8(ascii: "\""):
      let units = try scanner.quoted()
      return try test(field, .phrase(units, slop: try scanner.slop()), at: start)
    case UInt8(ascii: "["), UInt8(ascii: "{"): return try test(field, try range(), at: start)
    case UInt8(ascii: "<"), UInt8(ascii: ">"): return try test(field, try comparison(), at: start)
    default: break
    }
    let units = try scanner.word(hasColons: true)
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
    switch scanner.peek {
    case UInt8(ascii: "^"):
      throw QueryProblem(
        at: scanner.index, "rows have no rank here, so ^ means nothing; leave it out")
    case UInt8(ascii: "~"):
      throw QueryProblem(
        at: scanner.index,
        "~ stands behind a phrase in quotes only; similar words are not searched for")
    default: break
    }
  }

  private mutating func comparison() throws(QueryProblem) -> ValueTest {
    let isGreater = scanner.take(">")
    if !isGreater { scanner.skip() }
    let isIncluded = scanner.take("=")
    scanner.skipBlanks()
    let place = scanner.index
    let end = RangeEnd(text: try rangeText(), isIncluded: isIncluded, place: place)
    return isGreater ? .range(lower: end, upper: nil) : .range(lower: nil, upper: end)
  }

  private mutating func range() throws(QueryProblem) -> ValueTest {
    let isLowerIncluded = scanner.peek == UInt8(ascii: "[")
    scanner.skip()
    scanner.skipBlanks()
    let (lowerPlace, lower) = (scanner.index, try rangeText())
    scanner.skipBlanks()
    guard scanner.takeWord("TO") else { throw scanner.expected("TO between the ends of a range") }
    scanner.skipBlanks()
    let (upperPlace, upper) = (scanner.index, try rangeText())
    scanner.skipBlanks()
    let isUpperIncluded = scanner.take("]")
    guard isUpperIncluded || scanner.take("}") else {
      throw scanner.expected("]", "} behind a range")
    }
    let open: [WordPattern.Unit] = [.any]
    return .range(
      lower: lower == open
        ? nil : RangeEnd(text: lower, isIncluded: isLowerIncluded, place: lowerPlace),
      upper: upper == open
        ? nil : RangeEnd(text: upper, isIncluded: isUpperIncluded, place: upperPlace))
  }

  private mutating func rangeText() throws(QueryProblem) -> [WordPattern.Unit] {
    let start = scanner.index
    let units =
      scanner.peek == UInt8(ascii: "\"") ? try scanner.quoted() : try scanner.word(hasColons: true)
    guard !units.hasWildcards || units == [.any] else {
      throw QueryProblem(at: start, "expected an end of a range, which has no wildcards")
    }
    return units
  }
}
