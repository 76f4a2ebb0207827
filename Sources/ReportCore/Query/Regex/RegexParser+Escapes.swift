/// What follows a backslash.
extension RegexParser {
  /// An escape outside of a set; the backslash at `start` was read.
  mutating func parseEscape(at start: Int) throws(LinearRegexError) -> RegexNode {
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
  mutating func takeClass() -> RegexSet.Member? {
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
  mutating func parseEscapedScalar(at start: Int) throws(LinearRegexError) -> Unicode.Scalar {
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
