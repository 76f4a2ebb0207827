#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The one owner of a file descriptor: closed once, when nobody refers to it any more. Closing a
/// number twice would close what somebody else has got under it meanwhile.
package final class OpenFile: Sendable {
  let descriptor: Int32

  /// Takes over a descriptor.
  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Opens a file by its path, which the operator chose; other programs do not inherit it. One that
  /// is made is for the owner alone.
  ///
  /// - Parameter flags: of open(2), `O_RDWR | O_CREAT` for example.
  package convenience init(path: String, flags: Int32) throws(SystemError) {
    let descriptor = try retrying { systemOpen(path, flags | O_CLOEXEC, 0o600) }
    self.init(descriptor: descriptor)
  }

  /// Writes all of it, in as many calls as the system wants.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      written += try retrying { systemWrite(descriptor, rest.baseAddress, rest.count) }
    }
  }

  /// Puts a text in the place of what is there.
  package func replaceContent(by text: String) throws(SystemError) {
    _ = try retrying { ftruncate(descriptor, 0) }
    _ = try retrying { lseek(descriptor, 0, SEEK_SET) }
    var failure: SystemError?
    var text = text
    text.withUTF8 { bytes in
      do throws(SystemError) {
        try write(UnsafeRawBufferPointer(bytes))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Up to `countMax` bytes; fewer only at the end of the file.
  package func read(at offset: Int64, countMax: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
      do throws(SystemError) {
        while count < countMax {
          let rest = UnsafeMutableBufferPointer(rebasing: buffer[count...])
          let position = off_t(offset) + off_t(count)
          let got = try retrying { pread(descriptor, rest.baseAddress, rest.count, position) }
          if got == 0 { break }
          count += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Waits until the content, or a directory's names, are on disk.
  package func sync() throws(SystemError) {
    _ = try retrying { fsync(descriptor) }
  }

  /// Takes the file's lock, which goes with the handle, however the process ends.
  ///
  /// - Throws: `wouldBlock` if another handle has it, of this process or another, and this one does
  ///   not wait.
  package func lock(isWaiting: Bool) throws(SystemError) {
    _ = try retrying { flock(descriptor, isWaiting ? LOCK_EX : LOCK_EX | LOCK_NB) }
  }

  /// Gives the lock back while the file stays open.
  package func unlock() {
    _ = flock(descriptor, LOCK_UN)
  }

  /// Whether others than the owner may do anything with the file.
  package func isOpenToOthers() throws(SystemError) -> Bool {
    try status().st_mode & 0o077 != 0
  }

  /// Lets the owner alone read and write it, whatever the process takes from the files that it makes.
  package func closeToOthers() throws(SystemError) {
    _ = try retrying { fchmod(descriptor, 0o600) }
  }

  func status() throws(SystemError) -> stat {
    var status = stat()
    _ = try retrying { fstat(descriptor, &status) }
    return status
  }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  open(path, flags, mode)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// What stands at a path, and who may use it. Targets that also know sockets ask here: there the
/// system's own structure belongs to whichever library was loaded first.
package struct FileStatus: Hashable, Sendable {
  /// Tells a file from another that took its place, and from what it was before a change.
  package struct Version: Hashable, Sendable {
    fileprivate let device: UInt64
    fileprivate let inode: UInt64
    fileprivate let size: Int64
    fileprivate let seconds: Int64
    fileprivate let nanoseconds: Int64
  }

  private let mode: UInt32
  /// Which file it is, in which state.
  package let version: Version

  /// - Parameter followsLink: whether what a link leads to is meant, not the link.
  /// - Returns: nil if nothing is there, or it cannot be looked at.
  package init?(path: String, followsLink: Bool) {
    var status = stat()
    let result = followsLink ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else { return nil }
    mode = UInt32(status.st_mode)
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    version = Version(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: Int64(modified.tv_sec), nanoseconds: Int64(modified.tv_nsec))
  }

  /// Whether it is a folder.
  package var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
  /// Whether it is a file with content of its own: no folder, link, device or pipe.
  package var isFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  /// The nine bits for owner, group and others.
  package var permissions: UInt32 { mode & 0o777 }
}
