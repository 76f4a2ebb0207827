private import Synchronization

/// A value that comes once, and those who wait for it. Where it cannot come any more, they learn
/// that.
package final class Latch<Value: Sendable>: Sendable {
  private enum State {
    case waiting([Int: CheckedContinuation<Value, any Error>], nextID: Int)
    case open(Value)
    case failed(any Error)
  }

  private let state = Mutex(State.waiting([:], nextID: 0))

  package init() {}

  /// The value, if it is there.
  package var current: Value? {
    state.withLock { if case .open(let value) = $0 { value } else { nil } }
  }

  /// Lets everybody through; the first result counts.
  package func resolve(_ result: Result<Value, any Error>) {
    let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
      guard case .waiting(let waiters, _) = state else { return [] }
      switch result {
      case .success(let value): state = .open(value)
      case .failure(let error): state = .failed(error)
      }
      return Array(waiters.values)
    }
    for waiter in waiters { waiter.resume(with: result) }
  }

  /// Waits for the value.
  ///
  /// - Throws: why it does not come; `CancellationError` if the task is cancelled before.
  package func value() async throws -> Value {
    let id = state.withLock { state -> Int in
      guard case .waiting(let waiters, let id) = state else { return 0 }
      state = .waiting(waiters, nextID: id + 1)
      return id
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Value, any Error>? in
          switch state {
          case .open(let value): return .success(value)
          case .failed(let error): return .failure(error)
          case .waiting(var waiters, let nextID):
            if Task.isCancelled { return .failure(CancellationError()) }
            waiters[id] = continuation
            state = .waiting(waiters, nextID: nextID)
            return nil
          }
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
        guard case .waiting(var waiters, let nextID) = state else { return nil }
        let waiter = waiters.removeValue(forKey: id)
        state = .waiting(waiters, nextID: nextID)
        return waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }
}
