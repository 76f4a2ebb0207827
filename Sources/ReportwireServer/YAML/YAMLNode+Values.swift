extension YAMLNode {
  /// Why a value is not taken.
  struct Mismatch: Error {
    var line: Int
    var reason: String
  }

  private func mismatch(_ wanted: String) -> Mismatch {
    Mismatch(line: line, reason: "must be \(wanted), but is \(kindName)\(hint)")
  }

  /// Plain words such as `no` and numbers are not text in YAML; people are surprised every time.
  private var hint: String {
    if case .scalar(let text, let kind) = content, kind != .string, kind != .null {
      return " (put \(text) into quotes to make it text)"
    }
    return ""
  }

  func string() throws(Mismatch) -> String {
    guard case .scalar(let text, .string) = content else { throw mismatch("text") }
    return text
  }

  func boolean() throws(Mismatch) -> Bool {
    guard case .scalar(let text, .boolean) = content else {
      throw Mismatch(line: line, reason: "must be true or false, but is \(kindName)")
    }
    return ["true", "yes", "on", "y"].contains(text.lowercased())
  }

  func integer(in range: ClosedRange<Int64>) throws(Mismatch) -> Int64 {
    guard case .scalar(let text, .integer) = content, let value = Int64(text.filter { $0 != "_" })
    else {
      throw Mismatch(line: line, reason: "must be a whole number in digits, but is \(kindName)")
    }
    guard range.contains(value) else {
      throw Mismatch(
        line: line,
        reason: "must be from \(range.lowerBound) to \(range.upperBound), but is \(value)")
    }
    return value
  }

  func list() throws(Mismatch) -> [YAMLNode] {
    guard case .sequence(let items) = content else {
      throw Mismatch(line: line, reason: "must be a list, but is \(kindName)")
    }
    return items
  }

  func stringList() throws(Mismatch) -> [String] {
    var strings: [String] = []
    for item in try list() { strings.append(try item.string()) }
    return strings
  }
}
