import Foundation
import ReportwireTestKit

/// A pseudo-terminal: what a program writes to one end is read from the other.
final class Terminal: Sendable {
  /// The program's end.
  let line: FileHandle
  private let written: Task<[UInt8], any Error>

  init(columns: UInt16) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw POSIXError(.ENODEV) }
    // A program started meanwhile by another test must not hold it open.
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    line = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    let screen = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    written = Task { try await blocking { screen.allBytes() } }
  }

  /// Everything that was written; closes the program's end.
  func text() async throws -> String {
    try line.close()
    return String(decoding: try await written.value, as: UTF8.self)
  }
}
