internal import GRDB
internal import ReportCore
private import Synchronization

/// The one writer of a store: writes that come while a commit is on its way to the disk share the
/// next one. Each is a savepoint of its own, so that one that fails takes no other with it, and
/// returns to its caller only after the commit.
///
/// What workers write to keep and end their runs goes before what callers write, and of the callers
/// the domains take turns: however much one of them writes, the others and the leases wait for one
/// commit, whose bytes are bounded.
final class GroupCommit: Sendable {
  /// When a write has its turn.
  enum Turn: Hashable, Sendable {
    /// Before all others.
    case urgent
    /// In its domain's turn.
    ///
    /// - Parameter bytes: of what it writes, as far as that has no bound of its own.
    case of(_ domainID: String, bytes: Int = 0)
  }

  /// Writes that share one commit at most.
  static let batchMax = 512
  /// Their bytes at most, but for the last of them.
  static let batchBytesMax = 4_194_304
  /// What a write counts for besides its bytes.
  static let bytesPerWrite = 1024

  /// An object, because a copy of it would be one of all that wait, with each write that comes.
  private final class Domain {
    var waiting = Queue<any WaitingWrite>()
    /// Not on disk yet, those of the present commit included.
    var writes = 0
    var bytes = 0
  }

  private struct State {
    var urgent = Queue<any WaitingWrite>()
    var domains: [ExactText: Domain] = [:]
    /// The domains whose writes wait, in the order of their turns.
    var turns = Queue<ExactText>()
    var writes = 0
    var bytes = 0
    var isRunning = false
  }

  private let database: any DatabaseWriter
  private let writesPerDomainMax: Int
  private let bytesPerDomainMax: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - writesPerDomainMax: writes of one domain that are not on disk; half of those of all.
  ///   - bytesPerDomainMax: their bytes, likewise.
  init(
    _ database: any DatabaseWriter, writesPerDomainMax: Int = 10_000,
    bytesPerDomainMax: Int = 33_554_432
  ) {
    self.database = database
    self.writesPerDomainMax = writesPerDomainMax
    self.bytesPerDomainMax = bytesPerDomainMax
  }

  /// Runs a write in a transaction.
  ///
  /// - Throws: what `body` throws, SQLite's error if the commit fails; `.exhausted` if more waits than
  ///   may, which is never so for urgent writes.
  func write<Result: Sendable>(
    _ turn: Turn, _ body: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write(turn: turn, body: body, continuation: continuation)
      do {
        let isFirst = try state.withLock { state in
          try add(write, turn, to: &state)
          defer { state.isRunning = true }
          return !state.isRunning
        }
        if isFirst { database.asyncWriteWithoutTransaction { self.drain($0) } }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Writes that wait for their turn.
  var waitingCount: Int {
    state.withLock { state in
      state.domains.values.reduce(state.urgent.count) { $0 + $1.waiting.count }
    }
  }

  private func add(
    _ write: any WaitingWrite, _ turn: Turn, to state: inout State
  ) throws(StoreError) {
    guard case .of(let domainID, let bytes) = turn else { return state.urgent.append(write) }
    let name = domainID.exact
    let cost = bytes + Self.bytesPerWrite
    let domain = state.domains[name] ?? Domain()
    // Of a domain that has none on the way one is always taken, or a large one never would be.
    if domain.writes > 0 {
      let areFew =
        domain.writes < writesPerDomainMax && state.writes < 2 * writesPerDomainMax
      guard areFew, domain.bytes + cost <= bytesPerDomainMax,
        state.bytes + cost <= 2 * bytesPerDomainMax
      else {
        throw StoreError(
          .exhausted, limit: areFew ? "unwritten_bytes_per_domain" : "unwritten_per_domain",
          "The domain writes faster than the server's disk: \(domain.writes) of its writes wait "
            + "(limits.unwritten_per_domain, limits.unwritten_bytes_per_domain). Try again when they "
            + "are answered.")
      }
    }
    if domain.waiting.isEmpty { state.turns.append(name) }
    domain.waiting.append(write)
    domain.writes += 1
    domain.bytes += cost
    state.writes += 1
    state.bytes += cost
    state.domains[name] = domain
  }

  private func drain(_ db: Database) {
    while true {
      var batch: [any WaitingWrite] = []
      var bytes = 0
      do {
        try db.inTransaction(.immediate) {
          // Callers that come back while the first writes run still catch this commit.
          while batch.count < Self.batchMax, bytes < Self.batchBytesMax, let write = takeNext() {
            batch.append(write)
            bytes += write.turn.cost
            try write.run(db)
          }
          return .commit
        }
        finish(batch, commitError: nil)
      } catch {
        // Without a transaction nobody was taken yet.
        if batch.isEmpty {
          while batch.count < Self.batchMax, let write = takeNext() { batch.append(write) }
        }
        finish(batch, commitError: error)
      }
      if isDone() { return }
    }
  }

  private func takeNext() -> (any WaitingWrite)? {
    state.withLock { state in
      if let urgent = state.urgent.popFirst() { return urgent }
      guard let name = state.turns.popFirst(), let domain = state.domains[name] else { return nil }
      let write = domain.waiting.popFirst()
      if !domain.waiting.isEmpty { state.turns.append(name) }
      return write
    }
  }

  /// Takes the writes off what is on the way, then tells their callers, who may write again.
  private func finish(_ batch: [any WaitingWrite], commitError: (any Error)?) {
    state.withLock { state in
      for write in batch {
        guard case .of(let domainID, _) = write.turn else { continue }
        let name = domainID.exact
        state.writes -= 1
        state.bytes -= write.turn.cost
        guard let domain = state.domains[name] else { continue }
        domain.writes -= 1
        domain.bytes -= write.turn.cost
        if domain.writes == 0 { state.domains[name] = nil }
      }
    }
    for write in batch { write.finish(commitError: commitError) }
  }

  private func isDone() -> Bool {
    state.withLock { state in
      if state.urgent.isEmpty, state.turns.isEmpty { state.isRunning = false }
      return !state.isRunning
    }
  }
}

extension GroupCommit.Turn {
  /// Bytes that a write counts for.
  fileprivate var cost: Int {
    switch self {
    case .urgent: GroupCommit.bytesPerWrite
    case .of(_, let bytes): bytes + GroupCommit.bytesPerWrite
    }
  }
}

private protocol WaitingWrite: AnyObject, Sendable {
  var turn: GroupCommit.Turn { get }
  /// Does the work; an error of its own is kept for the caller.
  ///
  /// - Throws: an error that ended the whole transaction.
  func run(_ db: Database) throws
  /// Tells the caller.
  func finish(commitError: (any Error)?)
}

/// Used by the caller before, by the writer's queue after it was handed over.
private final class Write<Result: Sendable>: WaitingWrite, @unchecked Sendable {
  let turn: GroupCommit.Turn
  private let body: @Sendable (Database) throws -> Result
  private let continuation: CheckedContinuation<Result, any Error>
  private var result: Swift.Result<Result, any Error>?

  init(
    turn: GroupCommit.Turn, body: @escaping @Sendable (Database) throws -> Result,
    continuation: CheckedContinuation<Result, any Error>
  ) {
    self.turn = turn
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
