internal import ProtobufWire

/// One `--option NAME=VALUE`.
struct OptionAssignment: Hashable {
  var name: String
  var text: String

  /// - Throws: usage, if there is no name or no equals sign.
  init(_ argument: String) throws(CommandFailure) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw CommandFailure(
        .usage, "'\(argument)' is no option; write --option NAME=VALUE, such as --option year=2026")
    }
    name = String(argument[..<equals])
    text = String(argument[argument.index(after: equals)...])
  }
}

/// Turns `--option` texts into the values that a template wants.
struct OptionTyper {
  /// The type of each parameter, by name, as `TemplateInfo.options` tells it.
  let types: [String: String]

  init(templateOptions: Struct?) {
    var types: [String: String] = [:]
    if case .list(let parameters)? = templateOptions?["parameters"]?.kind {
      for parameter in parameters.values {
        guard case .struct(let object)? = parameter.kind,
          case .string(let name)? = object["name"]?.kind,
          case .string(let type)? = object["type"]?.kind
        else { continue }
        types[name] = type
      }
    }
    self.types = types
  }

  /// Sets the options in an object. A list can be given with commas, or by repeating its option.
  ///
  /// - Throws: usage, for a text that is no value of its parameter's type. A name that the template
  ///   does not have goes to the server as text: it answers with what there is.
  func apply(_ assignments: [OptionAssignment], to object: inout Struct) throws(CommandFailure) {
    var given: Set<String> = []
    for assignment in assignments {
      let isList = types[assignment.name] == "string_list"
      let isFirst = given.insert(assignment.name).inserted
      guard isFirst || isList else {
        throw CommandFailure(.usage, "option '\(assignment.name)' is given twice")
      }
      let value = try value(assignment)
      if !isFirst, case .list(let more)? = value.kind,
        case .list(let before)? = object[assignment.name]?.kind
      {
        object[assignment.name] = .list(ListValue(before.values + more.values))
      } else {
        object[assignment.name] = value
      }
    }
  }

  private func value(_ assignment: OptionAssignment) throws(CommandFailure) -> Value {
    let text = assignment.text
    switch types[assignment.name] {
    case "integer":
      guard let number = Int64(text) else { throw wrong(assignment, "a whole number") }
      guard number.magnitude < 1 << 53 else {
        throw wrong(
          assignment,
          "from -9007199254740991 to 9007199254740991 (options travel as doubles, which beyond "
            + "cannot tell a whole number from its neighbour)")
      }
      return .number(Double(number))
    case "number":
      guard let number = Double(text), number.isFinite else { throw wrong(assignment, "a number") }
      return .number(number)
    case "boolean":
      switch text.lowercased() {
      case "true", "yes", "1": return .bool(true)
      case "false", "no", "0": return .bool(false)
      default: throw wrong(assignment, "true or false")
      }
    case "string_list":
      let items = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
      return .list(ListValue(items.map { .string(String($0)) }))
    default:
      return .string(text)
    }
  }

  private func wrong(_ assignment: OptionAssignment, _ wanted: String) -> CommandFailure {
    CommandFailure(
      .usage,
      "option '\(assignment.name)' must be \(wanted), but is '\(assignment.text)'; "
        + "'reportwire templates NAME' tells what a template takes")
  }
}
