/// A YAML document as read: what stands where. Apart from the parser's own types, so that values
/// can be sent between threads and compared.
struct YAMLNode: Hashable, Sendable {
  /// What YAML 1.1 takes a scalar for.
  enum ScalarKind: String, Hashable, Sendable {
    case null = "nothing"
    case boolean = "a boolean"
    case integer = "a whole number"
    case number = "a number"
    case string = "text"
  }

  struct Entry: Hashable, Sendable {
    var key: String
    /// The line of the key.
    var line: Int
    var value: YAMLNode
  }

  enum Content: Hashable, Sendable {
    case scalar(String, ScalarKind)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  var content: Content
  /// From 1.
  var line: Int

  /// What it is, for messages.
  var kindName: String {
    switch content {
    case .scalar(_, let kind): kind.rawValue
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
