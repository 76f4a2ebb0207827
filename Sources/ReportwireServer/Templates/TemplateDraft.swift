internal import ReportCore

/// A template as its file says, with the lines that later checks point at.
struct TemplateDraft: Hashable, Sendable {
  var template: Template
  /// The file's path as messages name it.
  var file: String
  var root: YAMLNode

  /// A problem at its line.
  func problem(_ problem: TemplateProblem) -> Problem {
    let place = problem.path.joined(separator: ".")
    return Problem(file, line: root.line(of: problem.path), "\(place): \(problem.message)")
  }
}

extension YAMLNode {
  /// The line of the deepest part of a path that is there: keys of mappings, indices of lists.
  func line(of path: [String]) -> Int {
    var node = self
    var line = self.line
    for step in path {
      switch node.content {
      case .mapping(let entries):
        guard let entry = entries.first(where: { $0.key.isExactly(step) }) else { return line }
        line = entry.line
        node = entry.value
      case .sequence(let items):
        guard let index = Int(step), items.indices.contains(index) else { return line }
        node = items[index]
        line = node.line
      case .scalar: return line
      }
    }
    return line
  }
}
