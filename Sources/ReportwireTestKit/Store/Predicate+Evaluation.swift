import ReportCore

extension Predicate {
  /// Whether an entity is selected: the meaning that a store's SQL must have.
  func holds(
    for entity: some FieldValued, spending budget: QueryBudget
  ) throws(QueryBudget.End) -> Bool {
    switch self {
    case .all(let parts):
      for part in parts {
        if try !part.holds(for: entity, spending: budget) { return false }
      }
      return true
    case .any(let parts):
      for part in parts {
        if try part.holds(for: entity, spending: budget) { return true }
      }
      return false
    case .not(let part): return try !part.holds(for: entity, spending: budget)
    case .exists(let field): return !entity.isMissing(field)
    case .equals(let field, .null): return entity.isMissing(field)
    case .equals(let field, let value): return equals(entity.value(at: field.path), value)
    case .compares(let field, let comparison, let value):
      return entity.option(field).map { comparison.holds($0, value) } ?? false
    case .comparesInstant(let field, let comparison, let instant):
      return entity.instant(field).map { comparison.holds($0, instant) } ?? false
    case .contains(let field, let needle):
      guard let text = entity.text(field) else { return false }
      return try Array(text.utf8).withUnsafeBufferPointer { bytes throws(QueryBudget.End) in
        try TextSearch(needle).isFound(inUTF8: bytes, spending: budget)
      }
    case .matches(let field, let pattern):
      guard let text = entity.text(field), let regex = try? LinearRegex(pattern) else {
        return false
      }
      return try regex.hasMatch(in: text, spending: budget)
    case .hasElement(let field, let members): return hasElement(entity.option(field), members)
    }
  }

  private func equals(_ field: FieldValue?, _ value: OptionValue) -> Bool {
    switch field {
    case nil: false
    case .option(let option): option == value
    case .instant: false
    }
  }

  private func hasElement(_ list: OptionValue?, _ members: OptionObject) -> Bool {
    guard case .list(let elements) = list else { return false }
    return elements.contains { element in
      guard case .object(let object) = element else { return false }
      return members.allSatisfy { (object[$0.key] ?? .null) == $0.value }
    }
  }
}

extension FieldValued {
  fileprivate func isMissing(_ field: FieldReference) -> Bool {
    switch value(at: field.path) {
    case nil: true
    case .option(.string("")): field.kind == .text
    case .option, .instant: false
    }
  }

  fileprivate func option(_ field: FieldReference) -> OptionValue? {
    if case .option(let option) = value(at: field.path) { option } else { nil }
  }

  fileprivate func text(_ field: FieldReference) -> String? {
    if case .string(let text) = option(field) { text } else { nil }
  }

  fileprivate func instant(_ field: FieldReference) -> Instant? {
    switch value(at: field.path) {
    case .instant(let instant): instant
    case .option(.string(let text)): ISO8601.instant(text)
    case .option, nil: nil
    }
  }
}

extension Comparison {
  fileprivate func holds(_ left: OptionValue, _ right: OptionValue) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): holds(left, right)
    case (.string(let left), .string(let right)): holds(Array(left.utf8), Array(right.utf8))
    case (.bool(let left), .bool(let right)): holds(left ? 1 : 0, right ? 1 : 0)
    default: false
    }
  }

  private func holds(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    holds(left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1, 0)
  }

  fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}
