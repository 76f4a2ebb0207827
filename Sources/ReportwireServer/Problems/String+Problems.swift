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
}
