import RPCCore
import Synchronization

/// One suspended caller, resumed once: by what it waits for or by its cancellation, on any thread,
/// before or while it waits. Whoever comes second is a harmless race.
final class Suspension<Value: Sendable>: Sendable {
  private enum State {
    case fresh
    case waiting(CheckedContinuation<Result<Value, RPCError>, Never>)
    case resumed(Result<Value, RPCError>)
  }

  private let state = Mutex(State.fresh)

  /// Suspends the caller until `resume`; cancelling its task resumes it with `CANCELLED`.
  ///
  /// - Parameters:
  ///   - start: called once the caller is suspended, unless it was cancelled before.
  ///   - cancelled: called if the caller was cancelled.
  func wait(
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
  var isWaiting: Bool {
    state.withLock { state in
      if case .waiting = state { true } else { false }
    }
  }

  /// Lets the caller go on; without effect if it went on already.
  func resume(_ result: Result<Value, RPCError>) {
    let continuation: CheckedContinuation<Result<Value, RPCError>, Never>? = state.withLock {
      state in
      switch state {
      case .fresh:
        state = .resumed(result)
        return nil
      case .waiting(let continuation):
        state = .resumed(result)
        return continuation
      case .resumed: return nil
      }
    }
    continuation?.resume(returning: result)
  }

  private func suspend(
    _ continuation: CheckedContinuation<Result<Value, RPCError>, Never>
  ) -> Bool {
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
