/// `(…)` and all that starts with `(?`.
extension RegexParser {
  mutating func parseGroup(at start: Int) throws(LinearRegexError) -> RegexNode {
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
