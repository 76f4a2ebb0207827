package import ReportCore

/// Artifacts as files below one directory, `<domain>/<report>/<format>-<token>.<extension>`.
///
/// A file is written as `<name>.tmp`, synced, renamed, and its directory synced: a name without
/// `.tmp` stands for a whole file, after a loss of power too. Its writer holds a lock on it
/// (flock), which the system gives back when the process ends, however it ends. So a temporary
/// file without a lock has no writer, whichever process made it, and `sweep` may run at any time.
///
/// Directories are made for the owner alone (0700) and files too (0600).
package struct LocalArtifactStore: ArtifactStore {
  let root: Directory

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
  func removeAbandoned(
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
  func prune(domain: String, report: String) throws(SystemError) {
    do throws(SystemError) {
      try root.subdirectory(domain).removeSubdirectory(report)
      try root.removeSubdirectory(domain)
    } catch .notEmpty, .notFound {
      return
    }
  }
}
