private import Dispatch
private import Glibc
private import Synchronization

/// Where finished log lines go: a file descriptor, written in batches from one queue, so that a
/// call that logs does not wait for a terminal or a pipe.
package final class LogOutput: Sendable {
  /// Lines beyond this are written by whoever logs them, which slows the writer down to the pace
  /// of the reader instead of growing without bound.
  static let pendingBytesMax = 1_048_576

  private struct State {
    var pending: [UInt8] = []
    var isFlushScheduled = false
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "reportwire.log")
  private let state = Mutex(State())
  /// Held while bytes are written, so that batches keep their order.
  private let writing = Mutex(())

  /// - Parameter descriptor: where to write; it stays open.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  package static let standardError = LogOutput(descriptor: STDERR_FILENO)

  /// Takes a line with its end. An urgent one, and all before it, are written before this returns.
  func write(_ line: [UInt8], isUrgent: Bool) {
    let (mustFlush, mustSchedule) = state.withLock { state in
      state.pending.append(contentsOf: line)
      if isUrgent || state.pending.count > Self.pendingBytesMax { return (true, false) }
      if state.isFlushScheduled { return (false, false) }
      state.isFlushScheduled = true
      return (false, true)
    }
    if mustFlush { flush() }
    if mustSchedule { queue.async { self.flush() } }
  }

  /// Writes what is pending.
  package func flush() {
    writing.withLock { _ in
      let bytes = state.withLock { state in
        state.isFlushScheduled = false
        let bytes = state.pending
        state.pending = []
        return bytes
      }
      writeAll(bytes)
    }
  }

  /// What cannot be written is lost: a log that nobody reads must not stop the server.
  private func writeAll(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = Glibc.poll(&poll, 1, 1000)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}

extension UnsafeRawBufferPointer.SubSequence {
  fileprivate var baseAddress: UnsafeRawPointer? {
    base.baseAddress?.advanced(by: startIndex)
  }
}
