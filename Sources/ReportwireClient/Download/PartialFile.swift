import RPCCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that gets its name when it is complete.
final class PartialFile {
  private let path: String
  private let partPath: String
  private var descriptor: Int32

  /// Makes the file beside where it will be, so that giving it its name moves no bytes.
  init(for path: String) throws(RPCError) {
    self.path = path
    let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
    partPath = "\(path).\(suffix).part"
    descriptor = open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw Self.failed("create", partPath) }
  }

  deinit {
    discard()
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(RPCError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failed("write", partPath)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Forgets what was written.
  func empty() throws(RPCError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw Self.failed("truncate", partPath)
    }
  }

  /// Writes the file through to the disk and gives it its name.
  func finish() throws(RPCError) {
    guard fsync(descriptor) == 0 else { throw Self.failed("sync", partPath) }
    close(descriptor)
    descriptor = -1
    guard rename(partPath, path) == 0 else {
      let error = Self.failed("rename to", path)
      unlink(partPath)
      throw error
    }
  }

  /// Removes what is not finished.
  func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(partPath)
  }

  private static func failed(_ action: String, _ path: String) -> RPCError {
    RPCError(
      .internal, reason: "ERROR_CANNOT_WRITE_FILE",
      message: "Cannot \(action) \(path): \(String(cString: strerror(errno))).")
  }
}
