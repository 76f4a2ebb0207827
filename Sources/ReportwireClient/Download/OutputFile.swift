import RPCCore
internal import Texts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a download is written to.
///
/// A regular file is replaced when the new one is complete, and keeps owner and mode. Until then its
/// successor lies in the same folder without any name, so that nothing is left of it however the
/// process ends; where the file system has no such files it has a name for itself, and is removed
/// with this object. What is not a regular file is written to straight away.
final class OutputFile {
  /// How far from its name a file is.
  private enum Stage {
    /// Written to directly: there is nothing to name.
    case direct
    /// In a folder, without a name.
    case unnamed(folder: String)
    /// In a folder, under a name that it does not keep.
    case named(String)
    /// Under its name.
    case finished
  }

  /// As messages name it.
  private let shownPath: String
  /// Where the file will be; nil if that is told at the end.
  private let path: String?
  private let descriptor: OwnedDescriptor
  private var stage: Stage
  private var isWritten = false

  /// Prepares to write to a path; links are followed.
  ///
  /// - Parameters:
  ///   - isNamed: whether the file has a name for itself from the start, as where the file system
  ///     knows no files without.
  ///   - readerWaitMilliseconds: how long a pipe may be without a reader.
  init(
    at path: String, isNamed: Bool = false, readerWaitMilliseconds: Int32 = 10_000
  ) throws(RPCError) {
    shownPath = path
    switch try OutputPath(path) {
    case .descriptor(let number):
      self.path = nil
      stage = .direct
      descriptor = try Self.opened(path, fcntl(number, F_DUPFD_CLOEXEC, 0))
    case .special(let path):
      self.path = nil
      stage = .direct
      descriptor = try Self.special(path, readerWaitMilliseconds)
    case .file(let path):
      self.path = path
      let exists = OutputPath.kind(path, lstat) != nil
      // Replacing a file takes no permission on the file; that would surprise its owner.
      guard !exists || access(path, W_OK) == 0 else {
        throw .cannotWriteFile("write", shownPath, errno)
      }
      var stage = Stage.direct
      descriptor = try Self.staged(
        OutputPath.folder(of: path), mode: exists ? 0o600 : 0o644, isNamed, for: shownPath, &stage)
      self.stage = stage
    }
  }

  /// Prepares a file in a folder that gets its name at the end.
  init(inFolder folder: String, isNamed: Bool = false) throws(RPCError) {
    shownPath = folder
    path = nil
    var stage = Stage.direct
    descriptor = try Self.staged(
      OutputPath.join(folder, ""), mode: 0o644, isNamed, for: folder, &stage)
    self.stage = stage
  }

  deinit {
    if case .named(let name) = stage { unlink(name) }
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    isWritten = isWritten || !bytes.isEmpty
    guard descriptor.write(bytes) else { throw .cannotWriteFile("write", shownPath, errno) }
  }

  /// Forgets what was written.
  ///
  /// - Throws: `ABORTED` if it cannot be taken back.
  func empty() throws(RPCError) {
    if case .direct = stage {
      guard isWritten else { return }
      throw RPCError(
        .aborted, reason: "ERROR_DOWNLOAD_CHANGED",
        message: "The file changed while it was written to \(shownPath), which cannot be taken "
          + "back. Download it again.")
    }
    guard ftruncate(descriptor.number, 0) == 0, lseek(descriptor.number, 0, SEEK_SET) == 0 else {
      throw .cannotWriteFile("truncate", shownPath, errno)
    }
  }

  /// Writes the file through to the disk and puts it where it was to be.
  func finish() throws(RPCError) {
    if case .direct = stage { return }
    guard let path else { preconditionFailure("a file in a folder is finished by its name") }
    try finish(at: path, shownPath)
  }

  /// Writes the file through to the disk and gives it a name in its folder. Somebody else chose the
  /// name, so what has it stays: the first of `name`, `name (2)`, `name (3)` ... that is free is taken.
  ///
  /// - Returns: that name.
  func finish(as name: String) throws(RPCError) -> String {
    let path = OutputPath.join(shownPath, name)
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw .cannotWriteFile("create", path, EINVAL)
    }
    guard fsync(descriptor.number) == 0 else { throw .cannotWriteFile("sync", path, errno) }
    for number in 1...Self.sameNamesMax {
      let free = number == 1 ? name : FileName.numbered(name, number)
      if claim(OutputPath.join(shownPath, free)) {
        stage = .finished
        return free
      }
      guard errno == EEXIST else { break }
    }
    throw .cannotWriteFile("create", path, errno)
  }

  /// Files of one name in a folder, numbers aside.
  private static let sameNamesMax = 1000

  /// - Returns: whether the file has a name now that nobody had; if not, why is in `errno`.
  private func claim(_ path: String) -> Bool {
    guard case .named(let temporary) = stage else { return link(as: path) }
    if linkat(AT_FDCWD, temporary, AT_FDCWD, path, 0) == 0 {
      unlink(temporary)
      return true
    }
    guard errno != EEXIST else { return false }
    // FAT knows no second names; there it is seen first whether the name is free.
    guard OutputPath.kind(path, lstat) == nil else {
      errno = EEXIST
      return false
    }
    return rename(temporary, path) == 0
  }
}

// MARK: Staging

