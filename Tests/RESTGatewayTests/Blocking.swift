import Dispatch

/// Runs blocking calls on a thread of their own: on a task's they would keep the server, which
/// needs those threads too, from answering.
func blocking<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "blocking").async {
      continuation.resume(with: Swift.Result { try body() })
    }
  }
}
