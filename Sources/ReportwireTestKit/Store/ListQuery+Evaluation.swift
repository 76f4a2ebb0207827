import ReportCore

extension ListQuery {
  /// The slice of entities that the query asks for.
  func page<Entity: FieldValued & Hashable & Sendable>(
    of all: [Entity], spending budget: QueryBudget
  ) throws(QueryBudget.End) -> ListPage<Entity> {
    var matching: [Entity] = []
    for entity in all {
      if try predicate.holds(for: entity, spending: budget) { matching.append(entity) }
    }
    guard !isCountOnly else { return ListPage(entities: [], totalCount: matching.count) }
    let sorted = matching.sorted { left, right in
      let (first, second) = sort.isDescending ? (right, left) : (left, right)
      let leftKey = SortKey(first.value(at: sort.field.path))
      let rightKey = SortKey(second.value(at: sort.field.path))
      return leftKey == rightKey ? left.id < right.id : leftKey < rightKey
    }
    let rest = sorted.dropFirst(offset)
    let page = (limit.map { rest.prefix($0) } ?? rest).map { $0.reading(self) }
    var bytesLeft = bytesMax ?? .max
    let given = page.enumerated().prefix { index, entity in
      defer { bytesLeft -= min(entity.textBytes, bytesLeft) }
      return index == 0 || entity.textBytes <= bytesLeft
    }
    return ListPage(
      entities: given.map(\.element), totalCount: matching.count, isCut: given.count < page.count)
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
