/// Reads a pattern into a tree: recursive descent, its depth bounded by the limit on groups.
struct RegexParser {
  /// What `(?ism)` sets.
  private struct Flags {
    var ignoresCase: Bool
    var dotTakesLineFeed = false
    var anchorsAtLines = false
  }

  private let scalars: [Unicode.Scalar]
  private let limits: LinearRegex.Limits
  private var index = 0
  private var groupDepth = 0
  private var flags: Flags

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

  private mutating func parseChoice() throws(LinearRegexError) -> RegexNode {
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

  private func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    .scalar(
      flags.ignoresCase ? CaseFolding.fold(scalar) : scalar, ignoresCase: flags.ignoresCase)
  }

  private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  private func error(
    _ code: LinearRegexError.Code, _ message: String, at offset: Int? = nil
  ) -> LinearRegexError {
    LinearRegexError(code, message, offset: offset ?? index)
  }
}

/// `(…)` and all that starts with `(?`.
extension RegexParser {
  private mutating func parseGroup(at start: Int) throws(LinearRegexError) -> RegexNode {
    groupDepth += 1
    defer { groupDepth -= 1 }
    guard groupDepth <= limits.groupDepthMax else {
      throw error(
        .tooLarge, "groups are inside each other more than \(limits.groupDepthMax) deep",
        at: start)
    }
    let outer = flags
    if take("?"), try !parseGroupKind(at: start) {
      // `(?i)` holds to the end of the group around it: the flags stay.
      return .empty
    }
    let node = try parseChoice()
    guard take(")") else { throw error(.syntax, "this '(' is never closed", at: start) }
    flags = outer
    return node
  }

  /// Reads what follows `(?`.
  ///
  /// - Returns: whether a pattern and a `)` follow; false if the `)` was read.
  private mutating func parseGroupKind(at start: Int) throws(LinearRegexError) -> Bool {
    if take(":") { return true }
    if peek == "=" || peek == "!" { throw lookaround(at: start) }
    if take("<") {
      if peek == "=" || peek == "!" { throw lookaround(at: start) }
      try parseGroupName(at: start)
      return true
    }
    if take("P") {
      guard take("<") else {
        throw error(.unsupported, "backreferences are not supported", at: start)
      }
      try parseGroupName(at: start)
      return true
    }
    return try parseFlags(at: start)
  }

  private func lookaround(at start: Int) -> LinearRegexError {
    error(.unsupported, "lookahead and lookbehind are not supported", at: start)
  }

  private mutating func parseGroupName(at start: Int) throws(LinearRegexError) {
    let nameStart = index
    while let scalar = peek, RegexSet.isWord(scalar) { index += 1 }
    guard index > nameStart, take(">") else {
      throw error(.syntax, "a group's name is letters, digits and '_', then '>'", at: nameStart)
    }
  }

  private mutating func parseFlags(at start: Int) throws(LinearRegexError) -> Bool {
    var isOn = true
    let flagsStart = index
    while let scalar = peek {
      switch scalar {
      case "i": flags.ignoresCase = isOn
      case "s": flags.dotTakesLineFeed = isOn
      case "m": flags.anchorsAtLines = isOn
      case "-" where isOn: isOn = false
      case ")" where index > flagsStart:
        index += 1
        return false
      case ":" where index > flagsStart:
        index += 1
        return true
      default:
        throw error(
          .unsupported, "'(?\(scalar)' is not supported; groups are (…), (?:…), (?<name>…), (?i)",
          at: start)
      }
      index += 1
    }
    throw error(.syntax, "this '(' is never closed", at: start)
  }
}

/// `* + ? {m,n}` behind an atom.
extension RegexParser {
  private mutating func parseQuantifier(
    of atom: RegexNode, at start: Int
  ) throws(LinearRegexError) -> RegexNode {
    let quantifierStart = index
    guard let (minimum, maximum) = try parseRange() else { return atom }
    if let maximum, maximum < minimum {
      throw error(
        .syntax, "{\(minimum),\(maximum)} has its numbers the wrong way round",
        at: quantifierStart)
    }
    if peek == "+" {
      throw error(.unsupported, "possessive quantifiers are not supported; leave the '+' out")
    }
    // Laziness chooses between matches; here only whether there is one counts.
    _ = take("?")
    let second = index
    if try parseRange() != nil {
      throw error(.syntax, "this repeats what is repeated already; use a group", at: second)
    }
    return .repetition(atom, minimum: minimum, maximum: maximum)
  }

  private mutating func parseRange() throws(LinearRegexError) -> (Int, Int?)? {
    switch peek {
    case "*":
      index += 1
      return (0, nil)
    case "+":
      index += 1
      return (1, nil)
    case "?":
      index += 1
      return (0, 1)
    case "{": return try parseBounds()
    default: return nil
    }
  }

  /// `{m}`, `{m,}`, `{,n}` or `{m,n}`; nil, and nothing read, if the brace is a plain character.
  private mutating func parseBounds() throws(LinearRegexError) -> (Int, Int?)? {
    let start = index
    index += 1
    let minimum = try parseNumber()
    var maximum = minimum
    var hasComma = false
    if take(",") {
      hasComma = true
      maximum = try parseNumber()
    }
    guard take("}"), minimum != nil || (hasComma && maximum != nil) else {
      index = start
      return nil
    }
    return (minimum ?? 0, maximum)
  }

