/// One attempt at a report, from its rows to its files. Blocks: it has a thread of its own.
struct ReportRun: Sendable {
  /// How an attempt ended, on its thread.
  enum Outcome: Sendable {
    /// The files have their names.
    case rendered([Artifact])
    /// Nothing is left of it.
    case failed(ReportFailure)
  }

  let control: RunControl
  let template: Template
  let source: any DataSource
  let bindings: [String: Cell]
  /// In the order of the report's formats.
  let renderers: [any Renderer]
  let artifacts: any ArtifactStore
  let flushBytes: Int
  let budget: SourceBudget

  func execute() -> Outcome {
    let sink = RunSink(self)
    do throws(ReportFailure) {
      try source.stream(
        SourceQuery(
          sql: template.sql, bindings: bindings, invalidText: template.invalidText,
          columnTypes: template.columnTypes, budget: budget),
        interrupt: control.interrupt, into: sink)
      return .rendered(try sink.commit())
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

extension Template {
  fileprivate var columnTypes: [ExactText: ColumnType] {
    var types: [ExactText: ColumnType] = [:]
    for column in columns { types[ExactText(column.name)] = column.type }
    return types
  }
}
