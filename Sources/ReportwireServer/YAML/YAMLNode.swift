private import CYaml
internal import ReportCore
private import Yams

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

extension YAMLNode {
  /// Up to here a double, which is what options hold, stands for one whole number only.
  private static let exactIntegerMax: Int64 = 9_007_199_254_740_991

  /// The value as a caller would write it in `template_options`.
  func option() throws(Mismatch) -> OptionValue {
    switch content {
    case .scalar(let text, .string): return .string(text)
    case .scalar(_, .boolean): return .bool(try boolean())
    case .scalar(_, .integer):
      return .number(Double(try integer(in: -Self.exactIntegerMax...Self.exactIntegerMax)))
    case .scalar(let text, .number):
      guard let value = Double(text), value.isFinite else {
        throw Mismatch(line: line, reason: "must be a number, but is \(text)")
      }
      return .number(value)
    case .sequence: return .list(try options())
    case .scalar(_, .null), .mapping:
      throw Mismatch(line: line, reason: "must be a value, but is \(kindName)")
    }
  }

  func options() throws(Mismatch) -> [OptionValue] {
    var options: [OptionValue] = []
    for item in try list() { options.append(try item.option()) }
    return options
  }

  /// A mapping as an object of options.
  func optionObject() throws(Mismatch) -> OptionObject {
    guard case .mapping(let entries) = content else {
      throw Mismatch(line: line, reason: "must be a mapping, but is \(kindName)")
    }
    var object: OptionObject = [:]
    for entry in entries {
      if case .mapping = entry.value.content {
        object[entry.key] = .object(try entry.value.optionObject())
      } else {
        object[entry.key] = try entry.value.option()
      }
    }
    return object
  }
}

extension YAMLNode {
  /// Files of more bytes are not read.
  static let fileBytesMax = 1_048_576
  /// Values, lists and mappings of a document at most.
  fileprivate static let nodesMax = 20_000
  /// Lists and mappings within each other at most.
  fileprivate static let depthMax = 32

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
