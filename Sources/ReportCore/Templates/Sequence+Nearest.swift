extension Sequence<String> {
  /// The item that somebody most likely meant: at most two letters off. nil also for what is too
  /// long to be compared, for the time that takes grows with the product of the lengths.
  package func nearest(to text: String) -> String? {
    guard text.utf8.count <= 255 else { return nil }
    let letters = Array(text.unicodeScalars)
    return filter { $0.utf8.count <= 255 }
      .map { (name: $0, distance: editDistance(Array($0.unicodeScalars), letters)) }
      .filter { $0.distance <= 2 && $0.distance < $0.name.unicodeScalars.count }
      .min { $0.distance < $1.distance }?.name
  }
}

/// How many scalars must be put in, taken out or changed to make one text the other (Levenshtein).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  guard abs(left.count - right.count) <= 2 else { return Swift.max(left.count, right.count) }
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let above = row[j + 1]
      row[j + 1] = a == b ? diagonal : 1 + Swift.min(diagonal, above, row[j])
      diagonal = above
    }
  }
  return row[right.count]
}
