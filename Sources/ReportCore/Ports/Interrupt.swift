private import Synchronization

/// A cord that stops a blocking run from another thread: pulled at most once, stays pulled.
package final class Interrupt: Sendable {
  private struct State {
    var isPulled = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether it was pulled.
  package var isPulled: Bool { state.withLock(\.isPulled) }

  /// Stops the run: calls what the run has hung on the cord, such as `sqlite3_interrupt`.
  package func pull() {
    // Under the lock, so that `with` cannot return, and its connection close, in between.
    state.withLock { state in
      state.isPulled = true
      state.action?()
      state.action = nil
    }
  }

  /// Hangs an action on the cord for the time of `body`. If the cord was pulled before, the action
  /// is called at once. After `body` the action is never called.
  package func with<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let isPulled = state.withLock { state in
      if !state.isPulled { state.action = action }
      return state.isPulled
    }
    if isPulled { action() }
    defer { state.withLock { $0.action = nil } }
    return try body()
  }
}
