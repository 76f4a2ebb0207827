/// A set of scalars: `[a-z_]`, `\d`, `[^\s,]`.
struct RegexSet: Hashable, Sendable {
  /// `\d`, `\w` or `\s`.
  enum Class: Hashable, Sendable {
    case digit
    case word
    case space

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .digit: scalar.properties.generalCategory == .decimalNumber
      case .word: RegexSet.isWord(scalar)
      case .space: scalar.properties.isWhitespace
      }
    }
  }

  struct Member: Hashable, Sendable {
    var kind: Class
    var isNegated: Bool

    func contains(_ scalar: Unicode.Scalar) -> Bool { kind.contains(scalar) != isNegated }
  }

  private var ranges: [ClosedRange<Unicode.Scalar>]
  private var members: [Member]
  private var isNegated: Bool
  private var ignoresCase: Bool
  /// The answers for ASCII, where nearly all text is: one bit each.
  private var lowASCII: UInt64 = 0
  private var highASCII: UInt64 = 0

  init(
    ranges: [ClosedRange<Unicode.Scalar>], members: [Member], isNegated: Bool, ignoresCase: Bool
  ) {
    self.ranges = ranges
    self.members = members
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
    if ignoresCase {
      for range in ranges where range.lowerBound == range.upperBound {
        for other in [CaseFolding.fold(range.lowerBound), CaseFolding.upper(range.lowerBound)] {
          self.ranges.append(other...other)
        }
      }
    }
    for value in UInt8(0)..<128 where lookUp(Unicode.Scalar(value)) {
      if value < 64 { lowASCII |= 1 << value } else { highASCII |= 1 << (value - 64) }
    }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 64 { return lowASCII >> value & 1 == 1 }
    if value < 128 { return highASCII >> (value - 64) & 1 == 1 }
    return lookUp(scalar)
  }

  private func lookUp(_ scalar: Unicode.Scalar) -> Bool {
    holds(scalar) != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    if members.contains(where: { $0.contains(scalar) }) || isInRange(scalar) { return true }
    guard ignoresCase else { return false }
    return isInRange(CaseFolding.fold(scalar)) || isInRange(CaseFolding.upper(scalar))
      || isInRange(CaseFolding.lower(scalar))
  }

  private func isInRange(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar) }
  }

  /// Whether a scalar is part of a word: a letter, a digit, a mark on one, or `_`.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_": return true
      default: return false
      }
    }
    if scalar.properties.isAlphabetic { return true }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark, .enclosingMark, .connectorPunctuation:
      return true
    default: return false
    }
  }
}
