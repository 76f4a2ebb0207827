internal import ReportCore

/// Writes a predicate as a condition of SQL. Every value and every path is bound.
///
/// A condition that is NULL counts as false where it stands, as WHERE, AND and OR see it; `.not`
/// asks `IS NOT TRUE`, so that a missing field makes it true. Equality and order therefore stay
/// plain comparisons, which indexes serve.
struct PredicateSQL {
  /// What SQLite takes without an error of its own: its parser's stack holds a hundred entries, an
  /// expression may be a thousand levels high.
  struct Limits {
    /// Comparisons and searches.
    var conditionsMax = 5000
    /// Values bound, those of lists included.
    var valuesMax = 30_000
    /// `.all`, `.any` and `.not` inside each other.
    var depthMax = 12
    /// Members that an element of a list must have: each makes the expression higher.
    static let membersMax = 200
  }

  /// Operands in one chain of AND or OR: a chain is as high as it is long.
  private static let chainMax = 32
  /// Parentheses inside each other.
  private static let parenthesesMax = 22

  let table: EntityTable
  private let limits = Limits()
  private(set) var sql = ""
  private(set) var values: [SQLValue] = []
  private var conditions = 0
  private var depth = 0
  private var parentheses = 0

  init(_ table: EntityTable) {
    self.table = table
  }

  /// Appends a predicate.
  ///
  /// - Throws: `.unsupported` for a field that is not there, a pattern that cannot be used, and
  ///   beyond the limits.
  mutating func append(_ predicate: Predicate) throws(StoreError) {
    switch predicate {
    case .all(let items): try append(chain: items, "AND", ifEmpty: "1")
    case .any(let items): try append(any: items)
    case .not(let item):
      try nested { (self) throws(StoreError) in
        try self.inParentheses { (self) throws(StoreError) in try self.append(item) }
        self.sql += " IS NOT TRUE"
      }
    default:
      conditions += 1
      try check(conditions, limits.conditionsMax, "conditions")
      try append(condition: predicate)
    }
  }

  mutating func append(_ sql: String, _ values: SQLValue...) throws(StoreError) {
    self.sql += sql
    self.values += values
    try check(self.values.count, limits.valuesMax, "values")
  }

  // MARK: Groups

  private mutating func append(any items: [Predicate]) throws(StoreError) {
    if items.count > 1, let (field, texts) = Self.membership(items) {
      conditions += 1
      try check(conditions, limits.conditionsMax, "conditions")
      return try append(membership: field, texts)
    }
    try append(chain: items, "OR", ifEmpty: "0")
  }

  private mutating func append(
    chain items: [Predicate], _ word: String, ifEmpty: String
  ) throws(StoreError) {
    try nested { (self) throws(StoreError) in
      try self.append(chain: items[...], word, ifEmpty: ifEmpty)
    }
  }

  /// Long chains become chains of chains.
  private mutating func append(
    chain items: ArraySlice<Predicate>, _ word: String, ifEmpty: String
  ) throws(StoreError) {
    guard let first = items.first else { return sql += ifEmpty }
    if items.count == 1 { return try append(first) }
    var size = 1
    while size * Self.chainMax < items.count { size *= Self.chainMax }
    try inParentheses { (self) throws(StoreError) in
      var start = items.startIndex
      while start < items.endIndex {
        if start > items.startIndex { self.sql += " \(word) " }
        let end = min(start + size, items.endIndex)
        try self.append(chain: items[start..<end], word, ifEmpty: ifEmpty)
        start = end
      }
    }
  }

  private mutating func nested(
    _ body: (inout Self) throws(StoreError) -> Void
  ) throws(StoreError) {
    depth += 1
    try check(depth, limits.depthMax, "levels")
    try body(&self)
    depth -= 1
  }

  private mutating func inParentheses(
    _ body: (inout Self) throws(StoreError) -> Void
  ) throws(StoreError) {
    parentheses += 1
    try check(parentheses, Self.parenthesesMax, "levels")
    sql += "("
    try body(&self)
    sql += ")"
    parentheses -= 1
  }

  func check(
    _ count: Int, _ countMax: Int, _ what: String
  ) throws(StoreError) {
    guard count > countMax else { return }
    throw StoreError(
      .unsupported, "The query has too many \(what): at most \(countMax) are taken. Ask for less.")
  }

  /// The field and texts of alternatives that all compare one field to a text.
  private static func membership(_ items: [Predicate]) -> (FieldReference, [OptionValue])? {
    var values: [OptionValue] = []
    var common: FieldReference?
    for item in items {
      guard case .equals(let field, let value) = item, common == nil || common == field,
        value != .null
      else { return nil }
      common = field
      values.append(value)
    }
    return common.map { ($0, values) }
  }
}
