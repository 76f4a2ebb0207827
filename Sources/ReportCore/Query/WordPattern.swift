internal import Texts

/// Words that a search wants to find in a text, next to each other or nearly so.
///
/// A word is a run of letters and digits (Unicode's L, N and Co, and the combining marks from U+0300 to
/// U+036F), in lower case: what SQLite's tokenizer `unicode61 remove_diacritics 0` calls a token. In a
/// pattern `*` stands for any number of a word's characters and `?` for one.
///
/// A text is met if each word of the pattern has a place in it such that the places, each less the
/// word's own number in the pattern, are no further apart than the slop: with a slop of 0 the words
/// stand one behind the other. Time grows with the text, times the pattern's words.
package struct WordPattern: Hashable, Sendable {
  /// Words of one pattern at most: as many as bits of a mask.
  package static let wordsMax = 64
  /// How far apart words may be at most.
  package static let slopMax = 1000

  /// In UTF-8, with `Wildcards`.
  private let words: [[UInt8]]
  private let slop: Int

  /// A character of a pattern.
  package enum Unit: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    /// `*`.
    case any
    /// `?`.
    case one
  }

  /// - Returns: nil if there is no word, or if there are too many.
  package init?(_ units: some Sequence<Unit>, slop: Int = 0) {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    for unit in units {
      switch unit {
      case .any: word.append(Wildcards.any)
      case .one: word.append(Wildcards.one)
      case .scalar(let scalar) where Words.isPart(scalar): Words.append(scalar, to: &word)
      case .scalar:
        if !word.isEmpty { words.append(word) }
        word.removeAll()
      }
    }
    if !word.isEmpty { words.append(word) }
    guard (1...Self.wordsMax).contains(words.count), (0...Self.slopMax).contains(slop) else {
      return nil
    }
    self.words = words
    self.slop = slop
  }

  package var wordCount: Int { words.count }

  /// As FTS5 asks for it; nil if it cannot: for a slop, and for wildcards but a `*` at the very end.
  /// Letters, digits and marks only, in double quotes.
  package var fullTextQuery: String? {
    guard slop == 0, var last = words.last else { return nil }
    var all = words
    let isPrefix = last.last == Wildcards.any && last.count > 1
    if isPrefix { last.removeLast() }
    all[all.count - 1] = last
    guard !all.contains(where: { $0.contains { $0 == Wildcards.any || $0 == Wildcards.one } })
    else {
      return nil
    }
    let text = all.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    return "\"\(text)\"" + (isPrefix ? " *" : "")
  }

  // MARK: As text

  /// As it is bound to a statement, for `init(text:)`.
  package var text: String {
    ([String(slop)]
      + words.map { word in
        String(
          decoding: word.map { byte in
            byte == Wildcards.any
              ? UInt8(ascii: "*") : byte == Wildcards.one ? UInt8(ascii: "?") : byte
          }, as: UTF8.self)
      }).joined(separator: " ")
  }

  /// - Returns: nil if `text` did not write it.
  package init?(text: UnsafeBufferPointer<UInt8>) {
    let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard let first = parts.first, let slop = Int(String(decoding: first, as: UTF8.self)),
      (0...Self.slopMax).contains(slop), (2...Self.wordsMax + 1).contains(parts.count),
      !parts.contains(where: \.isEmpty)
    else { return nil }
    self.slop = slop
    words = parts.dropFirst().map { part in
      part.map { byte in
        byte == UInt8(ascii: "*") ? Wildcards.any : byte == UInt8(ascii: "?") ? Wildcards.one : byte
      }
    }
  }

  // MARK: Matching

  /// Whether a text, in UTF-8, has the words. What is no UTF-8 is no letter.
  package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var search = Search(self)
    return Words.visit(text) { search.isOver(with: $0) } || search.isOverAtEnd()
  }

  /// Goes through the words of a text. What word i at place p tells is its distance p - i; distances
  /// are looked at in their order, for which the last places are kept.
  private struct Search {
    private let pattern: WordPattern
    /// Which words stand at the last places: a ring.
    private var masks: [UInt64]
    private var place = 0
    /// The last distance of each word.
    private var distances: [Int?]
    private var missing: Int

    init(_ pattern: WordPattern) {
      self.pattern = pattern
      masks = Array(repeating: 0, count: pattern.words.count)
      distances = Array(repeating: nil, count: pattern.words.count)
      missing = pattern.words.count
    }

    mutating func isOver(with word: UnsafeBufferPointer<UInt8>) -> Bool {
      var mask: UInt64 = 0
      for (index, wanted) in pattern.words.enumerated() where Wildcards.matches(wanted, word) {
        mask |= 1 << UInt64(index)
      }
      return isOver(mask)
    }

    mutating func isOverAtEnd() -> Bool {
      for _ in 1..<max(pattern.words.count, 1) where isOver(0) { return true }
      return false
    }

    /// - Parameter mask: the words of the pattern that stand at this place.
    private mutating func isOver(_ mask: UInt64) -> Bool {
      let count = masks.count
      masks[place % count] = mask
      let distance = place - (count - 1)
      place += 1
      var isNew = false
      for index in 0..<count where distance + index >= 0 {
        guard masks[(distance + index) % count] & 1 << UInt64(index) != 0 else { continue }
        if distances[index] == nil { missing -= 1 }
        distances[index] = distance
        isNew = true
      }
      guard isNew, missing == 0 else { return false }
      return distances.allSatisfy { distance - ($0 ?? .min) <= pattern.slop }
    }
  }
}

