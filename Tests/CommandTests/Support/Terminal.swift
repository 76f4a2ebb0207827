import Foundation

/// A pseudo-terminal: what a program writes to one end is read from the other.
final class Terminal: Sendable {
  /// The program's end.
  let line: FileHandle
  private let written: Task<String, Never>

  init(columns: UInt16) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw POSIXError(.ENODEV) }
    // A program started meanwhile by another test must not hold it open.
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    line = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    written = Task { [master] in
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Self.read(master)) }
      }
    }
  }

  /// Everything that was written; closes the program's end.
  func text() async throws -> String {
    try line.close()
    return await written.value
  }

  /// The end of a pseudo-terminal that nobody writes to any more is an error (EIO).
  private static func read(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while case let count = Foundation.read(descriptor, &piece, piece.count), count > 0 {
      bytes += piece[..<count]
    }
    close(descriptor)
    return String(decoding: bytes, as: UTF8.self)
  }
}
