/// `[…]`.
extension RegexParser {
  private enum Item {
    case scalar(Unicode.Scalar)
    case member(RegexSet.Member)
  }

  /// A set; the bracket at `start` was read.
  mutating func parseSet(at start: Int) throws(LinearRegexError) -> RegexSet {
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
