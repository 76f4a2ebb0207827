import ReportCore

extension Predicate {
  /// For a case's name.
  var sketch: String {
    switch self {
    case .all(let parts): "(" + parts.map(\.sketch).joined(separator: " and ") + ")"
    case .any(let parts): "(" + parts.map(\.sketch).joined(separator: " or ") + ")"
    case .not(let part): "not \(part.sketch)"
    case .equals(let field, let value): "\(field.name) = \(value.sketch)"
    case .compares(let field, let order, let value):
      "\(field.name) \(order.rawValue) \(value.sketch)"
    case .comparesInstant(let field, let order, let instant):
      "\(field.name) \(order.rawValue) \(ISO8601.text(instant))"
    case .exists(let field): "\(field.name) exists"
    case .contains(let field, let text): "\(field.name) contains \(text.debugDescription)"
    case .matches(let field, let pattern): "\(field.name) ~ \(pattern.debugDescription)"
    case .hasElement(let field, let members):
      "\(field.name) has \(OptionValue.object(members).sketch)"
    }
  }
}

extension OptionValue {
  fileprivate var sketch: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let value): return value.debugDescription
    case .list(let values): return "[" + values.map(\.sketch).joined(separator: ", ") + "]"
    case .object(let members):
      let parts = members.map { "\($0.key): \($0.value.sketch)" }
      return "{" + parts.joined(separator: ", ") + "}"
    }
  }
}
