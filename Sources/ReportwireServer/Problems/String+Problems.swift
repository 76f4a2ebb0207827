extension String {
  /// The text in quotes, cut where it gets long: what a message says somebody wrote.
  var quoted: String {
    count > 60 ? "'\(prefix(60))...'" : "'\(self)'"
  }

  /// Line ends and other control characters become spaces.
  package var onOneLine: String {
    guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return self }
    return String(
      map { $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f } ? " " : $0 })
  }
}

extension Sequence<String> {
  /// `a, b or c`.
  var oneOf: String {
    let items = Array(self)
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return items.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The item that somebody most likely meant: at most two letters off.
  func nearest(to text: String) -> String? {
    map { (name: $0, distance: $0.editDistance(to: text)) }
      .filter { $0.distance <= 2 && $0.distance < $0.name.count }
      .min { $0.distance < $1.distance }?.name
  }
}

extension String {
  /// How many characters must be put in, taken out or changed to get the other text (Levenshtein).
  func editDistance(to other: String) -> Int {
    let left = Array(self)
    let right = Array(other)
    guard abs(left.count - right.count) <= 2 else { return max(left.count, right.count) }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = a == b ? diagonal : 1 + Swift.min(diagonal, Swift.min(above, row[j]))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
