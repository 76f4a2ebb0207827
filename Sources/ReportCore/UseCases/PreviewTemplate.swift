internal import Texts

/// Shows what a template gives without making a report: its first rows, and how the source finds them.
/// Bounded by its own limits and places, so that it takes nothing from the reports that run.
package struct PreviewTemplate: Sendable {
  /// What is asked for.
  package struct Command: Sendable {
    /// The template's id or name.
    package var templateID: String
    package var options: OptionObject

    package init(templateID: String, options: OptionObject = [:]) {
      self.templateID = templateID
      self.options = options
    }
  }

  /// What came of it.
  package struct Preview: Sendable {
    package var template: Template
    package var columns: [Column]
    package var rows: [[Cell]]
    /// Which bound there are more rows behind; nil: there are none.
    package var cutBy: Bound?
    package var plan: [PlanStep]
  }

  package struct Column: Hashable, Sendable {
    package var name: String
    package var title: String
    /// What the template says that it is.
    package var type: ColumnType?
    /// What the values shown are.
    package var kinds: Set<CellKind>
  }

  /// What ends a preview early.
  package enum Bound: String, Hashable, Sendable {
    case rows, bytes, seconds

    /// The name of the setting that was in the way; nil: of rows more are never expected.
    fileprivate var limit: String? {
      switch self {
      case .rows: nil
      case .bytes: "preview_bytes"
      case .seconds: "preview_seconds"
      }
    }
  }

  private let ports: UseCasePorts

  package init(_ ports: UseCasePorts) {
    self.ports = ports
  }

  /// - Throws: as `CreateReport` for the template and its options; `queryFailed` for a query that
  ///   fails; `tooMuch` if its turn does not come in time, or too many wait for theirs; `cancelled`
  ///   when the task is.
  package func run(
    _ command: Command, for caller: ReportCaller
  ) async throws(UseCaseError) -> Preview {
    try ports.limits.checkRequired(domainID: caller.domainID)
    try ports.limits.checkRequired("template_id", command.templateID)
    try ports.limits.check(options: command.options)
    var command = command
    let passwords = try ports.passwords(outOf: &command.options)
    let access = TemplateAccess(ports)
    let offered = try access.template(command.templateID, offeredTo: caller.domainID)
    // Before anything else is said of it.
    try await access.check(caller.domainID, asksFor: command.templateID)
    let template = try await access.usable(offered)
    let now = ports.clock.now
    let parameters = try access.parameters(
      of: template, command.options, passwords, caller, now: now)
    guard let source = ports.catalog.source(template.source) else {
      throw UseCaseError(
        .sourceUnavailable, key: "template_id", value: template.templateID,
        message: "The template's source is not there any more.")
    }
    let read = PreviewRead(
      template: template, parameters: parameters,
      search: template.search.flatMap(ports.catalog.search),
      now: now, source: source, limits: ports.limits.preview)
    let end = ports.clock.monotonic.advanced(by: ports.limits.preview.timeMax)
    do {
      let shown = try await ports.previews.pass(caller.domainID, until: end) {
        try await preview(read, until: end)
      }
      if let limit = shown.cutBy?.limit { ports.limitReached(limit) }
      return shown
    } catch QueryBudget.End.time {
      ports.limitReached(Self.placesLimit)
      throw UseCaseError(
        .tooMuch,
        message: "Too many previews are under way: the turn of this one did not come within "
          + "\(ports.limits.preview.timeMax.components.seconds) seconds. Try again later.")
    } catch let failure as ReportFailure {
      throw Self.error(failure, template)
    } catch {
      if let refusal = error as? StoreError, refusal.code == .exhausted {
        ports.limitReached(refusal.limit)
      }
      throw UseCaseError(error)
    }
  }

  /// The name of the setting that bounds previews at the same time.
  static let placesLimit = "previews"

  private func preview(
    _ read: PreviewRead, until end: MonotonicInstant
  ) async throws -> Preview {
    let (interrupt, time) = (Interrupt(), Interrupt())
    let alarm = Task { [clock = ports.clock] in
      try await clock.sleep(until: end)
      time.pull()
      interrupt.pull()
    }
    defer { alarm.cancel() }
    let outcome = await withTaskCancellationHandler {
      await WorkerThread.run { read.run(interrupt, time: time) }
    } onCancel: {
      interrupt.pull()
    }
    try Task.checkCancellation()
    guard let outcome else {
      throw StoreError(.unavailable, "The system gives no thread.")
    }
    let shown = try outcome.get()
    let columns = read.template.renderColumns(of: shown.columns).enumerated().map { index, column in
      Column(
        name: column.name, title: column.title, type: column.type,
        kinds: Set(shown.rows.map { CellKind($0[index]) }).subtracting([.null]))
    }
    return Preview(
      template: read.template, columns: columns, rows: shown.rows, cutBy: shown.cutBy,
      plan: shown.plan)
  }

  private static func error(_ failure: ReportFailure, _ template: Template) -> UseCaseError {
    UseCaseError(
      failure.code == .sourceUnavailable ? .sourceUnavailable : .queryFailed, key: "template_id",
      value: template.templateID, message: failure.message, cause: failure.cause)
  }
}

