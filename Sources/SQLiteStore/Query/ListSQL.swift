internal import ReportCore

/// The statements of one list.
struct ListSQL {
  let table: EntityTable
  let query: ListQuery
  /// The condition and its values.
  let condition: (sql: String, values: [SQLValue])

  /// - Throws: `.unsupported`, see `PredicateSQL`.
  init(_ query: ListQuery, of table: EntityTable) throws(StoreError) {
    self.table = table
    self.query = query
    var predicate = PredicateSQL(table)
    try predicate.append(query.predicate)
    condition = (predicate.sql, predicate.values)
  }

  /// How many match.
  var count: (sql: String, values: [SQLValue]) {
    ("SELECT count(*) FROM \(table.from) WHERE \(condition.sql)", condition.values)
  }

  /// The keys of one page in their order. Missing values come first ascending and last descending.
  var page: (sql: String, values: [SQLValue]) { get throws(StoreError) { try makePage() } }

  private func makePage() throws(StoreError) -> (sql: String, values: [SQLValue]) {
    guard query.sort.field.kind != .object else {
      throw StoreError(.unsupported, "\(query.sort.field.name) is an object and has no order.")
    }
    var values = condition.values
    let key: String
    switch try table.place(query.sort.field) {
    case .column(let column): key = column
    case .json(let column, let path):
      // Objects and lists have no order: they stand with what is missing.
      key = """
        CASE json_type(\(column), ?) WHEN 'text' THEN reportwire_string(\(column) -> ?) \
        WHEN 'array' THEN NULL WHEN 'object' THEN NULL ELSE json_extract(\(column), ?) END
        """
      values += Array(repeating: .text(path), count: 3)
    }
    let order = query.sort.isDescending ? " DESC" : ""
    let tie = key == table.id ? "" : ", \(table.id)"
    values.append(.integer(query.limit.map { max(0, $0) } ?? -1))
    values.append(.integer(max(0, query.offset)))
    return (
      """
      SELECT \(table.key) FROM \(table.from) WHERE \(condition.sql) \
      ORDER BY \(key)\(order)\(tie) LIMIT ? OFFSET ?
      """, values
    )
  }

  /// The number of all that match, if a page tells it.
  func total(ifPageHas count: Int) -> Int? {
    let isWhole = query.limit.map { count < $0 } ?? true
    return isWhole && (count > 0 || query.offset <= 0) ? max(0, query.offset) + count : nil
  }
}
