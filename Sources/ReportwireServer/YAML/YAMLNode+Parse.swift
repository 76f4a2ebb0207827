private import CYaml
private import Yams

extension YAMLNode {
  /// Files of more bytes are not read.
  static let fileBytesMax = 1_048_576
  /// Values, lists and mappings of a document at most.
  static let nodesMax = 20_000
  /// Lists and mappings within each other at most.
  static let depthMax = 32

  /// Reads a document.
  ///
  /// - Returns: nil for an empty one.
  /// - Throws: one problem, with the line where the parser gave up.
  static func parse(_ text: String, file: String) throws(Problems) -> YAMLNode? {
    if let problem = EventCheck.problem(in: text, file: file) { throw Problems([problem]) }
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
        guard key.tag != Tag(.merge) else {
          throw Problems(
            file, line: key.mark?.line ?? line, "merge keys (<<) are not read; write the keys out")
        }
        return Entry(
          key: name.string, line: key.mark?.line ?? line,
          value: try YAMLNode(value, line: line, file: file))
      }
      self.init(content: .mapping(entries), line: line)
    case .alias:
      // Seen before; for the compiler.
      throw Problems(file, line: line, "aliases are not read")
    }
  }
}

/// Looks at what the parser finds before anything is built of it. A file of 500 bytes whose aliases
/// name aliases stands for more nodes than any machine can hold.
private enum EventCheck {
  /// - Returns: nil also for what is no YAML; who builds the nodes says that better.
  static func problem(in text: String, file: String) -> Problem? {
    // It points at itself, so it must not move.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { return Problem(file, "out of memory") }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    var text = text
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress else { return nil }
      yaml_parser_set_input_string(parser, start, bytes.count)
      var nodes = 0
      var depth = 0
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { return nil }
        defer { yaml_event_delete(&event) }
        let line = event.start_mark.line + 1
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        switch event.type {
        case YAML_STREAM_END_EVENT: return nil
        case YAML_ALIAS_EVENT: anchor = event.data.alias.anchor
        case YAML_SCALAR_EVENT:
          nodes += 1
          anchor = event.data.scalar.anchor
        case YAML_SEQUENCE_START_EVENT:
          nodes += 1
          depth += 1
          anchor = event.data.sequence_start.anchor
        case YAML_MAPPING_START_EVENT:
          nodes += 1
          depth += 1
          anchor = event.data.mapping_start.anchor
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
        default: break
        }
        guard anchor == nil else {
          return Problem(
            file, line: line,
            "anchors and aliases (&name, *name) are not read; write the value out, or put text "
              + "that begins with & or * into quotes")
        }
        guard nodes <= YAMLNode.nodesMax else {
          return Problem(
            file, line: line,
            "it has more than \(YAMLNode.nodesMax) values, lists and mappings")
        }
        guard depth <= YAMLNode.depthMax else {
          return Problem(
            file, line: line,
            "lists and mappings are nested more than \(YAMLNode.depthMax) deep")
        }
      }
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
