internal import ProtobufWire

/// What a peer would have, and how gladly: the value of Accept or Accept-Encoding (RFC 9110, sections
/// 12.5.1 and 12.5.3).
struct Preferences {
  private struct Item {
    let name: String
    let quality: Double
  }

  private let items: [Item]

  /// Reads a header; nil, without one, is everything.
  init(_ text: String?) {
    guard let text else {
      items = [Item(name: "*", quality: 1), Item(name: "*/*", quality: 1)]
      return
    }
    items = text.utf8.split(separator: UInt8(ascii: ",")).compactMap { item in
      let parts = item.split(separator: UInt8(ascii: ";")).map { Self.lowerCase($0) }
      guard let name = parts.first, !name.isEmpty else { return nil }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
      return Item(name: name, quality: quality.flatMap { Double($0.dropFirst(2)) } ?? 1)
    }
  }

  /// How gladly, from 0 for not at all to 1; the closest of the names that fit decides.
  func quality(of names: String...) -> Double {
    for name in names {
      if let item = items.first(where: { $0.name.isByteEqual(to: name) }) { return item.quality }
    }
    return 0
  }

  /// The same for a media type.
  func quality(ofMedia type: String) -> Double {
    quality(of: type, "\(type.prefix { $0 != "/" })/*", "*/*")
  }

  /// Without spaces at its ends; only ASCII has a lower case here.
  private static func lowerCase(_ bytes: Substring.UTF8View) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let text = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    return String(decoding: text.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// The type of a Content-Type, without its parameters.
  static func mediaType(_ text: String) -> String {
    lowerCase(text.utf8.prefix { $0 != UInt8(ascii: ";") })
  }
}
