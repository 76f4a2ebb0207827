internal import ReportCore
private import Synchronization

/// Lets calls through until it is closed, and tells when the last of them is done: a connection
/// must not be closed below a call.
final class CallGate: Sendable {
  private struct State {
    var isClosed = false
    var callCount = 0
    var closer: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Makes a call.
  ///
  /// - Throws: `.closed` after `close`; what the call throws.
  func pass<Result: Sendable>(
    _ call: @Sendable () async throws -> Result
  ) async throws -> Result {
    try state.withLock { state in
      guard !state.isClosed else { throw StoreError.closed }
      state.callCount += 1
    }
    defer { leave() }
    return try await call()
  }

  /// Refuses calls from now on, and waits for those under way.
  ///
  /// - Returns: whether it was open before.
  func close() async -> Bool {
    let wasOpen = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard wasOpen else { return false }
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if state.callCount > 0 { state.closer = continuation }
        return state.callCount == 0
      }
      if isIdle { continuation.resume() }
    }
    return true
  }

  private func leave() {
    let closer = state.withLock { state in
      state.callCount -= 1
      guard state.callCount == 0 else { return nil as CheckedContinuation<Void, Never>? }
      defer { state.closer = nil }
      return state.closer
    }
    closer?.resume()
  }
}
