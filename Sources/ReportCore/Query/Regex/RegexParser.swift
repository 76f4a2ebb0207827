/// Reads a pattern into a tree: recursive descent, its depth bounded by the limit on groups.
struct RegexParser {
  /// What `(?ism)` sets.
  struct Flags {
    var ignoresCase: Bool
    var dotTakesLineFeed = false
    var anchorsAtLines = false
  }

  let scalars: [Unicode.Scalar]
  let limits: LinearRegex.Limits
  var index = 0
  var groupDepth = 0
  var flags: Flags

  init(
    _ pattern: String, ignoresCase: Bool, limits: LinearRegex.Limits
  ) throws(LinearRegexError) {
    scalars = Array(pattern.unicodeScalars.prefix(limits.patternScalarsMax + 1))
    self.limits = limits
    flags = Flags(ignoresCase: ignoresCase)
    guard scalars.count <= limits.patternScalarsMax else {
      throw LinearRegexError(
        .tooLarge, "the pattern is longer than \(limits.patternScalarsMax) characters",
        offset: limits.patternScalarsMax)
    }
  }

  mutating func parse() throws(LinearRegexError) -> RegexNode {
    let node = try parseChoice()
    // Only a closing parenthesis ends a choice before the end of the pattern.
    guard index == scalars.count else { throw error(.syntax, "this ')' closes nothing") }
    return node
  }

  mutating func parseChoice() throws(LinearRegexError) -> RegexNode {
    var branches = [try parseSequence()]
    while take("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func parseSequence() throws(LinearRegexError) -> RegexNode {
    var parts: [RegexNode] = []
    while let next = peek, next != "|", next != ")" {
      let start = index
      let atom = try parseAtom()
      let part = try parseQuantifier(of: atom, at: start)
      if part != .empty { parts.append(part) }
    }
    switch parts.count {
    case 0: return .empty
    case 1: return parts[0]
    default: return .sequence(parts)
    }
  }

  private mutating func parseAtom() throws(LinearRegexError) -> RegexNode {
    let start = index
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "(": return try parseGroup(at: start)
    case "[": return .set(try parseSet(at: start))
    case "\\": return try parseEscape(at: start)
    case ".": return .any(withLineFeed: flags.dotTakesLineFeed)
    case "^": return .assertion(flags.anchorsAtLines ? .lineStart : .textStart)
    case "$": return .assertion(flags.anchorsAtLines ? .lineEnd : .textEndOrLastLineFeed)
    case "*", "+", "?":
      throw error(.syntax, "there is nothing for '\(scalar)' to repeat", at: start)
    case "{":
      index = start
      guard try parseBounds() == nil else {
        throw error(.syntax, "there is nothing for '{' to repeat", at: start)
      }
      index = start + 1
      return literal("{")
    default: return literal(scalar)
    }
  }

  func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    .scalar(
      flags.ignoresCase ? CaseFolding.fold(scalar) : scalar, ignoresCase: flags.ignoresCase)
  }

  var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  func error(
    _ code: LinearRegexError.Code, _ message: String, at offset: Int? = nil
  ) -> LinearRegexError {
    LinearRegexError(code, message, offset: offset ?? index)
  }
}

/// A pattern as a tree.
indirect enum RegexNode: Hashable, Sendable {
  case empty
  /// One scalar; folded if case is ignored.
  case scalar(Unicode.Scalar, ignoresCase: Bool)
  case set(RegexSet)
  /// Any scalar, or any but a line feed.
  case any(withLineFeed: Bool)
  case assertion(RegexAssertion)
  case sequence([RegexNode])
  case choice([RegexNode])
  /// `maximum` nil: without end.
  case repetition(RegexNode, minimum: Int, maximum: Int?)
}

/// What holds between two scalars.
enum RegexAssertion: Hashable, Sendable {
  case textStart
  case textEnd
  /// At the end, or before the line feed that ends the text.
  case textEndOrLastLineFeed
  case lineStart
  case lineEnd
  case wordBoundary
  case noWordBoundary
}
