/// What the use cases work with, chosen by the composition.
package struct UseCasePorts: Sendable {
  /// Where reports live.
  package var store: any ReportStore
  /// The templates in force.
  package var catalog: any TemplateCatalog
  /// What runs the reports.
  package var engine: any ReportRunning
  /// What makes files, one for each format that there is.
  package var renderers: [any Renderer]
  /// A URL under which an artifact can be downloaded for a while: the store's own, or a signed one of
  /// this server. The name is what it is to be saved as. A manifest comes without its size and digest.
  package var downloadURL:
    @Sendable (Report, Artifact, _ name: String) async throws(ReportFailure) -> String
  /// A digest that differs whenever the bytes do, such as SHA-256 in hexadecimal digits.
  package var digest: @Sendable ([UInt8]) -> String
  package var clock: any EngineClock
  package var ids: any IDSource
  package var limits: UseCaseLimits
  /// Told the name of a limit that was in the way, as `previews`; those of the store are counted where it
  /// is asked.
  package var limitReached: @Sendable (String) -> Void
  /// The places of previews, apart from those of runs.
  package var previews: FairGate
  /// Removes reports that do not run, with their files and from wherever they are remembered; the audit
  /// gets the event if one is removed.
  package var remove: @Sendable ([ReportKey], AuditEvent?) async throws -> [DeleteOutcome]
  /// How long reports are kept.
  package var retention: @Sendable () -> Retention
  /// Where the passwords of files are until their reports have ended.
  package var vault: PasswordVault
  /// Waits so long, on a clock that nobody sets.
  package var sleep: @Sendable (Duration) async throws -> Void

  package init(
    store: any ReportStore, catalog: any TemplateCatalog, engine: any ReportRunning,
    renderers: [any Renderer],
    downloadURL:
      @escaping @Sendable (Report, Artifact, _ name: String) async throws(ReportFailure)
      -> String,
    digest: @escaping @Sendable ([UInt8]) -> String, clock: any EngineClock,
    ids: any IDSource = RandomIDs(), limits: UseCaseLimits = UseCaseLimits(),
    remove: (@Sendable ([ReportKey], AuditEvent?) async throws -> [DeleteOutcome])? = nil,
    retention: @escaping @Sendable () -> Retention = { Retention() },
    vault: PasswordVault = PasswordVault(),
    sleep: @escaping @Sendable (Duration) async throws -> Void = {
      try await SystemClock().sleep(for: $0)
    },
    limitReached: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.limitReached = limitReached
    self.vault = vault
    self.store = store
    self.catalog = catalog
    self.engine = engine
    self.renderers = renderers
    self.downloadURL = downloadURL
    self.digest = digest
    self.clock = clock
    self.ids = ids
    self.limits = limits
    previews = FairGate(
      places: limits.preview.parallelMax,
      placesPerDomainMax: max(1, limits.preview.parallelMax / 2),
      waitingPerDomainMax: 100, clock: clock, what: PreviewTemplate.placesLimit)
    self.remove = remove ?? { try await store.delete($0, sparingPinned: false, audit: $1) }
    self.retention = retention
    self.sleep = sleep
  }

  /// The formats that have a renderer.
  var formats: [ReportFormat] { renderers.map(\.format) }

  /// Takes the passwords of files out of a caller's options, so that they go nowhere with them.
  ///
  /// - Throws: `missing` or `invalid`, naming the option.
  func passwords(outOf options: inout OptionObject) throws(UseCaseError) -> FilePasswords {
    do throws(OptionError) {
      return try FilePasswords.taken(outOf: &options, known: renderers)
    } catch {
      throw UseCaseError(error)
    }
  }

  /// Asks the store, with its errors turned into the use cases'.
  func perform<Result>(
    _ body: (any ReportStore) async throws -> Result
  ) async throws(UseCaseError) -> Result {
    do {
      return try await body(store)
    } catch {
      throw UseCaseError(error)
    }
  }

  /// Shows what a query selects, if that is no more than an answer may hold.
  ///
  /// - Parameter read: asks the store.
  /// - Throws: `tooMuch` telling how to ask in pages.
  func visit<Visitor: ListVisitor>(
    _ visitor: Visitor,
    _ read: (any ReportStore, BoundedVisitor<Visitor>) async throws -> ListSize
  ) async throws(UseCaseError) -> ListSize {
    let rowsMax = limits.listRowsMax
    let size = try await perform { try await read($0, BoundedVisitor(visitor, rowsMax: rowsMax)) }
    guard size.pageCount <= rowsMax else {
      throw UseCaseError(
        .tooMuch,
        message: "The list has more than \(rowsMax) entries. Ask for it in pages: set "
          + "query.page.start and query.page.limit.")
    }
    return size
  }

  /// The report of an id, in the caller's domain.
  ///
  /// - Throws: `notFound` alike for a report that does not exist and one of another domain.
  func report(_ reportID: String, of caller: ReportCaller) async throws(UseCaseError) -> Report {
    try limits.checkRequired("report_id", reportID)
    guard let report = try await perform({ try await $0.report(reportID, in: caller.domainID) })
    else { throw .notFound("report_id", reportID) }
    return report
  }

  /// Why snapshots of a report ended before it did: it was removed, or the server stops. The latter is
  /// something to try again, at the server that comes next.
  package func endedEarly(_ report: Report, of caller: ReportCaller) async -> UseCaseError {
    if Task.isCancelled { return UseCaseError(CancellationError()) }
    do throws(UseCaseError) {
      _ = try await self.report(report.reportID, of: caller)
    } catch {
      return error
    }
    return UseCaseError(.unavailable, message: "The server is stopping. Ask again.")
  }

  /// The storage of an id that a domain may see; nil if there is none. The built-in one is known
  /// without a look into the store.
  func storage(_ storageID: String, in domainID: String) async throws(UseCaseError) -> Storage? {
    if storageID.isExactly(Storage.local.storageID) { return .local }
    return try await perform { try await $0.storage(storageID, in: domainID) }
  }

  /// A report with what callers are shown beside it.
  func view(_ report: Report) async throws(UseCaseError) -> ReportView {
    ReportView(
      report: report, storage: try await storage(report.storageID, in: report.domainID))
  }
}

