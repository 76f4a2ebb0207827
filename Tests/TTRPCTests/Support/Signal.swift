import Synchronization

/// Something that happens, once or often, and can be waited for.
final class Signal: Sendable {
  private struct State {
    var count = 0
    var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  /// How often it happened.
  var count: Int { state.withLock { $0.count } }

  func fire() {
    let ready = state.withLock { state in
      state.count += 1
      let count = state.count
      let ready = state.waiters.filter { $0.count <= count }
      state.waiters.removeAll { $0.count <= count }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// Returns once it has happened, and then did not happen any more during fifty runs of a body.
  ///
  /// - Returns: how often it happened.
  func settle(_ body: () async throws -> Void) async rethrows -> Int {
    await wait()
    var before = count
    var quietRuns = 0
    while quietRuns < 50 {
      try await body()
      quietRuns = count == before ? quietRuns + 1 : 0
      before = count
    }
    return before
  }

  /// Returns once it happened so often.
  func wait(for count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if state.count >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }
}
