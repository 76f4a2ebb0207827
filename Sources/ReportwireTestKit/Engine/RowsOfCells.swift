package import ReportCore

extension RowSink {
  /// Takes a row of these cells, as many as columns.
  package func row(_ cells: [Cell]) throws(ReportFailure) {
    try row(SourceRow(cells))
  }
}

extension RenderSession {
  /// Appends a row of these cells, as many as columns.
  package func row(_ cells: [Cell], into output: inout RenderBuffer) throws(ReportFailure) {
    try row(SourceRow(cells), into: &output)
  }
}
