internal import ReportCore

/// What SQLite's EXPLAIN QUERY PLAN says of a statement.
enum QueryPlan {
  /// Steps that are told at most.
  private static let stepsMax = 1000

  /// - Throws: QUERY_ERROR for what cannot be compiled.
  static func steps(
    of query: SourceQuery, text: SourceText, on connection: SourceConnection
  ) throws(ReportFailure) -> [PlanStep] {
    // What explains itself gives its rows, not those of a query.
    guard StatementGuard.firstWord(Array(query.sql.utf8)) != "EXPLAIN" else { return [] }
    let statement = try SourceStatement(
      "EXPLAIN QUERY PLAN " + query.sql, text: text, on: connection)
    // With the values: what a LIKE looks for decides whether an index serves it.
    try statement.bind(query.bindings)
    var lines: [(parent: Int64, id: Int64, detail: String)] = []
    let row = SourceRow(columnCount: try statement.columns().count)
    while try statement.step(), lines.count < stepsMax {
      try statement.read(into: row)
      let cells = row.cells
      guard cells.count >= 4, case .integer(let id) = cells[0],
        case .integer(let parent) = cells[1],
        case .text(let detail) = cells[3]
      else { continue }
      lines.append((parent, id, detail))
    }
    return steps(lines)
  }

  private static func steps(
    _ lines: [(parent: Int64, id: Int64, detail: String)]
  ) -> [PlanStep] {
    var depths: [Int64: Int] = [:]
    // What the query makes for itself is scanned because there is no other way.
    var made: Set<ExactText> = []
    for line in lines {
      for word in ["CO-ROUTINE ", "MATERIALIZE "] where line.detail.hasPrefix(word) {
        made.insert(ExactText(String(line.detail.dropFirst(word.count))))
      }
    }
    return lines.map { line in
      let depth = depths[line.parent].map { $0 + 1 } ?? 0
      depths[line.id] = depth
      return PlanStep(depth: depth, detail: line.detail, warning: warning(line.detail, made))
    }
  }

  /// A scan reads every row of a table, or every entry of one of its indexes.
  private static func warning(_ detail: String, _ made: Set<ExactText>) -> String? {
    guard detail.hasPrefix("SCAN ") else { return nil }
    let what = String(detail.dropFirst("SCAN ".count))
    let name = what.prefix { $0 != " " }
    // Rows that the statement spells out, another query's, and tables that find by themselves.
    let isOwn =
      what.hasPrefix("(") || what.hasSuffix("CONSTANT ROW") || what.hasSuffix("CONSTANT ROWS")
      || what.hasSuffix("-ROW VALUES CLAUSE") || what.contains(" VIRTUAL TABLE ")
      || made.contains(ExactText(String(name)))
    guard !isOwn else { return nil }
    return what.contains(" USING ")
      ? "every entry of an index of \(name) is read"
      : "every row of \(name) is read; an index on what the query looks for would spare that"
  }
}
