/// The items of a URL's query or of a form (`application/x-www-form-urlencoded`), decoded, in their order.
package struct FormItems {
  package let items: [(name: String, value: String)]

  /// - Parameter text: as it came, without a question mark.
  /// - Returns: nil if an escape is broken or something is no UTF-8.
  package init?(_ text: String) {
    var items: [(name: String, value: String)] = []
    for item in text.utf8.split(separator: UInt8(ascii: "&")) {
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      guard let key = Self.decoded(name), let value = Self.decoded(item.dropFirst(name.count + 1))
      else { return nil }
      items.append((key, value))
    }
    self.items = items
  }

  /// Of several with one name the first.
  package subscript(name: String) -> String? {
    items.first { $0.name.utf8.isSame(as: name.utf8) }?.value
  }

  /// One name or value, where a plus sign is a space; nil if it cannot be read.
  package static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
    let space = UInt8(ascii: " ")
    return PercentCoding.decoded(bytes.map { $0 == UInt8(ascii: "+") ? space : $0 }[...])
  }
}
