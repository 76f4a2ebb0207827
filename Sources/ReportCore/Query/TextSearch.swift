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

  /// Whether the needle is in a text that lies in memory as UTF-8, ignoring case (simple folding of
  /// each Unicode scalar). Takes time linear in the text (Knuth, Morris and Pratt), and makes no
  /// `String` of it while it is ASCII.
  ///
  /// - Parameter budget: what the steps are taken off, one for each byte and more beyond ASCII.
  /// - Throws: the budget's end.
  package func isFound(
    inUTF8 text: UnsafeBufferPointer<UInt8>, spending budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    guard !needle.isEmpty else { return true }
    var matched = 0
    var start = text.startIndex
    while start < text.endIndex {
      let end = min(start + Self.bytesPerPayment, text.endIndex)
      try budget.spend(end - start)
      for index in start..<end {
        let byte = text[index]
        guard byte < 0x80 else { return try isFound(inWide: text[index...], &matched, budget) }
        let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        if isComplete(by: Unicode.Scalar(isUpper ? byte | 0x20 : byte), &matched) { return true }
      }
      start = end
    }
    return false
  }

  /// Bytes between two payments.
  private static let bytesPerPayment = 16_384
  /// Steps that a byte counts for where cases have to be looked up.
  private static let stepsPerWideByte = 8

  /// The same for the rest of a text, in which more than ASCII was found.
  private func isFound(
    inWide text: Slice<UnsafeBufferPointer<UInt8>>, _ matched: inout Int, _ budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    var bytes = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if isComplete(by: CaseFolding.fold(scalar), &matched) { return true }
      bytes += UTF8.width(scalar)
      if bytes >= Self.bytesPerPayment / Self.stepsPerWideByte {
        try budget.spend(bytes * Self.stepsPerWideByte)
        bytes = 0
      }
    }
    try budget.spend(bytes * Self.stepsPerWideByte)
    return false
  }

  /// Goes on with one more folded scalar of the text; true at the end of a match.
  private func isComplete(by scalar: Unicode.Scalar, _ matched: inout Int) -> Bool {
    while matched > 0, needle[matched] != scalar { matched = borders[matched - 1] }
    if needle[matched] == scalar { matched += 1 }
    return matched == needle.count
  }
}
