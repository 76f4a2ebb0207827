package import ReportCore
private import Synchronization

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// A data source that does what a test says, step by step.
package final class ScriptedSource: DataSource {
  package enum Step: Sendable {
    /// Hands over so many rows of one integer and one text.
    case rows(Int)
    case row([Cell])
    /// Says that so many texts were changed.
    case replaced(Int64)
    /// Tells its state, before anything else.
    case state(SourceState)
    /// Tells the test that the run has come here.
    case signal(Gate)
    /// Is a query that never ends: only the interrupt gets it out.
    case hang
    /// Blocks the run's thread, deaf to the interrupt, until the test opens the latch.
    case block(ThreadLatch)
    case fail(ReportFailure)

    fileprivate var latch: ThreadLatch? {
      if case .block(let latch) = self { latch } else { nil }
    }
  }

  private struct State {
    var steps: [Step]
    var queries: [SourceQuery] = []
    var running = 0
    var runningMost = 0
    /// Of all scripts so far.
    var latches: [ThreadLatch] = []
  }

  private let state: Mutex<State>
  private let shape: StatementShape

  package init(
    _ steps: [Step], columns: [String] = ["number", "text"],
    parameterNames: [String] = ["domain_id"]
  ) {
    state = Mutex(State(steps: steps, latches: steps.compactMap(\.latch)))
    shape = StatementShape(
      columns: columns.map(SourceColumn.init), parameterNames: parameterNames)
  }

  /// What runs from now on do.
  package func script(_ steps: [Step]) {
    state.withLock { state in
      state.steps = steps
      state.latches += steps.compactMap(\.latch)
    }
  }

  /// Opens every latch, so that no run is left blocked by a test that gave up.
  package func openLatches() {
    for latch in state.withLock(\.latches) { latch.open() }
  }

  /// The queries of all runs, in the order of their starts.
  package var queries: [SourceQuery] { state.withLock(\.queries) }

  /// How many runs there were at once at most.
  package var runningMost: Int { state.withLock(\.runningMost) }

  package func inspect(
    _ sql: String, invalidText: InvalidText?
  ) throws(ReportFailure) -> StatementShape { shape }

  package func stream(
    _ query: SourceQuery, interrupt: Interrupt, into sink: any RowSink
  ) throws(ReportFailure) {
    let steps = state.withLock { state in
      state.queries.append(query)
      state.running += 1
      state.runningMost = max(state.runningMost, state.running)
      return state.steps
    }
    defer { state.withLock { $0.running -= 1 } }
    for case .state(let state) in steps { sink.source(is: state) }
    try sink.begin(shape.columns)
    for step in steps {
      switch step {
      case .rows(let count):
        for number in 0..<count {
          try sink.row([.integer(Int64(number)), .text("row \(number)")])
        }
      case .row(let cells): try sink.row(cells)
      case .replaced(let count): sink.replacedTexts(count)
      case .state: break
      case .signal(let gate): gate.open()
      case .block(let latch): latch.wait()
      case .fail(let failure): throw failure
      case .hang:
        let latch = ThreadLatch()
        interrupt.with({ latch.open() }, { latch.wait() })
      }
      guard !interrupt.isPulled else {
        throw ReportFailure(.canceledByUser, "The query was interrupted.")
      }
    }
  }
}

/// A place where a thread waits until it is opened, once and for all.
package final class ThreadLatch: @unchecked Sendable {
  // Lives as long as the latch and does not move, as a semaphore must.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  package init() {
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  package func open() {
    sem_post(semaphore)
  }

  package func wait() {
    while sem_wait(semaphore) != 0 {}
    // For the next who waits.
    sem_post(semaphore)
  }
}

/// Templates and sources that a test gives.
package struct FixedCatalog: TemplateCatalog {
  package let templates: [Template]
  private let sources: [String: any DataSource]

  package init(_ templates: [Template], sources: [String: any DataSource]) {
    self.templates = templates.sorted { $0.templateID < $1.templateID }
    self.sources = sources
  }

  package func template(_ idOrName: String) -> Template? {
    templates.first { $0.templateID.isExactly(idOrName) || $0.name.isExactly(idOrName) }
  }

  package func source(_ name: String) -> (any DataSource)? {
    sources[name]
  }
}
