import Foundation

/// Runs blocking calls on a thread of their own. Swift's tasks share as many threads as there are
/// cores: on one of those, what waits would keep what it waits for from running.
package func blocking<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
  }
}
