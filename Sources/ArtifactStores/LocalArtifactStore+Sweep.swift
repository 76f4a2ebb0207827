import ReportCore

extension LocalArtifactStore {
  /// Removes temporary files whose lock nobody holds, in this process or another, finished files
  /// that `isInUse` disowns, and directories left empty. Names that this store does not make are
  /// left alone.
  ///
  /// - Throws: STORAGE_ERROR; what `isInUse` throws.
  package func sweep(
    isInUse: @Sendable (_ path: String, _ reportID: String) async throws -> Bool
  ) async throws -> [String] {
    var removed: [String] = []
    for domain in try names(in: []) {
      for report in try names(in: [domain]) {
        for file in try names(in: [domain, report]) {
          if ArtifactPath.isTemporary(file) {
            if try sweepTemporary(file, domain: domain, report: report) {
              removed.append("\(domain)/\(report)/\(file)")
            }
          } else if let path = ArtifactPath(domain: domain, report: report, file: file),
            try await !isInUse(path.text, path.reportID)
          {
            try remove(path.text)
            removed.append(path.text)
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
  private func names(in components: [String]) throws(ReportFailure) -> [String] {
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
