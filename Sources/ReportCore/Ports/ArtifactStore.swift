/// Where finished files are kept.
package protocol ArtifactStore: Sendable {
  /// Starts a file under a temporary name that no reader sees. Blocks, as do the writer's calls.
  ///
  /// - Throws: STORAGE_ERROR.
  func makeWriter(_ key: ArtifactKey) throws(ReportFailure) -> any ArtifactWriter

  /// Opens a finished file.
  ///
  /// - Throws: STORAGE_ERROR: caused by `ArtifactGone` if it is not there (any more), also if the path
  ///   leads out of the store or the file cannot be read.
  func open(_ path: String) throws(ReportFailure) -> any ArtifactReader

  /// Removes a finished file; not being there is no error.
  func remove(_ path: String) throws(ReportFailure)

  /// Removes temporary files that no writer of this process holds, and finished files that
  /// `isInUse` disowns.
  ///
  /// - Returns: the paths removed.
  func sweep(
    isInUse: @Sendable (_ path: String, _ reportID: String) async throws -> Bool
  ) async throws -> [String]
}

/// The cause of a failure to open a file: there is none of its name. Somebody removed it, since no
/// report names a file that was never made.
package struct ArtifactGone: Error, Hashable {
  package init() {}
}

/// Names a file to be made.
package struct ArtifactKey: Hashable, Sendable {
  package var domainID: String
  package var reportID: String
  /// The attempt's token: part of the name, so that a worker that lost its lease cannot touch the
  /// file of the one that has it.
  package var fencingToken: Int64
  package var format: ReportFormat
  package var fileExtension: String

  package init(
    domainID: String, reportID: String, fencingToken: Int64, format: ReportFormat,
    fileExtension: String
  ) {
    self.domainID = domainID
    self.reportID = reportID
    self.fencingToken = fencingToken
    self.format = format
    self.fileExtension = fileExtension
  }
}

/// A file being written. Used from one thread.
package protocol ArtifactWriter: AnyObject {
  /// - Throws: STORAGE_ERROR, naming what the system said, such as a full disk.
  func write(_ bytes: [UInt8]) throws(ReportFailure)
  /// Syncs the file and gives it its final name; the writer is done.
  func commit() throws(ReportFailure) -> StoredArtifact
  /// Removes the file; the writer is done. Harmless after `commit`.
  func discard()
}

/// What became of a written file.
package struct StoredArtifact: Hashable, Sendable {
  package var path: String
  package var bytes: Int64
  /// 64 lower-case hexadecimal digits.
  package var sha256: String

  package init(path: String, bytes: Int64, sha256: String) {
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// A finished file, open for reading. Blocks; may be used from several threads.
package protocol ArtifactReader: AnyObject, Sendable {
  var byteCount: Int64 { get }
  /// Up to `countMax` bytes from an offset; empty at the end.
  func read(at offset: Int64, countMax: Int) throws(ReportFailure) -> [UInt8]
}
