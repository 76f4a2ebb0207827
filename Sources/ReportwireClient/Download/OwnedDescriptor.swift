#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file. There is one owner, so it is closed once, when the owner is gone.
struct OwnedDescriptor: ~Copyable {
  let number: Int32

  /// Takes over a descriptor that a call of the system just gave.
  ///
  /// - Returns: nil if it gave an error instead, which is in `errno`.
  init?(_ number: Int32) {
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Writes all of it, in as many calls as the system wants.
  ///
  /// - Returns: whether it could; if not, why is in `errno`.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(number, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        // Somebody who shares a terminal or pipe with this process made it one that never waits.
        var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Writes its first bytes, wherever it stands, to another file.
  ///
  /// - Returns: whether it could; if not, why is in `errno`.
  func copy(byteCount: off_t, to other: borrowing OwnedDescriptor) -> Bool {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 131_072, alignment: 1)
    defer { piece.deallocate() }
    var offset: off_t = 0
    while offset < byteCount {
      let count = pread(number, piece.baseAddress, piece.count, offset)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      guard other.write(UnsafeRawBufferPointer(rebasing: piece[..<count])) else { return false }
      offset += off_t(count)
    }
    return true
  }

  /// What the file is; nil if the system does not say.
  var status: stat? {
    var status = stat()
    return fstat(number, &status) == 0 ? status : nil
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