/// A whole text with wildcards: `*` for any number of characters, `?` for one; letter case counts.
package struct WildcardPattern: Hashable, Sendable {
  private let bytes: [UInt8]

  package init(_ units: some Sequence<WordPattern.Unit>) {
    var bytes: [UInt8] = []
    for unit in units {
      switch unit {
      case .any: bytes.append(Wildcards.any)
      case .one: bytes.append(Wildcards.one)
      case .scalar(let scalar): bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
      }
    }
    self.bytes = bytes
  }

  /// As it is bound to a statement, for `init(text:)`: what is no wildcard stands behind a backslash
  /// where it looks like one.
  package var text: String {
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case Wildcards.any: text.append(UInt8(ascii: "*"))
      case Wildcards.one: text.append(UInt8(ascii: "?"))
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "\\"):
        text += [UInt8(ascii: "\\"), byte]
      default: text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  package init(text: UnsafeBufferPointer<UInt8>) {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text {
      switch byte {
      case _ where isEscaped:
        bytes.append(byte)
        isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "*"): bytes.append(Wildcards.any)
      case UInt8(ascii: "?"): bytes.append(Wildcards.one)
      default: bytes.append(byte)
      }
    }
    self.bytes = bytes
  }

  package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    Wildcards.matches(bytes, text)
  }
}

/// The words of texts.
private enum Words {
  static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return UInt8(truncatingIfNeeded: scalar.value).isAlphanumeric }
    if (0x300...0x36F).contains(scalar.value) { return true }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber, .privateUse:
      true
    default: false
    }
  }

  /// Appends a character in lower case, if that is one character.
  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return bytes.append(isUpper ? byte | 0x20 : byte)
    }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    let single = lower.count == 1 ? lower.first ?? scalar : scalar
    bytes.append(contentsOf: UTF8.encode(single) ?? .init())
  }

  /// Shows the words of a text, one after the other, until `isOver` says so.
  ///
  /// - Returns: whether it did.
  static func visit(
    _ text: UnsafeBufferPointer<UInt8>, isOver: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    var word: [UInt8] = []
    var decoder = UTF8()
    var bytes = text.makeIterator()
    while true {
      switch decoder.decode(&bytes) {
      case .scalarValue(let scalar) where isPart(scalar):
        append(scalar, to: &word)
        continue
      case .scalarValue, .error:
        if !word.isEmpty, word.withUnsafeBufferPointer(isOver) { return true }
        word.removeAll(keepingCapacity: true)
      case .emptyInput: return !word.isEmpty && word.withUnsafeBufferPointer(isOver)
      }
    }
  }
}

/// Wildcards in patterns of UTF-8: bytes that no UTF-8 has.
private enum Wildcards {
  static let any: UInt8 = 0xFE
  static let one: UInt8 = 0xFF

  /// Whether a whole text is met. Goes back to the last wildcard only, so that time grows with the
  /// product of text and pattern at most.
  static func matches(_ pattern: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var (place, start) = (0, 0)
    var retry: (place: Int, start: Int)?
    while start < text.count {
      if place < pattern.count, pattern[place] == any {
        place += 1
        retry = (place, start)
      } else if place < pattern.count, pattern[place] == one {
        place += 1
        start = end(ofCharacterAt: start, in: text)
      } else if place < pattern.count, pattern[place] == text[start] {
        place += 1
        start += 1
      } else if let last = retry {
        let next = end(ofCharacterAt: last.start, in: text)
        (place, start) = (last.place, next)
        retry = (last.place, next)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == any }
  }

  private static func end(ofCharacterAt start: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
    var end = start + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
