package import ReportCore

/// Finds the file of a finished report. nil if the domain has no such report, or the report no such
/// file any more.
package typealias DownloadResolver =
  @Sendable (_ domainID: String, _ reportID: String, _ format: ReportFormat) async throws
  -> DownloadableArtifact?

/// A file to hand out, with a name for the person who saves it.
package struct DownloadableArtifact: Hashable, Sendable {
  package var artifact: Artifact
  /// Any text: the file name is made of it, see `Report.fileName`.
  package var name: String

  package init(artifact: Artifact, name: String) {
    self.artifact = artifact
    self.name = name
  }
}