/// What a value is, in a word.
package enum CellKind: String, Hashable, Sendable, CaseIterable {
  case null, integer, double, text, blob, decimal, boolean, date, datetime

  package init(_ cell: Cell) {
    self =
      switch cell {
      case .null: .null
      case .integer: .integer
      case .double: .double
      case .text: .text
      case .blob: .blob
      case .decimal: .decimal
      case .boolean: .boolean
      case .date: .date
      case .instant: .datetime
      }
  }
}

/// What previews may cost.
package struct PreviewLimits: Hashable, Sendable {
  /// Rows shown.
  package var rowsMax: Int
  /// From the call on, its wait for its turn included.
  package var timeMax: Duration
  /// Bytes of all values shown.
  package var bytesMax: Int
  /// Previews at the same time; of one domain half of them.
  package var parallelMax: Int
  /// Bytes of one value, see `SourceBudget`.
  package var cellBytesMax: Int
  /// Bytes of memory of one preview, see `SourceBudget`.
  package var runBytesMax: Int

  package init(
    rowsMax: Int = 50, timeMax: Duration = .seconds(10), bytesMax: Int = 1_048_576,
    parallelMax: Int = 2, cellBytesMax: Int = 16_777_216, runBytesMax: Int = 67_108_864
  ) {
    self.rowsMax = rowsMax
    self.timeMax = timeMax
    self.bytesMax = bytesMax
    self.parallelMax = parallelMax
    self.cellBytesMax = cellBytesMax
    self.runBytesMax = runBytesMax
  }
}

/// One preview, which has a thread of its own.
private struct PreviewRead: Sendable {
  /// What was read.
  struct Outcome: Sendable {
    var columns: [SourceColumn] = []
    var rows: [[Cell]] = []
    var cutBy: PreviewTemplate.Bound?
    var plan: [PlanStep] = []
  }

  let template: Template
  let parameters: TemplateParameters
  /// Makes the statement; nil: the template has it.
  let search: (any SearchCompiler)?
  /// The moment that times of the search are told from.
  let now: Instant
  let source: any DataSource
  let limits: PreviewLimits

  /// Blocks.
  ///
  /// - Parameter time: is pulled when the time is over; `interrupt` too then.
  func run(_ interrupt: Interrupt, time: Interrupt) -> Result<Outcome, ReportFailure> {
    let rows = Rows(limits)
    do throws(ReportFailure) {
      let statement = try statement()
      var query = template.query(
        parameters, statement,
        budget: template.limits.budget(
          cellBytesMax: limits.cellBytesMax, runBytesMax: limits.runBytesMax))
      query.tellsState = false
      // First: it costs nothing, and tells why the rows do not come.
      rows.outcome.plan = try source.plan(of: query, interrupt: interrupt)
      rows.names = statement?.columns
      try source.stream(query, interrupt: interrupt, into: rows)
    } catch {
      // What was thrown here ended the rows at a bound.
      if rows.outcome.cutBy == nil {
        guard time.isPulled, error.code == .canceledByUser else { return .failure(error) }
        rows.outcome.cutBy = .seconds
      }
    }
    return .success(rows.outcome)
  }

  /// As a run would make it: fitted to what the source has.
  private func statement() throws(ReportFailure) -> SearchStatement? {
    do throws(OptionError) {
      return try search?.statement(parameters.values, now: now, on: source)
    } catch {
      throw .options(error)
    }
  }

  /// Takes rows until a bound is reached.
  private final class Rows: RowSink {
    var outcome = Outcome()
    /// The columns of a statement that was made; nil: those that the source names.
    var names: [SourceColumn]?
    private let limits: PreviewLimits
    private var bytes = 0

    init(_ limits: PreviewLimits) {
      self.limits = limits
    }

    func begin(_ columns: [SourceColumn]) {
      outcome.columns = names ?? columns
    }

    func replacedTexts(_ count: Int64) {}

    func row(_ row: SourceRow) throws(ReportFailure) {
      guard outcome.rows.count < limits.rowsMax else { throw end(.rows) }
      let cells = row.cells
      bytes += cells.reduce(0) { $0 + $1.previewBytes }
      guard bytes <= limits.bytesMax else { throw end(.bytes) }
      outcome.rows.append(cells)
    }

    private func end(_ bound: PreviewTemplate.Bound) -> ReportFailure {
      outcome.cutBy = bound
      return .interrupted
    }
  }
}

extension Cell {
  /// Bytes that it takes in an answer, roughly and no less.
  fileprivate var previewBytes: Int {
    switch self {
    case .text(let text): text.utf8.count + 8
    case .blob(let bytes): bytes.count / 3 * 4 + 12
    case .decimal(let decimal): decimal.text.utf8.count + 8
    case .null, .integer, .double, .boolean, .date, .instant: 40
    }
  }
}