extension OutputFile {
  private static func opened(_ path: String, _ number: Int32) throws(RPCError) -> OwnedDescriptor {
    guard let descriptor = OwnedDescriptor(number) else {
      throw .cannotWriteFile("open", path, errno)
    }
    return descriptor
  }

  /// Opens a device or a pipe. A pipe that nobody reads from is waited for, but not for ever, and
  /// not when the download is called off.
  private static func special(
    _ path: String, _ readerWaitMilliseconds: Int32
  ) throws(RPCError) -> OwnedDescriptor {
    let stepMilliseconds: Int32 = 20
    var waited: Int32 = 0
    while true {
      if let descriptor = OwnedDescriptor(
        open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK))
      {
        let flags = fcntl(descriptor.number, F_GETFL)
        guard flags >= 0, fcntl(descriptor.number, F_SETFL, flags & ~O_NONBLOCK) == 0 else {
          throw .cannotWriteFile("open", path, errno)
        }
        return descriptor
      }
      let isWaiting =
        errno == EINTR
        || errno == ENXIO && waited < readerWaitMilliseconds && !Task.isCancelled
      guard isWaiting else {
        throw errno == ENXIO ? .nobodyReads(path) : .cannotWriteFile("open", path, errno)
      }
      poll(nil, 0, stepMilliseconds)
      waited += stepMilliseconds
    }
  }

  /// Makes a file in a folder, which is empty or ends with a slash.
  private static func staged(
    _ folder: String, mode: mode_t, _ isNamed: Bool, for path: String, _ stage: inout Stage
  ) throws(RPCError) -> OwnedDescriptor {
    #if os(Linux)
      // The C library has the flag as a macro that is not seen from here.
      let unnamedFlag = 0o20_000_000 | O_DIRECTORY
      if !isNamed,
        let descriptor = OwnedDescriptor(
          open(folder.isEmpty ? "." : folder, unnamedFlag | O_RDWR | O_CLOEXEC, mode))
      {
        stage = .unnamed(folder: folder)
        return descriptor
      }
    #endif
    let name = temporaryName(in: folder)
    let number = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard let descriptor = OwnedDescriptor(number) else {
      throw .cannotWriteFile("create", path, errno)
    }
    stage = .named(name)
    return descriptor
  }

  /// A name that nobody has, and short whatever the file's own name is.
  private static func temporaryName(in folder: String) -> String {
    "\(folder).reportwire-\(String(UInt64.random(in: 0 ... .max), radix: 36)).part"
  }

  private func finish(at path: String, _ shownPath: String) throws(RPCError) {
    guard fsync(descriptor.number) == 0 else { throw .cannotWriteFile("sync", shownPath, errno) }
    var old = stat()
    if lstat(path, &old) != 0 || old.st_mode & S_IFMT != S_IFREG {
      if case .unnamed = stage, link(as: path) {
        stage = .finished
        return
      }
    } else if old.st_nlink > 1 || !takeOver(old) {
      // A file of many names keeps them all, and one of another owner stays that owner's: the
      // content goes into it, now that all of it is here.
      return try overwrite(path, shownPath)
    }
    try replace(path, shownPath)
  }

  /// Gives the new file the owner and mode of the one that it replaces.
  ///
  /// - Returns: whether it could.
  private func takeOver(_ old: stat) -> Bool {
    guard let new = descriptor.status else { return false }
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid),
      fchown(descriptor.number, old.st_uid, old.st_gid) != 0
    {
      return false
    }
    return fchmod(descriptor.number, old.st_mode & 0o7777) == 0
  }

  private func replace(_ path: String, _ shownPath: String) throws(RPCError) {
    if case .unnamed(let folder) = stage {
      // A link cannot take the place of a name that is there; a rename can.
      let name = Self.temporaryName(in: folder)
      guard link(as: name) else { throw .cannotWriteFile("create", shownPath, errno) }
      stage = .named(name)
    }
    guard case .named(let name) = stage else { return }
    if rename(name, path) == 0 {
      stage = .finished
    } else if errno == EBUSY {
      // Something is mounted on the file.
      try overwrite(path, shownPath)
    } else {
      throw .cannotWriteFile("replace", shownPath, errno)
    }
  }

  private func overwrite(_ path: String, _ shownPath: String) throws(RPCError) {
    guard let target = OwnedDescriptor(open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)),
      let byteCount = descriptor.status?.st_size,
      descriptor.copy(byteCount: byteCount, to: target),
      ftruncate(target.number, byteCount) == 0, fsync(target.number) == 0
    else { throw .cannotWriteFile("write", shownPath, errno) }
  }

  /// - Returns: whether the file without a name has this one now; if not, why is in `errno`.
  private func link(as name: String) -> Bool {
    let source = "/proc/self/fd/\(descriptor.number)"
    return linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
  }
}

extension RPCError {
  fileprivate static func nobodyReads(_ path: String) -> RPCError {
    RPCError(
      .internal, reason: "ERROR_CANNOT_WRITE_FILE",
      message: "Cannot write \(path): nobody reads from it. Start its reader first.")
  }

  /// A system call on the file of a download failed.
  static func cannotWriteFile(_ action: String, _ path: String, _ number: Int32) -> RPCError {
    RPCError(
      .internal, reason: "ERROR_CANNOT_WRITE_FILE",
      message: "Cannot \(action) \(path): \(String(cString: strerror(number))).")
  }
}