  private mutating func parseNumber() throws(LinearRegexError) -> Int? {
    let start = index
    var number: Int?
    while let digit = peek, digit >= "0", digit <= "9" {
      index += 1
      number = (number ?? 0) * 10 + Int(digit.value - 48)
      if let number, number > limits.repetitionsMax {
        throw error(
          .tooLarge, "at most \(limits.repetitionsMax) repetitions can be asked for", at: start)
      }
    }
    return number
  }
}

/// `[…]`.
extension RegexParser {
  private enum Item {
    case scalar(Unicode.Scalar)
    case member(RegexSet.Member)
  }

  /// A set; the bracket at `start` was read.
  private mutating func parseSet(at start: Int) throws(LinearRegexError) -> RegexSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var members: [RegexSet.Member] = []
    var isFirst = true
    // A bracket that comes first is a plain one.
    while isFirst || peek != "]" {
      isFirst = false
      let itemStart = index
      switch try parseItem(at: start) {
      case .member(let member): members.append(member)
      case .scalar(let lower):
        guard let upper = try parseRangeEnd(at: start) else {
          ranges.append(lower...lower)
          continue
        }
        guard lower <= upper else {
          throw error(
            .syntax, "the range \(lower)-\(upper) has its ends the wrong way round",
            at: itemStart)
        }
        ranges.append(lower...upper)
      }
    }
    index += 1
    return RegexSet(
      ranges: ranges, members: members, isNegated: isNegated, ignoresCase: flags.ignoresCase)
  }

  /// What follows a hyphen; nil if there is none, or it is a plain one at the end of the set.
  private mutating func parseRangeEnd(at start: Int) throws(LinearRegexError) -> Unicode.Scalar? {
    let hyphen = index
    guard take("-") else { return nil }
    guard peek != "]" else {
      index = hyphen
      return nil
    }
    guard case .scalar(let upper) = try parseItem(at: start) else {
      throw error(.syntax, "a range cannot end with a class of characters", at: hyphen)
    }
    return upper
  }

  private mutating func parseItem(at start: Int) throws(LinearRegexError) -> Item {
    guard let scalar = peek else {
      throw error(.syntax, "this '[' is never closed", at: start)
    }
    let itemStart = index
    index += 1
    if scalar == "[", let next = peek, next == ":" || next == "." || next == "=" {
      throw error(
        .unsupported, "'[\(next)' is not supported; use ranges, \\d, \\w or \\s", at: itemStart)
    }
    guard scalar == "\\" else { return .scalar(scalar) }
    if let member = takeClass() { return .member(member) }
    // In a set this is the backspace, as everywhere.
    if take("b") { return .scalar("\u{08}") }
    return .scalar(try parseEscapedScalar(at: itemStart))
  }
}

/// What follows a backslash.
extension RegexParser {
  /// An escape outside of a set; the backslash at `start` was read.
  private mutating func parseEscape(at start: Int) throws(LinearRegexError) -> RegexNode {
    switch peek {
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "Z": return assertion(.textEndOrLastLineFeed)
    case let digit? where "123456789kg".unicodeScalars.contains(digit):
      throw error(.unsupported, "backreferences are not supported", at: start)
    default: break
    }
    if let member = takeClass() {
      return .set(
        RegexSet(ranges: [], members: [member], isNegated: false, ignoresCase: false))
    }
    return literal(try parseEscapedScalar(at: start))
  }

  private mutating func assertion(_ assertion: RegexAssertion) -> RegexNode {
    index += 1
    return .assertion(assertion)
  }

  /// `d D w W s S`, if one is next.
  private mutating func takeClass() -> RegexSet.Member? {
    let member: RegexSet.Member
    switch peek {
    case "d": member = .init(kind: .digit, isNegated: false)
    case "D": member = .init(kind: .digit, isNegated: true)
    case "w": member = .init(kind: .word, isNegated: false)
    case "W": member = .init(kind: .word, isNegated: true)
    case "s": member = .init(kind: .space, isNegated: false)
    case "S": member = .init(kind: .space, isNegated: true)
    default: return nil
    }
    index += 1
    return member
  }

  /// An escape that stands for one scalar.
  private mutating func parseEscapedScalar(at start: Int) throws(LinearRegexError) -> Unicode.Scalar
  {
    guard let scalar = peek else {
      throw error(.syntax, "the pattern ends with a backslash", at: start)
    }
    index += 1
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    case "e": return "\u{1B}"
    case "0": return "\0"
    case "x": return try parseHexadecimal(digits: 2, at: start)
    case "u": return try parseHexadecimal(digits: 4, at: start)
    case "U": return try parseHexadecimal(digits: 8, at: start)
    case "a"..."z", "A"..."Z", "1"..."9":
      throw error(.unsupported, "the escape '\\\(scalar)' is not supported", at: start)
    default: return scalar
    }
  }

  /// So many digits, or any number of them in braces.
  private mutating func parseHexadecimal(
    digits count: Int, at start: Int
  ) throws(LinearRegexError) -> Unicode.Scalar {
    let isBraced = take("{")
    var value: UInt32 = 0
    var digits = 0
    while isBraced || digits < count, let next = peek, let digit = Self.hexadecimal(next) {
      index += 1
      digits += 1
      value = min(value, 0x1000_0000 - 1) << 4 | digit
    }
    let isComplete = isBraced ? digits > 0 && take("}") : digits == count
    guard isComplete, let scalar = Unicode.Scalar(value) else {
      throw error(.syntax, "this is no hexadecimal number of a Unicode scalar", at: start)
    }
    return scalar
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 48
    case "a"..."f": scalar.value - 97 + 10
    case "A"..."F": scalar.value - 65 + 10
    default: nil
    }
  }
}
