import ReportCore

/// An entity whose fields can be asked for by their published names.
protocol FieldValued {
  var id: String { get }
  /// nil: the field is missing.
  func value(at path: [String]) -> FieldValue?
  /// With nothing in place of what a query does not read.
  func reading(_ query: ListQuery) -> Self
}

enum FieldValue {
  case option(OptionValue)
  case instant(Instant)
}

extension Report: FieldValued {
  var id: String { reportID }

  func reading(_ query: ListQuery) -> Report {
    var report = self
    if !query.reads("name") { report.name = "" }
    if !query.reads("template_options") { report.templateOptions = [:] }
    if !query.reads("schedule_id") { report.scheduleID = "" }
    if !query.reads("created_by") { report.createdBy = "" }
    if !query.reads("error") { report.failure = nil }
    if !query.reads("storage_path") { report.artifacts = [] }
    return report
  }

  func value(at path: [String]) -> FieldValue? {
    switch path.first {
    case "storage_info":
      return storageID == Storage.local.storageID
        ? Storage.local.value(at: Array(path.dropFirst())) : nil
    case "template_options":
      return OptionValue.object(templateOptions).value(at: path.dropFirst()).map { .option($0) }
    case "created_at": return .instant(createdAt)
    case "started_at": return startedAt.map(FieldValue.instant)
    case "ended_at": return endedAt.map(FieldValue.instant)
    default: return text(path).map { .option(.string($0)) }
    }
  }

  private func text(_ path: [String]) -> String? {
    switch path {
    case ["report_id"]: reportID
    case ["domain_id"]: domainID
    case ["template_id"]: templateID
    case ["name"]: name
    case ["storage_id"]: storageID
    case ["storage_path"]: storagePath
    case ["created_by"]: createdBy
    case ["schedule_id"]: scheduleID
    case ["state"]: state.rawValue
    case ["error", "code"]: failure?.code.rawValue
    case ["error", "message"]: failure?.message
    default: nil
    }
  }
}

extension Storage: FieldValued {
  var id: String { storageID }

  func reading(_ query: ListQuery) -> Storage {
    var storage = self
    if !query.reads("name") { storage.name = "" }
    if !query.reads("secret_id") { storage.secretID = "" }
    if !query.reads("options") { storage.options = [:] }
    return storage
  }

  func value(at path: [String]) -> FieldValue? {
    switch path.first {
    case "options":
      return OptionValue.object(options).value(at: path.dropFirst()).map { .option($0) }
    case "created_at": return .instant(createdAt)
    default: return text(path).map { .option(.string($0)) }
    }
  }

  private func text(_ path: [String]) -> String? {
    let type = StorageType.all.first { $0.storageTypeID == storageTypeID }
    return switch path {
    case ["storage_id"]: storageID
    case ["domain_id"]: domainID
    case ["name"]: name
    case ["secret_id"]: secretID
    case ["storage_type_info", "storage_type_id"]: storageTypeID
    case ["storage_type_info", "name"]: type?.name
    case ["storage_type_info", "storage_type"]: type?.storageType
    case ["storage_type_info", "provider"]: type?.provider
    default: nil
    }
  }
}

extension Domain: FieldValued {
  var id: String { domainID }

  func reading(_ query: ListQuery) -> Domain { self }

  func value(at path: [String]) -> FieldValue? {
    switch path {
    case ["domain_id"]: .option(.string(domainID))
    case ["state"]: .option(.string(state.rawValue))
    default: nil
    }
  }
}

extension OptionValue {
  /// What a path leads to; nil if it leads nowhere, or to null.
  fileprivate func value(at path: ArraySlice<String>) -> OptionValue? {
    guard let key = path.first else { return self == .null ? nil : self }
    guard case .object(let members) = self else { return nil }
    return members[key]?.value(at: path.dropFirst())
  }
}

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
    return ListPage(entities: page, totalCount: matching.count)
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
