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

  /// A scalar with its cases, looked up once for all sets that are asked for it.
  struct Cases {
    let scalar: Unicode.Scalar
    let folded: Unicode.Scalar
    /// The scalar itself where nobody asks for them: within ASCII, or where there are no sets.
    let upper: Unicode.Scalar
    let lower: Unicode.Scalar

    init(_ scalar: Unicode.Scalar, areForSets: Bool) {
      self.scalar = scalar
      folded = CaseFolding.fold(scalar)
      upper = scalar.isASCII || !areForSets ? scalar : CaseFolding.upper(scalar)
      lower = scalar.isASCII || !areForSets ? scalar : CaseFolding.lower(scalar)
    }
  }

  /// In order, without overlaps, so that a look takes steps with the logarithm of their number.
  private let ranges: [ClosedRange<UInt32>]
  private let members: [Member]
  private let isNegated: Bool
  private let ignoresCase: Bool
  /// The answers for ASCII, where nearly all text is.
  private let ascii: ASCIISet

  init(
    ranges: [ClosedRange<Unicode.Scalar>], members: [Member], isNegated: Bool, ignoresCase: Bool
  ) {
    var all = ranges.map { $0.lowerBound.value...$0.upperBound.value }
    if ignoresCase {
      for range in ranges where range.lowerBound == range.upperBound {
        for other in [CaseFolding.fold(range.lowerBound), CaseFolding.upper(range.lowerBound)] {
          all.append(other.value...other.value)
        }
      }
    }
    self.ranges = Self.merged(all)
    self.members = members
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
    var ascii = ASCIISet()
    for range in self.ranges { ascii.insert(range) }
    if ignoresCase { ascii.insertOtherCases() }
    for member in members { ascii.formUnion(.of(member)) }
    self.ascii = isNegated ? ascii.inverted : ascii
  }

  /// Not by its ranges: a set in `{1000}` is looked up a thousand times, and found again by comparing,
  /// which costs nothing where the ranges are the same array.
  func hash(into hasher: inout Hasher) {
    hasher.combine(ascii)
    hasher.combine(ranges.count)
    hasher.combine(ranges.first)
    hasher.combine(isNegated)
  }

  func contains(_ cases: Cases) -> Bool {
    if cases.scalar.isASCII { return ascii.contains(UInt8(cases.scalar.value)) }
    return holds(cases) != isNegated
  }

  private func holds(_ cases: Cases) -> Bool {
    if members.contains(where: { $0.contains(cases.scalar) }) || isInRange(cases.scalar) {
      return true
    }
    guard ignoresCase else { return false }
    return isInRange(cases.folded) || isInRange(cases.upper) || isInRange(cases.lower)
  }

  private func isInRange(_ scalar: Unicode.Scalar) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= scalar.value
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
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

/// A set of ASCII characters: a bit for each.
private struct ASCIISet: Hashable, Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  func contains(_ value: UInt8) -> Bool {
    (value < 64 ? low >> value : high >> (value - 64)) & 1 == 1
  }

  mutating func insert(_ value: UInt8) {
    if value < 64 { low |= 1 << value } else { high |= 1 << (value - 64) }
  }

  mutating func insert(_ range: ClosedRange<UInt32>) {
    guard range.lowerBound < 128 else { return }
    for value in range.lowerBound...min(range.upperBound, 127) { insert(UInt8(value)) }
  }

  fileprivate mutating func insertOtherCases() {
    let letters: UInt64 = 0x07FF_FFFE
    let upper = high & letters
    let lower = high >> 32 & letters
    high |= upper << 32 | lower
  }

  mutating func formUnion(_ other: ASCIISet) {
    low |= other.low
    high |= other.high
  }

  fileprivate var inverted: ASCIISet {
    var inverted = ASCIISet()
    inverted.low = ~low
    inverted.high = ~high
    return inverted
  }

  static func of(_ member: RegexSet.Member) -> ASCIISet {
    let positive =
      switch member.kind {
      case .digit: digits
      case .word: words
      case .space: spaces
      }
    return member.isNegated ? positive.inverted : positive
  }

  private static let digits = ASCIISet { RegexSet.Class.digit.contains($0) }
  private static let words = ASCIISet { RegexSet.Class.word.contains($0) }
  private static let spaces = ASCIISet { RegexSet.Class.space.contains($0) }

  init() {}

  private init(_ isIn: (Unicode.Scalar) -> Bool) {
    for value in UInt8(0)..<128 where isIn(Unicode.Scalar(value)) { insert(value) }
  }
}

/// Case without language: one scalar to one scalar.
package enum CaseFolding {
  /// The same for all cases of a letter.
  package static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII {
      return scalar >= "A" && scalar <= "Z" ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
    }
    // By way of the upper case, so that the final sigma and the long s meet their letters.
    return lower(upper(scalar))
  }

  static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    only(scalar.properties.lowercaseMapping) ?? scalar
  }

  static func upper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    only(scalar.properties.uppercaseMapping) ?? scalar
  }

  private static func only(_ text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { return nil }
    return first
  }
}
