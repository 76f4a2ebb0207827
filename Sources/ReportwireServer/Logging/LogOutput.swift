private import Dispatch
private import Glibc
private import Synchronization

/// Where finished log lines go: a file descriptor, written from a queue of its own, so that whoever
/// logs never waits for a terminal or a pipe.
///
/// What waits has a bound. When the reader is stuck, further lines are dropped and counted; once it
/// reads again, a line says how many are missing, in the place where they would be.
package final class LogOutput: Sendable {
  /// What may wait, in bytes, besides as much that is on its way.
  static let pendingBytesMax = 1_048_576

  private struct State {
    var pending: [UInt8] = []
    /// Lines that found no room behind the pending ones.
    var lost = 0
    var isWriting = false
    /// Those who wait until everything is written.
    var waiting: [DispatchSemaphore] = []
  }

  private let descriptor: Int32
  private let lossLine: @Sendable (_ lines: Int) -> [UInt8]
  private let queue = DispatchQueue(label: "reportwire.log")
  private let state = Mutex(State())

  /// - Parameters:
  ///   - descriptor: where to write; it stays open.
  ///   - lossLine: the line, with its end, that tells how many are missing.
  package init(descriptor: Int32, lossLine: @escaping @Sendable (_ lines: Int) -> [UInt8]) {
    self.descriptor = descriptor
    self.lossLine = lossLine
  }

  /// Takes a line with its end; never waits for it to be written.
  func write(_ line: [UInt8]) {
    let mustBegin = state.withLock { state in
      // Once a line is lost, so are those after it: they would stand in its place.
      if state.lost == 0, state.pending.count + line.count <= Self.pendingBytesMax {
        state.pending.append(contentsOf: line)
      } else {
        state.lost += 1
      }
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if mustBegin { queue.async { self.writePending() } }
  }

  /// Waits until what was logged before is written, but not longer than so many milliseconds: a
  /// reader that is stuck must not hold up the end of the process.
  ///
  /// - Returns: whether all is written.
  @discardableResult
  package func flush(waitMilliseconds: Int) -> Bool {
    let done = DispatchSemaphore(value: 0)
    let isIdle = state.withLock { state in
      if state.isWriting { state.waiting.append(done) }
      return !state.isWriting
    }
    return isIdle || done.wait(timeout: .now() + .milliseconds(waitMilliseconds)) == .success
  }

  private func writePending() {
    while true {
      let (bytes, lost) = state.withLock { state in
        defer {
          state.pending = []
          state.lost = 0
        }
        return (state.pending, state.lost)
      }
      if !bytes.isEmpty { writeAll(bytes) }
      if lost > 0 { writeAll(lossLine(lost)) }
      let waiting = state.withLock { state -> [DispatchSemaphore]? in
        guard state.pending.isEmpty, state.lost == 0 else { return nil }
        state.isWriting = false
        defer { state.waiting = [] }
        return state.waiting
      }
      guard let waiting else { continue }
      for done in waiting { done.signal() }
      return
    }
  }

  /// What cannot be written at all, because nobody has the other end any more, is lost.
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
