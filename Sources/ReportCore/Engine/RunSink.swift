/// Takes the rows of a run and makes all its files of them in one pass, within the template's
/// limits. Used from the run's thread.
final class RunSink: RowSink {
  private let run: ReportRun
  private var outputs: [RunOutput] = []
  private var rowCount: Int64 = 0
  private let budget: FileBudget

  init(_ run: ReportRun) {
    self.run = run
    budget = FileBudget(run.template.limits, run.control)
  }

  func begin(_ columns: [SourceColumn]) throws(ReportFailure) {
    let rendered = run.template.renderColumns(of: columns)
    for renderer in run.renderers {
      let key = ArtifactKey(
        domainID: run.control.report.domainID, reportID: run.control.report.reportID,
        fencingToken: run.control.fencingToken, format: renderer.format,
        fileExtension: renderer.fileExtension)
      let writer = try run.artifacts.makeWriter(key)
      outputs.append(
        try RunOutput(
          renderer, columns: rendered, writer: writer, fullBytes: run.flushBytes, budget: budget))
    }
  }

  func row(_ cells: [Cell]) throws(ReportFailure) {
    rowCount += 1
    guard rowCount <= run.template.limits.rowsMax else { throw .rowLimit(run.template.limits) }
    // The source looks at the interrupt too, but not while a file is slow.
    guard !run.control.interrupt.isPulled else { throw .interrupted }
    for output in outputs { try output.row(cells) }
    run.control.setRows(rowCount)
  }

  func replacedTexts(_ count: Int64) {
    run.control.addTextsReplaced(count)
  }

  /// Ends the files and gives them their names: all of them or none.
  func commit() throws(ReportFailure) -> [Artifact] {
    for output in outputs { try output.end() }
    guard !run.control.interrupt.isPulled else { throw .interrupted }
    var artifacts: [Artifact] = []
    do throws(ReportFailure) {
      for output in outputs {
        let stored = try output.commit()
        artifacts.append(
          Artifact(
            format: output.renderer.format, path: stored.path, bytes: stored.bytes,
            rows: rowCount, sha256: stored.sha256, mediaType: output.renderer.mediaType))
      }
    } catch {
      run.remove(artifacts)
      throw error
    }
    return artifacts
  }

  /// Removes what was not committed.
  func discard() {
    for output in outputs { output.discard() }
  }
}

extension Template {
  /// The query's columns as the template shows them.
  fileprivate func renderColumns(of columns: [SourceColumn]) -> [RenderColumn] {
    columns.map { source in
      guard let column = self.columns.first(where: { $0.name.isExactly(source.name) }) else {
        return RenderColumn(name: source.name, title: source.name, type: source.type)
      }
      return RenderColumn(
        name: column.name, title: column.title ?? column.name, type: source.type,
        format: column.format.flatMap(CellFormat.init), alignment: column.alignment,
        isRaw: column.isRaw)
    }
  }
}
