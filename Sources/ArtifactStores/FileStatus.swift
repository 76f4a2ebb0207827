#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
