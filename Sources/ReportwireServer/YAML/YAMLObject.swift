internal import ReportCore

/// Reads a mapping key by key: what is asked for is allowed, and `finish` reports the rest. Wrong
/// values are reported and read as absent, so that one pass finds every problem.
struct YAMLObject {
  /// What the mapping is, for messages: `template`, `parameter 'carrier'`.
  let what: String
  let line: Int
  let log: ProblemLog
  private let entries: [ExactText: YAMLNode.Entry]
  private var asked: [String] = []

  /// Reports a node that is no mapping, and takes it for an empty one.
  init(_ node: YAMLNode, _ what: String, log: ProblemLog) {
    self.what = what
    self.log = log
    line = node.line
    if case .mapping(let list) = node.content {
      entries = Dictionary(list.map { ($0.key.exact, $0) }, uniquingKeysWith: { first, _ in first })
    } else {
      entries = [:]
      log.add(line: node.line, "\(what) must be a mapping, but is \(node.kindName)")
    }
  }

  /// The line of a key, or of the mapping if the key is not there.
  func line(of key: String) -> Int { entries[key.exact]?.line ?? line }

  func has(_ key: String) -> Bool { entries[key.exact] != nil }

  mutating func node(_ key: String) -> YAMLNode? {
    asked.append(key)
    return entries[key.exact]?.value
  }

  /// The value of a key by a conversion; nil if it is absent or wrong.
  mutating func value<Value>(
    _ key: String, _ convert: (YAMLNode) throws(YAMLNode.Mismatch) -> Value
  ) -> Value? {
    guard let node = node(key) else { return nil }
    do throws(YAMLNode.Mismatch) {
      return try convert(node)
    } catch {
      log.add(line: error.line, "'\(key)' of \(what) \(error.reason)")
      return nil
    }
  }

  mutating func string(_ key: String) -> String? {
    value(key) { (node) throws(YAMLNode.Mismatch) in try node.string() }
  }

  mutating func boolean(_ key: String) -> Bool? {
    value(key) { (node) throws(YAMLNode.Mismatch) in try node.boolean() }
  }

  mutating func integer(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
    value(key) { (node) throws(YAMLNode.Mismatch) in try node.integer(in: range) }
  }

  mutating func stringList(_ key: String) -> [String]? {
    value(key) { (node) throws(YAMLNode.Mismatch) in try node.stringList() }
  }

  /// The text of a key that must be there and not be empty.
  mutating func requiredString(_ key: String) -> String? {
    guard has(key) else {
      asked.append(key)
      log.add(line: line, "\(what) has no '\(key)'")
      return nil
    }
    guard let text = string(key) else { return nil }
    guard text.contains(where: { !$0.isWhitespace }) else {
      log.add(line: line(of: key), "'\(key)' of \(what) is empty")
      return nil
    }
    return text
  }

  /// One of some words; nil if it is absent or none of them.
  mutating func choice(_ key: String, of words: [String]) -> String? {
    guard let text = string(key) else { return nil }
    guard words.contains(text) else {
      log.add(
        line: line(of: key),
        "'\(key)' of \(what) must be \(words.oneOf), but is \(text.quoted)")
      return nil
    }
    return text
  }

  /// Reports the keys that nobody asked for.
  func finish() {
    let known = Set(asked.map(\.exact))
    for entry in entries.values.sorted(by: { $0.line < $1.line })
    where !known.contains(entry.key.exact) {
      let meant = asked.nearest(to: entry.key).map { " (did you mean '\($0)'?)" } ?? ""
      log.add(
        line: entry.line,
        "\(what) has no key \(entry.key.quoted)\(meant); it may have "
          + asked.sorted().joined(separator: ", "))
    }
  }
}
