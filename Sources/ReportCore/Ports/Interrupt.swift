private import Synchronization

/// A cord that stops a blocking run from another thread: pulled at most once, stays pulled.
package final class Interrupt: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)
  /// Changed under the lock only; read without, for runs look at it with every row.
  private let pulled = Atomic<Bool>(false)

  package init() {}

  /// Whether it was pulled.
  package var isPulled: Bool { pulled.load(ordering: .acquiring) }

  /// Stops the run: calls what the run has hung on the cord, such as `sqlite3_interrupt`.
  package func pull() {
    // Under the lock, so that `with` cannot return, and its connection close, in between.
    action.withLock { action in
      pulled.store(true, ordering: .releasing)
      action?()
      action = nil
    }
  }

  /// Hangs an action on the cord for the time of `body`. If the cord was pulled before, the action
  /// is called at once. After `body` the action is never called.
  package func with<Result, Failure: Error>(
    _ action: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let wasPulled = self.action.withLock { hung in
      if !isPulled { hung = action }
      return isPulled
    }
    if wasPulled { action() }
    defer { self.action.withLock { $0 = nil } }
    return try body()
  }
}
