internal import GRDB
private import Synchronization

/// The one writer of a store: writes that come while a commit is on its way to the disk share the
/// next one. Each is a savepoint of its own, so that one that fails takes no other with it, and
/// returns to its caller only after the commit.
final class GroupCommit: Sendable {
  /// Writes that share one commit at most.
  static let batchMax = 512

  private struct State {
    var waiting: [any WaitingWrite] = []
    var isRunning = false
  }

  private let database: any DatabaseWriter
  private let state = Mutex(State())

  init(_ database: any DatabaseWriter) {
    self.database = database
  }

  /// Runs a write in a transaction.
  ///
  /// - Throws: what `body` throws, SQLite's error if the commit fails.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write(body: body, continuation: continuation)
      let isFirst = state.withLock { state in
        state.waiting.append(write)
        defer { state.isRunning = true }
        return !state.isRunning
      }
      if isFirst { database.asyncWriteWithoutTransaction { self.drain($0) } }
    }
  }

  /// Writes that wait for their turn.
  var waitingCount: Int { state.withLock(\.waiting.count) }

  private func drain(_ db: Database) {
    while true {
      var batch: [any WaitingWrite] = []
      do {
        try db.inTransaction(.immediate) {
          // Callers that come back while the first writes run still catch this commit.
          while batch.count < Self.batchMax {
            let more = take(Self.batchMax - batch.count)
            if more.isEmpty { break }
            batch += more
            for write in more { try write.run(db) }
          }
          return .commit
        }
        for write in batch { write.finish(commitError: nil) }
      } catch {
        // Without a transaction nobody was taken yet.
        if batch.isEmpty { batch = take(Self.batchMax) }
        for write in batch { write.finish(commitError: error) }
      }
      if isDone() { return }
    }
  }

  private func take(_ countMax: Int) -> [any WaitingWrite] {
    state.withLock { state in
      let batch = Array(state.waiting.prefix(countMax))
      state.waiting.removeFirst(batch.count)
      return batch
    }
  }

  private func isDone() -> Bool {
    state.withLock { state in
      if state.waiting.isEmpty { state.isRunning = false }
      return state.waiting.isEmpty
    }
  }
}

private protocol WaitingWrite: AnyObject, Sendable {
  /// Does the work; an error of its own is kept for the caller.
  ///
  /// - Throws: an error that ended the whole transaction.
  func run(_ db: Database) throws
  /// Tells the caller.
  func finish(commitError: (any Error)?)
}

/// Used by the caller before, by the writer's queue after it was handed over.
private final class Write<Result: Sendable>: WaitingWrite, @unchecked Sendable {
  private let body: @Sendable (Database) throws -> Result
  private let continuation: CheckedContinuation<Result, any Error>
  private var result: Swift.Result<Result, any Error>?

  init(
    body: @escaping @Sendable (Database) throws -> Result,
    continuation: CheckedContinuation<Result, any Error>
  ) {
    self.body = body
    self.continuation = continuation
  }

  func run(_ db: Database) throws {
    do {
      var value: Result?
      try db.inSavepoint {
        value = try body(db)
        return .commit
      }
      result = value.map { .success($0) }
    } catch {
      result = .failure(error)
      // A full disk, say: SQLite has rolled back everything.
      if !db.isInsideTransaction { throw error }
    }
  }

  func finish(commitError: (any Error)?) {
    // Its own error says more than that of the transaction which it did not take part in.
    if case .failure(let error) = result {
      continuation.resume(throwing: error)
    } else if let commitError {
      continuation.resume(throwing: commitError)
    } else if case .success(let value) = result {
      continuation.resume(returning: value)
    } else {
      preconditionFailure("a write of a committed transaction has no result")
    }
  }
}
