private import Synchronization

/// One suspended caller, resumed once: by what it waits for or by its cancellation, on any thread,
/// before or while it waits. Whoever comes second is a harmless race.
package final class Suspension<Value: Sendable>: Sendable {
  private typealias Continuation = CheckedContinuation<Result<Value, RPCError>, Never>

  private enum State {
    case fresh
    case waiting(Continuation)
    case resumed(Result<Value, RPCError>)
  }

  private let state = Mutex(State.fresh)

  /// Nobody waits yet.
  package init() {}

  /// Suspends the caller until `resume`; cancelling its task resumes it with `CANCELLED`.
  ///
  /// - Parameters:
  ///   - start: called once the caller is suspended, unless it was cancelled before.
  ///   - cancelled: called if the caller was cancelled.
  package func wait(
    start: () -> Void, cancelled: @Sendable () -> Void = {}
  ) async throws(RPCError) -> Value {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if suspend(continuation) { start() }
      }
    } onCancel: {
      resume(.failure(.callerGone))
      cancelled()
    }
    return try result.get()
  }

  /// Whether the caller still waits.
  package var isWaiting: Bool {
    state.withLock { state in
      if case .waiting = state { true } else { false }
    }
  }

  /// Lets the caller go on; without effect if it went on already.
  ///
  /// - Returns: whether this is what it goes on with.
  @discardableResult
  package func resume(_ result: Result<Value, RPCError>) -> Bool {
    let (isFirst, continuation) = state.withLock { state -> (Bool, Continuation?) in
      switch state {
      case .fresh:
        state = .resumed(result)
        return (true, nil)
      case .waiting(let continuation):
        state = .resumed(result)
        return (true, continuation)
      case .resumed: return (false, nil)
      }
    }
    continuation?.resume(returning: result)
    return isFirst
  }

  private func suspend(_ continuation: Continuation) -> Bool {
    let early: Result<Value, RPCError>? = state.withLock { state in
      if case .resumed(let result) = state { return result }
      state = .waiting(continuation)
      return nil
    }
    guard let early else { return true }
    continuation.resume(returning: early)
    return false
  }
}
