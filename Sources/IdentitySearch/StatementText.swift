internal import ReportCore

/// A statement in the making. Its text is made of literals and of names of `SearchedIndex` only; what a
/// caller says becomes a value that is bound.
struct StatementText {
  private(set) var bindings: [String: Cell] = [:]
  /// Parameters by their value, so that the same is bound once.
  private var names: [Cell: String] = [:]

  /// The parameter of a value, such as `:q1`.
  mutating func parameter(_ value: Cell) -> String {
    if let name = names[value] { return name }
    let name = "q\(names.count + 1)"
    names[value] = ":" + name
    bindings[name] = value
    return ":" + name
  }

  mutating func parameter(_ text: String) -> String { parameter(.text(text)) }

  /// A part of a statement in parentheses.
  static func joined(_ parts: [String], _ word: String) -> String {
    "(" + parts.joined(separator: " \(word) ") + ")"
  }
}
