/// `* + ? {m,n}` behind an atom.
extension RegexParser {
  mutating func parseQuantifier(
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
  mutating func parseBounds() throws(LinearRegexError) -> (Int, Int?)? {
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
