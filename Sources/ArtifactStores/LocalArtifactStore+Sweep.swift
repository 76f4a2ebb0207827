package import ReportCore
import Synchronization

extension LocalArtifactStore {
  package func list() throws(ReportFailure) -> any ArtifactListing {
    LocalArtifactListing(self)
  }

  /// Removes temporary files whose lock nobody holds, in this process or another, and directories left
  /// empty. Names that this store does not make are left alone.
  package func removeAbandoned() async throws(ReportFailure) -> [String] {
    var removed: [String] = []
    for domain in try names(in: []) {
      for report in try names(in: [domain]) {
        for file in try names(in: [domain, report]) where ArtifactPath.isTemporary(file) {
          if try sweepTemporary(file, domain: domain, report: report) {
            removed.append("\(domain)/\(report)/\(file)")
          }
        }
        try tidy("\(domain)/\(report)") { () throws(SystemError) in
          try prune(domain: domain, report: report)
        }
      }
    }
    return removed
  }

  /// What is in a directory; nothing if it has gone or is none.
  fileprivate func names(in components: [String]) throws(ReportFailure) -> [String] {
    var names: [String] = []
    try tidy(components.joined(separator: "/")) { () throws(SystemError) in
      var directory = root
      for component in components { directory = try directory.subdirectory(component) }
      names = try directory.names()
    }
    return names
  }

  private func sweepTemporary(
    _ file: String, domain: String, report: String
  ) throws(ReportFailure) -> Bool {
    var isRemoved = false
    try tidy("\(domain)/\(report)/\(file)") { () throws(SystemError) in
      isRemoved = try removeAbandoned(file, domain: domain, report: report)
    }
    return isRemoved
  }

  /// Does something that others may have done before, or that a writer's work forbids.
  private func tidy(
    _ path: String, _ body: () throws(SystemError) -> Void
  ) throws(ReportFailure) {
    do throws(SystemError) {
      try body()
    } catch .notFound, .wouldBlock, .notADirectory, .isALink {
      return
    } catch {
      throw .storage("sweep", path, error)
    }
  }
}

/// Goes through the directories, one at a time.
private final class LocalArtifactListing: ArtifactListing {
  private struct Place {
    /// Nil before the first look.
    var domains: [String]?
    var domain = ""
    var reports: [String] = []
    var files: [ArtifactReference] = []
  }

  private let store: LocalArtifactStore
  /// The names that are still to come, last first.
  private let place = Mutex(Place())

  init(_ store: LocalArtifactStore) {
    self.store = store
  }

  func next(countMax: Int) async throws(ReportFailure) -> [ArtifactReference] {
    try place.withLock { place throws(ReportFailure) in
      var page: [ArtifactReference] = []
      while page.count < countMax {
        if let file = place.files.popLast() {
          page.append(file)
        } else if let report = place.reports.popLast() {
          place.files = try files(of: report, in: place.domain)
        } else if let domain = place.domains?.popLast() {
          place.domain = domain
          place.reports = try store.names(in: [domain]).reversed()
        } else if place.domains == nil {
          place.domains = try store.names(in: []).reversed()
        } else {
          break
        }
      }
      return page
    }
  }

  private func files(
    of report: String, in domain: String
  ) throws(ReportFailure) -> [ArtifactReference] {
    try store.names(in: [domain, report]).reversed().compactMap { name in
      ArtifactPath(domain: domain, report: report, file: name).map { path in
        ArtifactReference(path: path.text, reportID: path.reportID)
      }
    }
  }
}
