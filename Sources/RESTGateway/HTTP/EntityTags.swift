/// The value of If-Match and If-None-Match (RFC 9110, section 13.1).
enum EntityTags: Hashable {
  /// `*`: any.
  case any
  case list([EntityTag])

  /// nil for what is neither `*` nor a list of tags.
  init?(_ text: String) {
    if text.trimmingSpace == "*" {
      self = .any
      return
    }
    var tags: [EntityTag] = []
    var rest = Substring(text.trimmingSpace)
    while !rest.isEmpty {
      if rest.first == "," || rest.first == " " || rest.first == "\t" {
        rest.removeFirst()
        continue
      }
      let isWeak = rest.hasPrefix("W/")
      if isWeak { rest.removeFirst(2) }
      guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
      let value = rest[rest.index(after: rest.startIndex)..<end]
      tags.append(EntityTag(value: String(value), isWeak: isWeak))
      rest = rest[rest.index(after: end)...]
      guard rest.isEmpty || [",", " ", "\t"].contains(rest.first) else { return nil }
    }
    guard !tags.isEmpty else { return nil }
    self = .list(tags)
  }

  /// Weak comparison, for If-None-Match; `tag` is a strong one.
  func matches(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .list(let tags): tags.contains { $0.value == tag.value }
    }
  }

  /// Strong comparison, for If-Match and If-Range.
  func matchesStrongly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .list(let tags): tags.contains { $0 == tag && !$0.isWeak }
    }
  }
}

/// What tells one content from another (RFC 9110, section 8.8.3).
struct EntityTag: Hashable {
  var value: String
  var isWeak = false

  var text: String { isWeak ? "W/\"\(value)\"" : "\"\(value)\"" }
}

extension StringProtocol {
  /// Without the spaces and tabs that HTTP allows around a value.
  var trimmingSpace: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(String(drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
  }
}
