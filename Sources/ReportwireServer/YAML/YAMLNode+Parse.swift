private import Yams

extension YAMLNode {
  /// Files of more bytes are not read.
  static let fileBytesMax = 1_048_576

  /// Reads a document.
  ///
  /// - Returns: nil for an empty one.
  /// - Throws: one problem, with the line where the parser gave up.
  static func parse(_ text: String, file: String) throws(Problems) -> YAMLNode? {
    do {
      guard let root = try Yams.compose(yaml: text, .default, .default, .utf8) else { return nil }
      return try YAMLNode(root, line: 1, file: file)
    } catch let error as Problems {
      throw error
    } catch let error as YamlError {
      throw Problems([error.problem(in: file)])
    } catch {
      throw Problems(file, "it cannot be read as YAML: \(error)")
    }
  }

  private init(_ node: Node, line: Int, file: String) throws {
    let line = node.mark?.line ?? line
    switch node {
    case .scalar(let scalar):
      self.init(content: .scalar(scalar.string, ScalarKind(node.tag)), line: line)
    case .sequence(let sequence):
      self.init(
        content: .sequence(try sequence.map { try YAMLNode($0, line: line, file: file) }),
        line: line)
    case .mapping(let mapping):
      let entries = try mapping.map { (key, value) in
        guard case .scalar(let name) = key else {
          throw Problems(file, line: key.mark?.line ?? line, "a key must be a plain word")
        }
        return Entry(
          key: name.string, line: key.mark?.line ?? line,
          value: try YAMLNode(value, line: line, file: file))
      }
      self.init(content: .mapping(entries), line: line)
    case .alias:
      throw Problems(file, line: line, "aliases are not read")
    }
  }
}

extension YAMLNode.ScalarKind {
  fileprivate init(_ tag: Tag) {
    switch Tag.Name(rawValue: tag.description) {
    case .null: self = .null
    case .bool: self = .boolean
    case .int: self = .integer
    case .float: self = .number
    default: self = .string
    }
  }
}

extension YamlError {
  fileprivate func problem(in file: String) -> Problem {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Problem(file, line: mark.line, "it is no YAML: \(problem) (column \(mark.column))")
    case .duplicatedKeysInMapping(let keys, let context):
      Problem(
        file, line: context.mark.line,
        "\(keys.map(\.quoted).joined(separator: ", ")) stands there more than once")
    case .reader(let problem, _, _, _):
      Problem(file, "it is no YAML: \(problem)")
    default:
      Problem(file, "it is no YAML: \(self)")
    }
  }
}
