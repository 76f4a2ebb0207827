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

  private let table: EntityTable
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

  private func check(
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

/// Single conditions.
extension PredicateSQL {
  /// What cannot hold: the value is of a kind that the field never has.
  private static let never = "0"

  mutating func append(condition: Predicate) throws(StoreError) {
    switch condition {
    case .equals(let field, .null):
      try append(missing: field)
    case .equals(let field, let value):
      try append(equals: field, value)
    case .compares(let field, let comparison, let value):
      try append(compares: field, comparison, value)
    case .comparesInstant(let field, let comparison, let instant):
      try append(comparesInstant: field, comparison, instant)
    case .exists(let field):
      try append(exists: field)
    case .contains(let field, let text):
      try append(search: "reportwire_contains", field, text)
    case .matches(let field, let pattern):
      do {
        _ = try LinearRegex(pattern)
      } catch {
        throw StoreError(.unsupported, "The pattern \(pattern) cannot be used: \(error)")
      }
      try append(search: "reportwire_matches", field, pattern)
    case .hasElement(let field, let members):
      try append(hasElement: field, members)
    case .all, .any, .not:
      preconditionFailure("a group of conditions, not one")
    }
  }

  /// A field that is one of several values, none of them null.
  mutating func append(
    membership field: FieldReference, _ values: [OptionValue]
  ) throws(StoreError) {
    let place = try table.place(field)
    let comparable = values.compactMap { Self.comparable(field, $0) }
    guard !comparable.isEmpty else { return try append(Self.never) }
    try append(comparableField: place)
    try append(" IN (")
    for (index, value) in comparable.enumerated() {
      try append(index == 0 ? "?" : ", ?", value)
    }
    try append(")")
  }

  private mutating func append(
    equals field: FieldReference, _ value: OptionValue
  ) throws(StoreError) {
    let place = try table.place(field)
    guard let comparable = Self.comparable(field, value) else { return try append(Self.never) }
    try append(comparableField: place)
    try append(" = ?", comparable)
  }

  /// What equality compares: the column, or the JSON text at a path, which is canonical.
  private mutating func append(comparableField place: EntityTable.Place) throws(StoreError) {
    switch place {
    case .column(let column): try append(column)
    case .json(let column, let path): try append("(\(column) -> ?)", .text(path))
    }
  }

  /// The same of a value; nil if the field never has a value of this kind.
  private static func comparable(_ field: FieldReference, _ value: OptionValue) -> SQLValue? {
    switch (field.kind, value) {
    case (.text, .string(let text)), (.state, .string(let text)): .text(text)
    case (.object, .object), (.dynamic, _): CanonicalJSON.text(value).map(SQLValue.text)
    case (.text, _), (.state, _), (.instant, _), (.object, _): nil
    }
  }

  private mutating func append(missing field: FieldReference) throws(StoreError) {
    switch try table.place(field) {
    case .column(let column) where field.kind == .text:
      try append("coalesce(\(column), '') = ''")
    case .column(let column):
      try append("\(column) IS NULL")
    case .json(let column, let path):
      try append("coalesce(json_type(\(column), ?), 'null') = 'null'", .text(path))
    }
  }

  private mutating func append(exists field: FieldReference) throws(StoreError) {
    switch try table.place(field) {
    case .column(let column) where field.kind == .text: try append("\(column) <> ''")
    case .column(let column): try append("\(column) IS NOT NULL")
    case .json(let column, let path): try append("json_type(\(column), ?) <> 'null'", .text(path))
    }
  }

  private mutating func append(
    compares field: FieldReference, _ comparison: Comparison, _ value: OptionValue
  ) throws(StoreError) {
    let sign = comparison.rawValue
    switch (try table.place(field), field.kind, value) {
    case (.column(let column), .text, .string(let text)),
      (.column(let column), .state, .string(let text)):
      try append("\(column) \(sign) ?", .text(text))
    case (.json(let column, let path), _, .string(let text)):
      try append(
        "reportwire_string(\(column) -> ?) \(sign) ?", .text(path), .text(text))
    case (.json(let column, let path), _, .number(let number)):
      try append(
        """
        (json_type(\(column), ?) IN ('integer', 'real') AND json_extract(\(column), ?) \(sign) ?)
        """, .text(path), .text(path), .real(number))
    case (.json(let column, let path), _, .bool(let bool)):
      try append(
        """
        (json_type(\(column), ?) IN ('true', 'false') AND json_extract(\(column), ?) \(sign) ?)
        """, .text(path), .text(path), .integer(bool))
    default:
      try append(Self.never)
    }
  }

  private mutating func append(
    comparesInstant field: FieldReference, _ comparison: Comparison, _ instant: Instant
  ) throws(StoreError) {
    switch (try table.place(field), field.kind) {
    case (.column(let column), .instant):
      let comparison = comparison.clamped(to: instant)
      try append("\(column) \(comparison.rawValue) ?", .integer(instant.nanosecondsSinceEpoch))
    case (.json(let column, let path), _):
      try append(
        "reportwire_instant(\(column) -> ?) \(comparison.rawValue) ?", .text(path),
        .text(QueryFunctions.orderedText(instant)))
    default:
      try append(Self.never)
    }
  }

  private mutating func append(
    search function: String, _ field: FieldReference, _ text: String
  ) throws(StoreError) {
    switch (try table.place(field), field.kind) {
    case (.column(let column), .text), (.column(let column), .state):
      try append("\(function)(\(column), ?)", .text(text))
    case (.json(let column, let path), _):
      try append(
        "\(function)(reportwire_string(\(column) -> ?), ?)", .text(path), .text(text))
    default:
      try append(Self.never)
    }
  }

  private mutating func append(
    hasElement field: FieldReference, _ members: OptionObject
  ) throws(StoreError) {
    guard case .json(let column, let path) = try table.place(field) else {
      return try append(Self.never)
    }
    try check(members.count, Limits.membersMax, "members in one match")
    // A list that is no list gives no elements: json_each would go through an object's members.
    try append(
      """
      EXISTS (SELECT 1 FROM json_each(CASE json_type(\(column), ?) WHEN 'array' \
      THEN \(column) -> ? END) e WHERE e.type = 'object'
      """, .text(path), .text(path))
    for (name, value) in members {
      guard let text = CanonicalJSON.text(value) else { return try append(" AND 0)") }
      let memberPath = SQLValue.text(CanonicalJSON.path([name]))
      if value == .null {
        try append(" AND coalesce(e.value -> ?, 'null') = 'null'", memberPath)
      } else {
        try append(" AND (e.value -> ?) = ?", memberPath, .text(text))
      }
    }
    try append(")")
  }
}

extension Comparison {
  /// The comparison with the nearest moment that a column can hold, in place of one that it cannot:
  /// everything there is lies before what is beyond the last, the last itself included.
  fileprivate func clamped(to instant: Instant) -> Comparison {
    guard instant.exactNanosecondsSinceEpoch == nil else { return self }
    let isAfter = instant.secondsSinceEpoch > 0
    switch self {
    case .less, .lessOrEqual: return isAfter ? .lessOrEqual : .less
    case .greater, .greaterOrEqual: return isAfter ? .greater : .greaterOrEqual
    }
  }
}
