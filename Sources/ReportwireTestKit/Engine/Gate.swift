private import Synchronization

/// A place where a task waits until a test opens it, once and for all.
package final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  package var isOpen: Bool { state.withLock(\.isOpen) }

  /// Waits until it is open; no longer than its task lives, so that a time limit can end a test
  /// whose gate nobody opens.
  package func wait() async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayPass = state.withLock { state in
          let mayPass = state.isOpen || Task.isCancelled
          if !mayPass { state.waiters[id] = continuation }
          return mayPass
        }
        if mayPass { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
