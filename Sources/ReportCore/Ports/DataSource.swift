/// A database that templates read from. Read-only, whatever the SQL says.
package protocol DataSource: Sendable {
  /// Checks a statement without running it.
  ///
  /// - Parameter invalidText: what becomes of names that are not UTF-8; nil: as the source says.
  /// - Throws: `ReportFailure` with QUERY_ERROR if it is not exactly one read-only statement,
  ///   SOURCE_UNAVAILABLE if the database cannot be opened.
  func inspect(
    _ sql: String, invalidText: InvalidText?
  ) throws(ReportFailure) -> StatementShape

  /// Runs a statement and hands over its rows one by one, in one read transaction. Memory stays
  /// flat whatever their number. Blocks: call it on a thread of your own.
  ///
  /// Columns that the query names a type for come as cells of that type (`ColumnType.cell`).
  ///
  /// - Throws: what `sink` throws; QUERY_ERROR, also naming column and row of a value that cannot be
  ///   read as its column's type; BYTE_LIMIT for a value, a row or a step beyond the query's budget,
  ///   before it is copied; SOURCE_UNAVAILABLE; STORAGE_ERROR if this machine
  ///   has no room for the sorting; CANCELED_BY_USER once `interrupt` was pulled, within a second,
  ///   also in the middle of a slow step.
  func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure)

  /// How the source would find the rows of a query, without running it; empty: it does not say.
  /// Blocks, and is interrupted, like `stream`.
  func plan(of query: SourceQuery, interrupt: Interrupt) throws(ReportFailure) -> [PlanStep]
}

extension DataSource {
  /// For sources that do not say.
  package func plan(
    of query: SourceQuery, interrupt: Interrupt
  ) throws(ReportFailure) -> [PlanStep] { [] }
}

/// A step of how a source finds rows.
package struct PlanStep: Hashable, Sendable {
  /// How many steps it is a part of.
  package var depth: Int
  /// In the source's words.
  package var detail: String
  /// What makes it slow, and what helps; nil: nothing is known to.
  package var warning: String?

  package init(depth: Int, detail: String, warning: String? = nil) {
    self.depth = depth
    self.detail = detail
    self.warning = warning
  }
}

/// What a statement gives and takes.
package struct StatementShape: Hashable, Sendable {
  package var columns: [SourceColumn]
  /// Names of its parameters, without the colon, each once, in order of appearance.
  package var parameterNames: [String]

  package init(columns: [SourceColumn], parameterNames: [String]) {
    self.columns = columns
    self.parameterNames = parameterNames
  }
}

/// A statement with a value for each of its parameters.
package struct SourceQuery: Hashable, Sendable {
  package var sql: String
  /// By name without the colon. Names that the statement does not use are left out by the source.
  package var bindings: [String: Cell]
  /// What becomes of text that is not UTF-8; nil: as the source says.
  package var invalidText: InvalidText?
  /// What the values of columns are to be read as, by the columns' names.
  package var columnTypes: [ExactText: ColumnType]
  package var budget: SourceBudget
  /// Whether the sink wants to know the state of the source, which costs a look at its schema.
  package var tellsState = true

  package init(
    sql: String, bindings: [String: Cell], invalidText: InvalidText? = nil,
    columnTypes: [ExactText: ColumnType] = [:], budget: SourceBudget = SourceBudget()
  ) {
    self.sql = sql
    self.bindings = bindings
    self.invalidText = invalidText
    self.columnTypes = columnTypes
    self.budget = budget
  }
}

extension TemplateLimits {
  /// What a query of the template may take, where the server allows so much.
  func budget(cellBytesMax most: Int, runBytesMax: Int) -> SourceBudget {
    SourceBudget(
      cellBytesMax: Int(min(cellBytesMax ?? .max, Int64(most))), runBytesMax: runBytesMax)
  }
}

/// Takes the rows of a result.
package protocol RowSink: AnyObject {
  /// Once, before `begin`, from sources that can tell: the state that the rows are read from.
  func source(is state: SourceState)
  /// Once, before the first row, also when there is none.
  func begin(_ columns: [SourceColumn]) throws(ReportFailure)
  /// So many texts of the columns' names, or of the row that comes next, were not UTF-8 and were
  /// changed.
  func replacedTexts(_ count: Int64)
  /// One row, good until this returns.
  func row(_ row: SourceRow) throws(ReportFailure)
}

extension RowSink {
  /// For those who do not want to know.
  package func source(is state: SourceState) {}
}

/// Tells states of a source apart: where the marks of two runs are the same, nothing says that the
/// source has changed between them.
package struct SourceState: Hashable, Sendable {
  /// What kind of source it is, such as `sqlite`.
  package var kind: String
  /// By names that the kind knows. Anybody who gets the report may read them.
  package var marks: OptionObject

  package init(kind: String, marks: OptionObject) {
    self.kind = kind
    self.marks = marks
  }
}

/// A column of a result.
package struct SourceColumn: Hashable, Sendable {
  /// The name the query gives it.
  package var name: String
  /// What all its values are; nil where the source does not say.
  package var type: ColumnType?

  package init(name: String) {
    self.name = name
  }
}

/// What a source does with text that is not UTF-8. A report never changes data without saying so:
/// unless somebody chose otherwise, the run fails.
package enum InvalidText: String, Hashable, Sendable, CaseIterable {
  /// The run fails with QUERY_ERROR that names column and row.
  case fail
  /// What is not UTF-8 becomes U+FFFD; texts changed so are counted.
  case replace
  /// All text of the source is ISO 8859-1, whatever it looks like.
  case latin1
  /// All text of the source is Windows code page 1252.
  case windows1252
}

/// What a query may cost of memory.
package struct SourceBudget: Hashable, Sendable {
  /// Bytes of one value: of a text in UTF-8, or of a blob.
  package var cellBytesMax: Int
  /// Bytes of all values of a row together.
  package var rowBytesMax: Int
  /// Bytes that the source itself may hold: the row once more, and what it needs to make it.
  package var memoryBytesMax: Int

  /// - Parameters:
  ///   - cellBytesMax: bytes of one value.
  ///   - runBytesMax: bytes of a run but for its largest value: half of it for the row as it is
  ///     handed over, half for the source.
  package init(cellBytesMax: Int = 16_777_216, runBytesMax: Int = 67_108_864) {
    let half = runBytesMax / 2
    self.cellBytesMax = cellBytesMax
    rowBytesMax = half
    memoryBytesMax = half + cellBytesMax
  }
}
