/// The substring search of `Predicate.contains`: the same in every store.
package struct TextSearch: Sendable {
  private let needle: [Unicode.Scalar]
  /// Of each prefix of the needle: the length of its longest proper prefix that also ends it.
  private let borders: [Int]

  /// - Parameter needle: taken literally; the empty text is in every text.
  package init(_ needle: String) {
    let scalars = needle.unicodeScalars.map(CaseFolding.fold)
    var borders = Array(repeating: 0, count: scalars.count)
    var length = 0
    for index in scalars.indices.dropFirst() {
      while length > 0, scalars[length] != scalars[index] { length = borders[length - 1] }
      if scalars[length] == scalars[index] { length += 1 }
      borders[index] = length
    }
    self.needle = scalars
    self.borders = borders
  }

  /// Whether the needle is in a text, ignoring case (simple folding of each Unicode scalar). Takes
  /// time linear in the text (Knuth, Morris and Pratt).
  package func isFound(in text: String) -> Bool {
    guard !needle.isEmpty else { return true }
    var matched = 0
    for scalar in text.unicodeScalars {
      let scalar = CaseFolding.fold(scalar)
      while matched > 0, needle[matched] != scalar { matched = borders[matched - 1] }
      if needle[matched] == scalar { matched += 1 }
      if matched == needle.count { return true }
    }
    return false
  }
}

extension TextSearch {
  /// The same in a text that lies in memory as UTF-8, without making a `String` of it while it is
  /// ASCII.
  package func isFound(inUTF8 text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !needle.isEmpty else { return true }
    var matched = 0
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x80 else {
        let rest = String(decoding: text[index...], as: UTF8.self)
        for scalar in rest.unicodeScalars where isComplete(by: CaseFolding.fold(scalar), &matched) {
          return true
        }
        return false
      }
      let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      let folded = Unicode.Scalar(isUpper ? byte | 0x20 : byte)
      if isComplete(by: folded, &matched) { return true }
    }
    return false
  }

  /// Goes on with one more folded scalar of the text; true at the end of a match.
  private func isComplete(by scalar: Unicode.Scalar, _ matched: inout Int) -> Bool {
    while matched > 0, needle[matched] != scalar { matched = borders[matched - 1] }
    if needle[matched] == scalar { matched += 1 }
    return matched == needle.count
  }
}
