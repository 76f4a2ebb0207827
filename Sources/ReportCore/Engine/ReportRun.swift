/// One attempt at a report, from its rows to its files. Blocks: it has a thread of its own.
struct ReportRun: Sendable {
  /// How an attempt ended, on its thread.
  enum Outcome: Sendable {
    /// The files have their names.
    case rendered([Artifact], RunFacts)
    /// Nothing is left of it.
    case failed(ReportFailure)
  }

  let control: RunControl
  let template: Template
  let source: any DataSource
  let parameters: TemplateParameters
  /// Makes the statement; nil: the template has it.
  let search: (any SearchCompiler)?
  /// In the order of the report's formats.
  let renderers: [any Renderer]
  let artifacts: any ArtifactStore
  let flushBytes: Int
  let budget: SourceBudget

  func execute() -> Outcome {
    let statement: SearchStatement?
    do throws(OptionError) {
      statement = try search?.statement(
        parameters.values, now: control.report.createdAt, on: source)
    } catch {
      return .failed(.options(error))
    }
    let sink = RunSink(self, statement)
    do throws(ReportFailure) {
      try source.stream(
        template.query(parameters, statement, budget: budget), interrupt: control.interrupt,
        into: sink)
      let facts = RunFacts(
        template: template, parameters: parameters.values, source: sink.sourceState)
      return .rendered(try sink.commit(), facts)
    } catch {
      sink.discard()
      return .failed(error)
    }
  }

  /// Removes files that came to nothing. What cannot be removed now is left to the sweep.
  func remove(_ files: [Artifact]) {
    for file in files { try? artifacts.remove(file.path) }
  }
}

/// Takes the rows of a run and makes all its files of them in one pass, within the template's
/// limits. Used from the run's thread.
private final class RunSink: RowSink {
  private let run: ReportRun
  /// What was made for the run; nil: the template's own statement runs.
  private let statement: SearchStatement?
  /// As they write the files of this run.
  private let renderers: [any Renderer]
  private(set) var sourceState: SourceState?
  // Not watched for overlapping access, which would take two calls into the runtime with each row.
  @exclusivity(unchecked) private var outputs: [RunOutput] = []
  @exclusivity(unchecked) private var rowCount: Int64 = 0
  private let budget: FileBudget

  init(_ run: ReportRun, _ statement: SearchStatement?) {
    self.run = run
    self.statement = statement
    let document = RenderDocument(
      run.control.report, run.template, sections: statement?.sections ?? [])
    renderers = run.renderers.map { $0.describing(document) }
    budget = FileBudget(run.template.limits, run.control)
  }

  func source(is state: SourceState) {
    sourceState = state
  }

  func begin(_ columns: [SourceColumn]) throws(ReportFailure) {
    let rendered = run.template.renderColumns(of: statement?.columns ?? columns)
    for renderer in renderers {
      let key = ArtifactKey(
        domainID: run.control.report.domainID, reportID: run.control.report.reportID,
        fencingToken: run.control.fencingToken, format: renderer.format,
        fileExtension: renderer.fileExtension)
      let writer = try run.artifacts.makeWriter(key)
      outputs.append(
        try RunOutput(
          renderer, columns: rendered, writer: writer,
          fullBytes: run.flushBytes, budget: budget))
    }
  }

  func row(_ row: SourceRow) throws(ReportFailure) {
    rowCount += 1
    guard rowCount <= run.template.limits.rowsMax else { throw .rowLimit(run.template.limits) }
    // The source looks at the interrupt too, but not while a file is slow.
    guard !run.control.interrupt.isPulled else { throw .interrupted }
    for output in outputs { try output.row(row) }
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
            rows: rowCount - output.rowsLeftOut, sha256: stored.sha256,
            mediaType: output.renderer.mediaType))
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
  func renderColumns(of columns: [SourceColumn]) -> [RenderColumn] {
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

/// One file of a run: its renderer, its bytes on the way, its place in the artifact store. Used from
/// the run's thread.
private final class RunOutput {
  let renderer: any Renderer
  private let session: any RenderSession
  private let writer: any ArtifactWriter
  // Not watched, as above.
  @exclusivity(unchecked) private var buffer: RenderBuffer

  /// - Parameters:
  ///   - fullBytes: how many bytes are gathered before they are written.
  ///   - budget: what all files of the run have of bytes.
  init(
    _ renderer: any Renderer, columns: [RenderColumn], writer: any ArtifactWriter, fullBytes: Int,
    budget: FileBudget
  ) throws(ReportFailure) {
    self.renderer = renderer
    self.writer = writer
    var buffer = RenderBuffer(drain: Drain(writer, budget), fullBytes: fullBytes)
    do throws(ReportFailure) {
      session = try renderer.begin(columns, into: &buffer)
    } catch {
      writer.discard()
      throw error
    }
    self.buffer = buffer
  }

  /// Rows that are not in the file, because somebody asked for a part of them.
  var rowsLeftOut: Int64 { session.rowsLeftOut }

  func row(_ row: SourceRow) throws(ReportFailure) {
    try session.row(row, into: &buffer)
    try buffer.drainIfFull()
  }

  func end() throws(ReportFailure) {
    try session.finish(into: &buffer)
    try buffer.drainAll()
  }

  func commit() throws(ReportFailure) -> StoredArtifact {
    try writer.commit()
  }

  func discard() {
    writer.discard()
  }

  private final class Drain: RenderDrain {
    private let writer: any ArtifactWriter
    private let budget: FileBudget

    init(_ writer: any ArtifactWriter, _ budget: FileBudget) {
      self.writer = writer
      self.budget = budget
    }

    func take(_ bytes: [UInt8]) throws(ReportFailure) {
      try budget.spend(bytes.count)
      try writer.write(bytes)
      budget.report()
    }

    func checkRoom(for count: Int) throws(ReportFailure) {
      try budget.check(count)
    }
  }
}

/// The bytes that all files of a run may have together. Used from the run's thread.
private final class FileBudget {
  private let limits: TemplateLimits
  private let control: RunControl
  private var spentBytes: Int64 = 0

  init(_ limits: TemplateLimits, _ control: RunControl) {
    self.limits = limits
    self.control = control
  }

  /// - Throws: BYTE_LIMIT if so many bytes more are too many.
  func check(_ count: Int) throws(ReportFailure) {
    guard Int64(count) <= limits.bytesMax - spentBytes else { throw .byteLimit(limits) }
    // The source looks at the interrupt too, but not while a large value is rendered.
    guard !control.interrupt.isPulled else { throw .interrupted }
  }

  /// - Throws: BYTE_LIMIT if so many bytes more are too many.
  func spend(_ count: Int) throws(ReportFailure) {
    try check(count)
    spentBytes += Int64(count)
  }

  /// Tells those who watch how many bytes are written.
  func report() {
    control.setBytes(spentBytes)
  }
}
