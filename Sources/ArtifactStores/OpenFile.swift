#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file. Closed when nobody refers to it any more.
final class OpenFile: Sendable {
  let descriptor: Int32

  /// Takes over a descriptor.
  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Writes all of it, in as many calls as the system wants.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      written += try retrying { systemWrite(descriptor, rest.baseAddress, rest.count) }
    }
  }

  /// Up to `countMax` bytes; fewer only at the end of the file.
  func read(at offset: Int64, countMax: Int) throws(SystemError) -> [UInt8] {
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
  func sync() throws(SystemError) {
    _ = try retrying { fsync(descriptor) }
  }

  /// Takes the file's lock, which goes with the handle, however the process ends.
  ///
  /// - Throws: `wouldBlock` if another handle has it, of this process or another, and this one does
  ///   not wait.
  func lock(isWaiting: Bool) throws(SystemError) {
    _ = try retrying { flock(descriptor, isWaiting ? LOCK_EX : LOCK_EX | LOCK_NB) }
  }

  func status() throws(SystemError) -> stat {
    var status = stat()
    _ = try retrying { fstat(descriptor, &status) }
    return status
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
