import ReportCore

extension ListQuery {
  /// The slice of entities that the query asks for.
  func page<Entity: FieldValued & Hashable & Sendable>(of all: [Entity]) -> ListPage<Entity> {
    let matching = all.filter { predicate.holds(for: $0) }
    guard !isCountOnly else { return ListPage(entities: [], totalCount: matching.count) }
    let sorted = matching.sorted { left, right in
      let (first, second) = sort.isDescending ? (right, left) : (left, right)
      let leftKey = SortKey(first.value(at: sort.field.path))
      let rightKey = SortKey(second.value(at: sort.field.path))
      return leftKey == rightKey ? left.id < right.id : leftKey < rightKey
    }
    let rest = sorted.dropFirst(offset)
    return ListPage(
      entities: Array(limit.map { rest.prefix($0) } ?? rest), totalCount: matching.count)
  }
}

/// Missing fields first, then numbers, then text, then moments.
private enum SortKey: Comparable {
  case missing
  case number(Double)
  case text([UInt8])
  case instant(Instant)

  init(_ value: FieldValue?) {
    switch value {
    case .option(.number(let number)): self = .number(number)
    case .option(.bool(let bool)): self = .number(bool ? 1 : 0)
    case .option(.string(let text)): self = .text(Array(text.utf8))
    case .instant(let instant): self = .instant(instant)
    case .option, nil: self = .missing
    }
  }

  static func < (left: SortKey, right: SortKey) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
    case (.instant(let left), .instant(let right)): left < right
    default: left.rank < right.rank
    }
  }

  private var rank: Int {
    switch self {
    case .missing: 0
    case .number: 1
    case .text: 2
    case .instant: 3
    }
  }
}
