extension String {
  /// The text in quotes, cut where it gets long: what a message says somebody wrote.
  var quoted: String {
    count > 60 ? "'\(prefix(60))...'" : "'\(self)'"
  }
}

extension Sequence<String> {
  /// `a, b or c`.
  var oneOf: String {
    let items = Array(self)
    guard let last = items.last, items.count > 1 else { return items.first ?? "nothing" }
    return items.dropLast().joined(separator: ", ") + " or " + last
  }
}
