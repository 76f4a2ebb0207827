import ReportCore

/// A source that only answers what a statement looks like.
struct StubSource: DataSource {
  var columns = ["carrier", "dep_delay"]
  var parameters = ["carrier", "min_delay"]
  var failure: ReportFailure?

  func inspect(
    _ sql: String, invalidText: InvalidText?
  ) throws(ReportFailure) -> StatementShape {
    if let failure { throw failure }
    return StatementShape(
      columns: columns.map { SourceColumn(name: $0) }, parameterNames: parameters)
  }

  func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure) {
    try sink.begin(columns.map { SourceColumn(name: $0) })
  }
}
