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

  /// The finished files, a page at a time: there may be millions. A file that comes or goes meanwhile
  /// may be among them or not.
  func list() throws(ReportFailure) -> any ArtifactListing

  /// Removes what writers left behind that are no more: a writer at work, whichever process it is in,
  /// is not disturbed.
  ///
  /// - Returns: the paths removed.
  func removeAbandoned() async throws(ReportFailure) -> [String]

  /// A URL of the store's own under which a caller may fetch a finished file for a while; nil if it
  /// has none. Then the server hands the bytes out itself.
  ///
  /// - Parameter fileName: what the caller is to save it as.
  func downloadURL(
    of artifact: Artifact, fileName: String, goodFor lifetime: Duration
  ) async throws(ReportFailure) -> String?
}

extension ArtifactStore {
  /// For stores that nobody but the server reaches.
  package func downloadURL(
    of artifact: Artifact, fileName: String, goodFor lifetime: Duration
  ) async throws(ReportFailure) -> String? {
    nil
  }
}

extension ArtifactStore {
  /// Removes what writers left behind, and the finished files that nobody needs.
  ///
  /// - Parameters:
  ///   - filesAtOnce: about how many is asked in one question.
  ///   - inUse: which of these files are needed.
  /// - Returns: the paths removed.
  /// - Throws: STORAGE_ERROR; what `inUse` throws.
  package func sweep(
    filesAtOnce: Int = 500,
    inUse: @Sendable ([ArtifactReference]) async throws -> Set<ArtifactReference>
  ) async throws -> [String] {
    var removed = try await removeAbandoned()
    let listing = try list()
    while true {
      let files = try await listing.next(countMax: filesAtOnce)
      guard !files.isEmpty else { return removed }
      let used = try await inUse(files)
      for file in files where !used.contains(file) {
        try remove(file.path)
        removed.append(file.path)
      }
      try Task.checkCancellation()
    }
  }
}

/// Goes through the finished files of a store. Used by one task at a time.
package protocol ArtifactListing: AnyObject, Sendable {
  /// The next files, at most so many; none at the end. Files that the caller removes between two
  /// pages do no harm.
  ///
  /// - Throws: STORAGE_ERROR.
  func next(countMax: Int) async throws(ReportFailure) -> [ArtifactReference]
}

/// A finished file, and the report that it was made for.
package struct ArtifactReference: Hashable, Sendable {
  /// As `Artifact.path`.
  package var path: String
  package var reportID: String

  package init(path: String, reportID: String) {
    self.path = path
    self.reportID = reportID
  }
}

/// Where the files of each storage are: chosen by the composition. A report names its storage, and
/// keeps it.
package struct ArtifactStoreMap: Sendable {
  private let stores: [ExactText: any ArtifactStore]

  /// - Parameter stores: by the id of the storage.
  package init(_ stores: [String: any ArtifactStore]) {
    self.stores = Dictionary(uniqueKeysWithValues: stores.map { ($0.key.exact, $0.value) })
  }

  /// Local files, and nothing else.
  package init(local: any ArtifactStore) {
    self.init([Storage.local.storageID: local])
  }

  /// Every one of them, in the order of their storages' ids.
  package var all: [any ArtifactStore] {
    stores.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The store of a storage.
  ///
  /// - Throws: STORAGE_ERROR if this server has none of that id.
  package func store(of storageID: String) throws(ReportFailure) -> any ArtifactStore {
    guard let store = stores[storageID.exact] else {
      throw ReportFailure(
        .storageError,
        "The server has no access to the storage \(storageID). Whoever looks after it has to "
          + "configure it again.")
    }
    return store
  }
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
