import Crypto
package import ReportCore
import Synchronization
internal import Texts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Artifacts as files below one directory, `<domain>/<report>/<format>-<token>.<extension>`.
///
/// A file is written as `<name>.tmp`, synced, renamed, and its directory synced: a name without
/// `.tmp` stands for a whole file, after a loss of power too. Its writer holds a lock on it
/// (flock), which the system gives back when the process ends, however it ends. So a temporary
/// file without a lock has no writer, whichever process made it, and `sweep` may run at any time.
///
/// Directories are made for the owner alone (0700) and files too (0600).
package struct LocalArtifactStore: ArtifactStore {
  private let root: Directory

  /// Opens a store.
  ///
  /// - Parameter directory: made if it is missing; its parent must be there.
  /// - Throws: STORAGE_ERROR, naming what the system said.
  package init(directory: String) throws(ReportFailure) {
    do throws(SystemError) {
      root = try Directory.open(path: directory)
    } catch {
      throw ReportFailure(
        .storageError, "Cannot open the artifact directory \(directory): \(error.text).",
        cause: error)
    }
  }

  package func makeWriter(_ key: ArtifactKey) throws(ReportFailure) -> any ArtifactWriter {
    let path = try ArtifactPath(key)
    do throws(SystemError) {
      let (directory, file) = try makeTemporary(path)
      return LocalArtifactWriter(path: path, directory: directory, file: file)
    } catch .wouldBlock {
      throw ReportFailure(
        .storageError, "Cannot create artifact \(path.text): another writer is at it.")
    } catch {
      throw .storage("create", path.text, error)
    }
  }

  package func open(_ path: String) throws(ReportFailure) -> any ArtifactReader {
    let place = try checked(path)
    do throws(SystemError) {
      let file = try root.subdirectory(place.domain).subdirectory(place.report)
        .openFile(place.file)
      return try LocalArtifactReader(path: place, file: file)
    } catch .notFound {
      throw ReportFailure(
        .storageError, "The artifact \(path) is not there any more.", cause: ArtifactGone())
    } catch {
      throw .storage("open", path, error)
    }
  }

  package func remove(_ path: String) throws(ReportFailure) {
    let place = try checked(path)
    do throws(SystemError) {
      try root.subdirectory(place.domain).subdirectory(place.report).removeFile(place.file)
      try prune(domain: place.domain, report: place.report)
    } catch .notFound {
      return
    } catch {
      throw .storage("remove", path, error)
    }
  }

  private func checked(_ path: String) throws(ReportFailure) -> ArtifactPath {
    guard let place = ArtifactPath(text: path) else {
      throw ReportFailure(.storageError, "No artifact of this store has such a path.")
    }
    return place
  }

  /// How often the making of a temporary file begins anew: each time somebody has to come in between
  /// in the same moment, so more than a few mean that the store's own directory has gone.
  private static let attemptsMax = 100

  /// Makes the temporary file and takes its lock. A sweep, or a removal that prunes, may take file
  /// or directories away in between: then once more.
  private func makeTemporary(
    _ path: ArtifactPath
  ) throws(SystemError) -> (Directory, OpenFile) {
    for _ in 0..<Self.attemptsMax {
      do throws(SystemError) {
        let directory = try root.makeSubdirectory(path.domain).makeSubdirectory(path.report)
        let file = try directory.makeFile(path.temporaryFile)
        // Held by nobody but a sweep that saw the name before us, and not for long.
        try file.lock(isWaiting: true)
        if try directory.isName(path.temporaryFile, of: file) { return (directory, file) }
      } catch .exists {
        // Left by a process that died, unless its lock is held.
        _ = try removeAbandoned(path.temporaryFile, domain: path.domain, report: path.report)
      } catch .notFound {
        continue
      }
    }
    throw .notFound
  }

  /// Removes a temporary file that no writer holds.
  ///
  /// - Returns: whether it was this call that removed it.
  /// - Throws: `wouldBlock` if a writer holds it.
  private func removeAbandoned(
    _ name: String, domain: String, report: String
  ) throws(SystemError) -> Bool {
    do throws(SystemError) {
      let directory = try root.subdirectory(domain).subdirectory(report)
      let file = try directory.openFile(name)
      try file.lock(isWaiting: false)
      // With the lock of the file that has the name, nobody else removes or renames it.
      guard try directory.isName(name, of: file) else { return false }
      try directory.removeFile(name)
      return true
    } catch .notFound {
      return false
    }
  }

  /// Removes the directories of a report and a domain if nothing is in them.
  private func prune(domain: String, report: String) throws(SystemError) {
    do throws(SystemError) {
      try root.subdirectory(domain).removeSubdirectory(report)
      try root.removeSubdirectory(domain)
    } catch .notEmpty, .notFound {
      return
    }
  }
}

/// A finished file. It stays readable to the end when it is removed meanwhile.
private final class LocalArtifactReader: ArtifactReader {
  let byteCount: Int64
  private let path: ArtifactPath
  private let file: OpenFile

  init(path: ArtifactPath, file: OpenFile) throws(SystemError) {
    let status = try file.status()
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError(number: EINVAL) }
    byteCount = Int64(status.st_size)
    self.path = path
    self.file = file
  }

  func read(at offset: Int64, countMax: Int) throws(ReportFailure) -> [UInt8] {
    do throws(SystemError) {
      return try file.read(at: offset, countMax: countMax)
    } catch {
      throw .storage("read", path.text, error)
    }
  }
}

/// A file being written under its temporary name.
final class LocalArtifactWriter: ArtifactWriter {
  private let path: ArtifactPath
  private let directory: Directory
  /// Holds the lock; nil once committed or discarded.
  private var file: OpenFile?
  private var hash = SHA256()
  private var byteCount: Int64 = 0

  init(path: ArtifactPath, directory: Directory, file: OpenFile) {
    self.path = path
    self.directory = directory
    self.file = file
  }

  deinit {
    discard()
  }

  func write(_ bytes: [UInt8]) throws(ReportFailure) {
    guard let file else { throw isDone }
    do throws(SystemError) {
      let failure: SystemError? = bytes.withUnsafeBytes { raw in
        do throws(SystemError) {
          try file.write(raw)
          hash.update(bufferPointer: raw)
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw failure }
      byteCount += Int64(bytes.count)
    } catch {
      throw .storage("write", path.text, error)
    }
  }

  func commit() throws(ReportFailure) -> StoredArtifact {
    guard let file else { throw isDone }
    do throws(SystemError) {
      try file.sync()
      try directory.rename(path.temporaryFile, to: path.file)
      self.file = nil
      try directory.sync()
    } catch {
      throw .storage("commit", path.text, error)
    }
    return StoredArtifact(path: path.text, bytes: byteCount, sha256: Hex.text(of: hash.finalize()))
  }

  func discard() {
    guard file != nil else { return }
    // What cannot be removed now goes with the next sweep.
    try? directory.removeFile(path.temporaryFile)
    file = nil
  }

  private var isDone: ReportFailure {
    ReportFailure(.internal, "The writer of artifact \(path.text) is done.")
  }
}

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
