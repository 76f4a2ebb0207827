package import Logging

/// Removes reports with their files: those that somebody wants gone, and those whose time is over.
package struct ReportRemover: Sendable {
  let store: any ReportStore
  let artifacts: ArtifactStoreMap
  let logger: Logger
  let onRemoval: @Sendable (ReportKey) -> Void

  /// - Parameter onRemoval: told of each report that is gone, so that nobody shows it any more who
  ///   remembers it.
  package init(
    store: any ReportStore, artifacts: ArtifactStoreMap, logger: Logger,
    onRemoval: @escaping @Sendable (ReportKey) -> Void = { _ in }
  ) {
    self.store = store
    self.artifacts = artifacts
    self.logger = logger
    self.onRemoval = onRemoval
  }

  /// Removes reports, but not those that run.
  ///
  /// The rows go first. If the server is killed before the files are gone, they belong to no report,
  /// and the next sweep finds them; the other way round a report would be left that says FINISHED and
  /// has no files, and nobody would ever look at it again.
  ///
  /// - Parameters:
  ///   - sparingPinned: leave those that are pinned.
  ///   - audit: is kept if one of them is removed.
  /// - Returns: what became of each, in the order of the keys.
  /// - Throws: what the store throws. A file that cannot be removed now is left to the sweep.
  @discardableResult
  package func remove(
    _ keys: [ReportKey], sparingPinned: Bool, audit: AuditEvent? = nil
  ) async throws -> [DeleteOutcome] {
    let outcomes = try await store.delete(keys, sparingPinned: sparingPinned, audit: audit)
    let removed = outcomes.compactMap(\.removed)
    for report in removed { onRemoval(report.key) }
    // On a thread that may block.
    _ = await WorkerThread.run {
      for report in removed { removeFiles(of: report) }
    }
    return outcomes
  }

  private func removeFiles(of report: Report) {
    for artifact in report.artifacts {
      do throws(ReportFailure) {
        try artifacts.store(of: report.storageID).remove(artifact.path)
      } catch {
        logger.warning(
          "a file of a deleted report is left to the sweep",
          metadata: ["path": "\(artifact.path)", "error": "\(error.message)"])
      }
    }
  }
}
