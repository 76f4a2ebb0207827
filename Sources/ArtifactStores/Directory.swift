#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open directory. Names are looked up in it and nowhere else: symbolic links are not followed,
/// and its callers pass single components that `ArtifactPath` has checked.
final class Directory: Sendable {
  private let handle: OpenFile

  private init(_ handle: OpenFile) {
    self.handle = handle
  }

  /// Opens a directory by its path, which the operator chose; makes it, so that it stays after a
  /// loss of power, but not its parents, if it is missing.
  static func open(path: String) throws(SystemError) -> Directory {
    if mkdir(path, 0o700) == 0 {
      try existing(path: path + "/..").sync()
    } else if errno != EEXIST {
      throw .last
    }
    return try existing(path: path)
  }

  private static func existing(path: String) throws(SystemError) -> Directory {
    let descriptor = try retrying { systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    return Directory(OpenFile(descriptor: descriptor))
  }

  func subdirectory(_ name: String) throws(SystemError) -> Directory {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let descriptor = try retrying { openat(handle.descriptor, name, flags) }
    return Directory(OpenFile(descriptor: descriptor))
  }

  /// Opens a subdirectory; makes it, so that it stays after a loss of power, if it is missing.
  func makeSubdirectory(_ name: String) throws(SystemError) -> Directory {
    if mkdirat(handle.descriptor, name, 0o700) == 0 {
      try handle.sync()
    } else if errno != EEXIST {
      throw .last
    }
    return try subdirectory(name)
  }

  /// Makes a file, which must not be there.
  func makeFile(_ name: String) throws(SystemError) -> OpenFile {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = try retrying { openat(handle.descriptor, name, flags, mode_t(0o600)) }
    return OpenFile(descriptor: descriptor)
  }

  /// Opens a file for reading. Does not wait for a writer should the name be a pipe's.
  func openFile(_ name: String) throws(SystemError) -> OpenFile {
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let descriptor = try retrying { openat(handle.descriptor, name, flags) }
    return OpenFile(descriptor: descriptor)
  }

  /// Gives a file another name, in place of what had it.
  func rename(_ name: String, to newName: String) throws(SystemError) {
    _ = try retrying { renameat(handle.descriptor, name, handle.descriptor, newName) }
  }

  func removeFile(_ name: String) throws(SystemError) {
    _ = try retrying { unlinkat(handle.descriptor, name, 0) }
  }

  /// Removes a subdirectory if it is empty.
  func removeSubdirectory(_ name: String) throws(SystemError) {
    _ = try retrying { unlinkat(handle.descriptor, name, AT_REMOVEDIR) }
  }

  /// Whether a name stands for an open file: not if it was removed or replaced.
  func isName(_ name: String, of file: OpenFile) throws(SystemError) -> Bool {
    let open = try file.status()
    var named = stat()
    guard fstatat(handle.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return false }
      throw .last
    }
    return named.st_dev == open.st_dev && named.st_ino == open.st_ino
  }

  func sync() throws(SystemError) {
    try handle.sync()
  }

  /// Its names without `.` and `..`, sorted.
  func names() throws(SystemError) -> [String] {
    // fdopendir takes the descriptor over, and its position: so a fresh one.
    let descriptor = try retrying {
      openat(handle.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = fdopendir(descriptor) else {
      let error = SystemError.last
      // Not taken over: this closes it.
      _ = OpenFile(descriptor: descriptor)
      throw error
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .last }
        return names.sorted()
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
  open(path, flags)
}
