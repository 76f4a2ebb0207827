package import ReportCore

/// Rows out of an SQLite file.
///
/// Each call opens a connection of its own, for reading only, and closes it afterwards: the file may
/// be replaced between two reports, and no report waits for another. Nothing that a template says
/// can write: the file is opened read-only, `query_only` is set, the statement must be a single
/// one that SQLite calls read-only, and an authorizer refuses everything but reading.
package struct SQLiteSource: DataSource {
  /// Its name in the configuration, for messages; the path stays out of them.
  let name: String
  let path: String
  /// Unless the template says otherwise.
  let invalidText: InvalidText
  /// How long a query waits for a writer that locks the file.
  private(set) var lockWait: Duration
  private static let keptRowBytesMax = 1_048_576
  /// The same of a check, which the server's start and callers wait for.
  private static let checkLockWait: Duration = .milliseconds(500)

  package init(
    name: String, path: String, invalidText: InvalidText = .fail, lockWait: Duration = .seconds(5)
  ) {
    self.name = name
    self.path = path
    self.invalidText = invalidText
    self.lockWait = lockWait
  }

  package func inspect(
    _ sql: String, invalidText: InvalidText? = nil
  ) throws(ReportFailure) -> StatementShape {
    var source = self
    source.lockWait = min(lockWait, Self.checkLockWait)
    let connection = try SourceConnection(source, interrupt: Interrupt())
    let text = SourceText(invalidText: invalidText ?? self.invalidText)
    let statement = try SourceStatement(sql, text: text, on: connection)
    let shape = StatementShape(
      columns: try statement.columns(), parameterNames: try statement.parameterNames())
    // The statement has proved that there are such bytes.
    try StatementGuard.checkProgram(of: text.encode(sql) ?? [], on: connection)
    try connection.checkUndisturbed()
    return shape
  }

  package func plan(
    of query: SourceQuery, interrupt: Interrupt
  ) throws(ReportFailure) -> [PlanStep] {
    let connection = try SourceConnection(self, interrupt: interrupt, budget: query.budget)
    let handle = connection.interruptHandle
    return try interrupt.with({ handle.interrupt() }) { () throws(ReportFailure) in
      let text = SourceText(invalidText: query.invalidText ?? invalidText)
      return try QueryPlan.steps(of: query, text: text, on: connection)
    }
  }

  package func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure) {
    let connection = try SourceConnection(
      self, interrupt: interrupt, budget: query.budget, tellsState: query.tellsState)
    let handle = connection.interruptHandle
    try interrupt.with({ handle.interrupt() }) { () throws(ReportFailure) in
      let text = SourceText(invalidText: query.invalidText ?? invalidText)
      let statement = try SourceStatement(query.sql, text: text, on: connection)
      try statement.bind(query.bindings)
      // Before the columns are asked for: from the first step on nobody can change the schema.
      var hasRow = try statement.step()
      var columns = try statement.columns()
      for index in columns.indices {
        columns[index].type = query.columnTypes[ExactText(columns[index].name)]
      }
      let typed = TypedColumns(columns)
      if let state = connection.state { sink.source(is: state) }
      try sink.begin(columns)
      sink.replacedTexts(statement.takeReplacedTexts())
      let row = SourceRow(columnCount: columns.count)
      while hasRow {
        try statement.read(into: row)
        try typed.convert(row, number: statement.rowNumber)
        if statement.hasReplacedTexts { sink.replacedTexts(statement.takeReplacedTexts()) }
        try sink.row(row)
        // Not kept while the next row is made.
        if statement.rowBytes > Self.keptRowBytesMax { row.clear() }
        hasRow = try statement.step()
      }
      try connection.checkUndisturbed()
    }
  }
}
