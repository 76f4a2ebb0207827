private import Synchronization

/// Something that happens, once or often, and can be waited for. All that waits in the test kit waits for
/// one of these, so that no test that waits for what never happens outlives its time limit.
package final class Signal: Sendable {
  private struct Waiter {
    var count: Int
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var count = 0
    var nextID = 0
    var waiters: [Int: Waiter] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// How often it happened.
  package var count: Int { state.withLock { $0.count } }

  package func fire() {
    let ready = state.withLock { state in
      state.count += 1
      let ready = state.waiters.filter { $0.value.count <= state.count }
      for id in ready.keys { state.waiters[id] = nil }
      return ready.values
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// Returns once it has happened, and then did not happen any more during fifty runs of a body.
  ///
  /// - Returns: how often it happened.
  package func settle(_ body: () async throws -> Void) async rethrows -> Int {
    await wait()
    var before = count
    var quietRuns = 0
    while quietRuns < 50, !Task.isCancelled {
      try await body()
      quietRuns = count == before ? quietRuns + 1 : 0
      before = count
    }
    return before
  }

  /// Waits until it happened so often; no longer than its task lives, so that a time limit can end a
  /// test that waits for what never happens.
  package func wait(for count: Int = 1) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          let isDone = state.count >= count || Task.isCancelled
          if !isDone { state.waiters[id] = Waiter(count: count, continuation: continuation) }
          return isDone
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
    }
  }
}

/// A place where a task waits until a test opens it, once and for all.
package final class Gate: Sendable {
  private let opening = Signal()

  package init() {}

  package func open() {
    opening.fire()
  }

  package var isOpen: Bool { opening.count > 0 }

  /// Waits until it is open; no longer than its task lives, so that a time limit can end a test
  /// whose gate nobody opens.
  package func wait() async {
    await opening.wait()
  }
}