/// A report and the storage that its files go to.
package struct ReportView: Hashable, Sendable {
  package var report: Report
  /// nil if that storage is gone.
  package var storage: Storage?

  package init(report: Report, storage: Storage?) {
    self.report = report
    self.storage = storage
  }
}

/// What the services ask of whatever runs the reports.
package protocol ReportRunning: Sendable {
  /// A report may be waiting: look now rather than at the next turn. Never blocks.
  func wake()

  /// A cancel was stored: if the report runs here, end it at once. Never blocks.
  func cancelRequested(_ report: Report)

  /// A report as it is now: the one given, or the snapshot of its run here, if that is newer. Never blocks.
  func newest(_ report: Report) -> Report

  /// Snapshots of a report: the one given or a newer one first, then each change of state and
  /// progress (slow readers see only the newest), and the terminal one last. Ends after that, or
  /// when the task that reads it is cancelled.
  func updates(of report: Report) -> AsyncStream<Report>
}

extension ReportRunning {
  /// Of who runs nothing.
  package func newest(_ report: Report) -> Report { report }
}

/// Shows nothing of a page that has more entities than an answer may hold.
struct BoundedVisitor<Base: ListVisitor>: ListVisitor {
  private let base: Base
  private let rowsMax: Int

  init(_ base: Base, rowsMax: Int) {
    self.base = base
    self.rowsMax = rowsMax
  }

  func begin(_ size: ListSize) -> Bool {
    size.pageCount <= rowsMax && base.begin(size)
  }

  func visit(_ entity: Base.Entity) -> Bool {
    base.visit(entity)
  }
}
