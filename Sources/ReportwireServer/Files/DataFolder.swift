private import ArtifactStores
private import Foundation

/// The server's own folder, held by one process at a time and for one user alone.
package final class DataFolder: Sendable {
  package let path: String
  /// What was found and mended, for the log.
  package let warnings: [String]
  private let lock: OpenFile

  /// Makes the folder if it is not there, and takes its lock.
  ///
  /// A folder that others have access to is closed to them if it is empty or a server's; the same
  /// goes for the files in it.
  ///
  /// - Throws: a problem naming the folder: it cannot be made, others have access to it and it holds
  ///   files of other programs, or another server has it.
  package init(_ path: String) throws(Problems) {
    self.path = path
    warnings = try Self.prepare(path)
    let lockPath = path + "/lock"
    do throws(SystemError) {
      lock = try OpenFile(path: lockPath, flags: O_RDWR | O_CREAT)
    } catch {
      throw Problems(lockPath, "the file cannot be opened: \(error.text)")
    }
    do throws(SystemError) {
      try lock.lock(isWaiting: false)
    } catch .wouldBlock {
      let owner = Self.process(lock).map { " (process \($0))" } ?? ""
      throw Problems(
        path,
        "another server\(owner) works in this data folder; stop it, or give this one a "
          + "folder of its own with --data")
    } catch {
      throw Problems(lockPath, "the file cannot be locked: \(error.text)")
    }
    // For the message above only: a server that cannot say who it is may serve all the same.
    try? lock.replaceContent(by: "\(getpid())\n")
    try closeFilesToOthers()
  }

  /// Sees to it that the folder is there, for this user alone.
  ///
  /// - Returns: what had to be mended.
  private static func prepare(_ path: String) throws(Problems) -> [String] {
    do {
      try FileManager.default.createDirectory(
        atPath: TextFile.folder(of: path), withIntermediateDirectories: true)
    } catch {
      throw Problems(path, "the data folder cannot be made: \(error.localizedDescription)")
    }
    let isMade = mkdir(path, 0o700) == 0
    guard isMade || errno == EEXIST, let status = FileStatus(path: path, followsLink: true) else {
      let reason = String(cString: strerror(errno))
      throw Problems(path, "the data folder cannot be made: \(reason)")
    }
    guard status.isFolder else {
      throw Problems(
        path, "the data folder cannot be made: something that is no folder has its name")
    }
    guard isMade || status.permissions & 0o077 != 0 else { return [] }
    let mode = String(status.permissions, radix: 8)
    let advice =
      "name a folder that is for this server alone, such as \(path)/reportwire, or take the others' "
      + "access away: chmod 700 \(path)"
    guard isMade || isOurs(path) else {
      throw Problems(
        path,
        "others have access to the data folder (mode \(mode)), and files of other programs are in "
          + "it; \(advice)")
    }
    guard chmod(path, 0o700) == 0 else {
      let reason = String(cString: strerror(errno))
      throw Problems(
        path,
        "others have access to the data folder (mode \(mode)), and this user cannot change that "
          + "(\(reason)); \(advice)")
    }
    return isMade
      ? []
      : [
        "others had access to the data folder \(path) (mode \(mode)); it is for this user alone now"
      ]
  }

  /// Whether a folder is a server's, or nobody's yet. To close another program's, such as /tmp,
  /// would break that program.
  private static func isOurs(_ path: String) -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return false
    }
    return names.contains(databaseName) || names.allSatisfy { ["lock", "lost+found"].contains($0) }
  }

  /// The files are behind the folder's door; this is for the day when somebody opens it. SQLite
  /// gives the files beside a database the mode of the database.
  private func closeFilesToOthers() throws(Problems) {
    do throws(SystemError) {
      try lock.closeToOthers()
      // Before SQLite opens it: a process that closes a file loses its locks on it.
      try OpenFile(path: databasePath, flags: O_RDWR | O_CREAT).closeToOthers()
    } catch {
      throw Problems(path, "the files in it cannot be closed to other users: \(error.text)")
    }
    for suffix in ["-wal", "-shm"] {
      let file = databasePath + suffix
      if FileStatus(path: file, followsLink: false)?.isFile == true { chmod(file, 0o600) }
    }
  }

  /// Whose lock it is, as that process wrote it.
  private static func process(_ lock: OpenFile) -> Int32? {
    let bytes = (try? lock.read(at: 0, countMax: 20)) ?? []
    return Int32(String(decoding: bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
  }

  /// Gives the folder free for another process.
  package func release() {
    lock.unlock()
  }

  private static let databaseName = "reportwire.db"

  package var databasePath: String { path + "/" + Self.databaseName }
  package var artifactsPath: String { path + "/artifacts" }
  package var signingKeys: SigningKeyFiles { SigningKeyFiles(folder: path) }
  package var manifestKeys: ManifestKeyFiles { ManifestKeyFiles(folder: path) }

  /// The server that works in a folder, as it wrote itself down; nil if none does.
  package static func serverProcess(in path: String) -> Int32? {
    guard let lock = try? OpenFile(path: path + "/lock", flags: O_RDWR) else { return nil }
    do throws(SystemError) {
      try lock.lock(isWaiting: false)
      return nil
    } catch {
      return error == .wouldBlock ? process(lock) : nil
    }
  }
}
