import Dispatch
import GRDB
import ReportCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(5))) struct GroupCommitTests {
  private struct Refusal: Error, Equatable {}

  @Test func writesThatComeDuringAWriteShareItsCommit() async throws {
    let (database, commits) = try makeDatabase()
    let writes = GroupCommit(database)
    let gate = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let (started, first) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        try await writes.write(.urgent) { db in
          first.finish()
          gate.wait()
          try db.execute(sql: "INSERT INTO t VALUES (0)")
        }
      }
      for await _ in started {}
      for number in 1...100 {
        group.addTask {
          try await writes.write(.urgent) {
            try $0.execute(sql: "INSERT INTO t VALUES (\(number))")
          }
        }
      }
      while writes.waitingCount < 100 { await Task.yield() }
      gate.signal()
      try await group.waitForAll()
    }
    #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 101)
    #expect(commits.count == 1)
  }

  @Test func aBatchHasABound() async throws {
    let (database, commits) = try makeDatabase()
    let writes = GroupCommit(database)
    let gate = DispatchSemaphore(value: 0)
    let count = GroupCommit.batchMax * 2
    try await withThrowingTaskGroup(of: Void.self) { group in
      let (started, first) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        try await writes.write(.urgent) { _ in
          first.finish()
          gate.wait()
        }
      }
      for await _ in started {}
      for number in 1...count {
        group.addTask {
          try await writes.write(.urgent) {
            try $0.execute(sql: "INSERT INTO t VALUES (\(number))")
          }
        }
      }
      while writes.waitingCount < count { await Task.yield() }
      gate.signal()
      try await group.waitForAll()
    }
    #expect(
      try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == count)
    #expect(commits.count == 3)
  }

  /// Holds the writer, has writes wait in this order, lets go, and tells the order they were made in.
  private func order(
    of turns: [(String, GroupCommit.Turn)], _ writes: GroupCommit
  ) async throws -> [String] {
    let gate = DispatchSemaphore(value: 0)
    let made = Shared<[String]>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      let (started, first) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        try await writes.write(.urgent) { _ in
          first.finish()
          gate.wait()
        }
      }
      for await _ in started {}
      for (index, (name, turn)) in turns.enumerated() {
        group.addTask {
          try await writes.write(turn) { db in
            try db.execute(sql: "INSERT INTO t VALUES (0)")
            made.withLock { $0.append(name) }
          }
        }
        while writes.waitingCount <= index, !Task.isCancelled { await Task.yield() }
      }
      gate.signal()
      try await group.waitForAll()
    }
    return made.withLock(\.self)
  }

  @Test func whatWorkersWriteGoesFirstAndDomainsTakeTurns() async throws {
    let (database, _) = try makeDatabase()
    let order = try await order(
      of: [
        ("a1", .of("a")), ("a2", .of("a")), ("a3", .of("a")), ("b1", .of("b")),
        ("beat", .urgent), ("c1", .of("c")), ("b2", .of("b")), ("finish", .urgent),
      ], GroupCommit(database))
    #expect(order == ["beat", "finish", "a1", "b1", "c1", "a2", "b2", "a3"])
  }

  @Test func theBytesOfABatchHaveABound() async throws {
    let (database, commits) = try makeDatabase()
    let turn = GroupCommit.Turn.of("a", bytes: GroupCommit.batchBytesMax * 3 / 4)
    let writes = GroupCommit(database, bytesPerDomainMax: .max / 4)
    _ = try await order(of: (1...6).map { ("\($0)", turn) }, writes)
    // Two and two and two: the second goes beyond the bound.
    #expect(commits.count == 3)
  }

  @Test func aWriteOfAWorkerWaitsForOneCommitHoweverMuchTheOthersWrite() async throws {
    let (database, commits) = try makeDatabase()
    let writes = GroupCommit(database, bytesPerDomainMax: .max / 4)
    let seen = Shared<[Int]>([])
    let large = GroupCommit.Turn.of("a", bytes: GroupCommit.batchBytesMax)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let gate = DispatchSemaphore(value: 0)
      let (started, first) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        try await writes.write(large) { db in
          first.finish()
          gate.wait()
          try db.execute(sql: "INSERT INTO t VALUES (0)")
        }
      }
      for await _ in started {}
      for number in 1...20 {
        group.addTask {
          try await writes.write(large) {
            try $0.execute(sql: "INSERT INTO t VALUES (\(number))")
          }
        }
      }
      while writes.waitingCount < 20, !Task.isCancelled { await Task.yield() }
      group.addTask {
        try await writes.write(.urgent) { _ in seen.withLock { $0.append(commits.count) } }
      }
      while writes.waitingCount < 21, !Task.isCancelled { await Task.yield() }
      gate.signal()
      try await group.waitForAll()
    }
    #expect(seen.withLock(\.self) == [1])
    #expect(commits.count > 20)
  }

  @Test func noMoreWritesOfADomainWaitThanMay() async throws {
    let (database, _) = try makeDatabase()
    for (writes, turn, most) in [
      (GroupCommit(database, writesPerDomainMax: 3), GroupCommit.Turn.of("a"), 3),
      (GroupCommit(database, bytesPerDomainMax: 10_000), .of("a", bytes: 4000), 1),
      // One is always taken, or a large one never would be.
      (GroupCommit(database, bytesPerDomainMax: 10_000), .of("a", bytes: 20_000), 1),
      (GroupCommit(database, bytesPerDomainMax: 11_000), .of("a", bytes: 4000), 2),
    ] {
      let gate = DispatchSemaphore(value: 0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (started, first) = AsyncStream.makeStream(of: Void.self)
        group.addTask {
          try await writes.write(.urgent) { _ in
            first.finish()
            gate.wait()
          }
        }
        for await _ in started {}
        for number in 1...most {
          group.addTask { try await writes.write(turn) { _ in } }
          while writes.waitingCount < number, !Task.isCancelled { await Task.yield() }
        }
        let error = await #expect(throws: StoreError.self) { try await writes.write(turn) { _ in } }
        #expect(error?.code == .exhausted)
        // Others have room of their own, and workers always.
        group.addTask { try await writes.write(.of("b")) { _ in } }
        group.addTask { try await writes.write(.urgent) { _ in } }
        while writes.waitingCount < most + 2, !Task.isCancelled { await Task.yield() }
        gate.signal()
        try await group.waitForAll()
      }
      try await writes.write(turn) { _ in }
    }
  }

  @Test func aWriteThatFailsTakesNoOtherWithIt() async throws {
    let (database, _) = try makeDatabase()
    let writes = GroupCommit(database)
    let failures = await withTaskGroup(of: Bool.self) { group in
      for number in 1...50 {
        group.addTask {
          do {
            try await writes.write(.urgent) { db in
              try db.execute(sql: "INSERT INTO t VALUES (\(number))")
              if number.isMultiple(of: 5) { throw Refusal() }
            }
            return false
          } catch {
            return error is Refusal
          }
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(failures == 10)
    #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 40)
    #expect(
      try await database.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM t WHERE a % 5 = 0")
      } == 0)
  }

  @Test func aCommitThatFailsIsToldToEveryCallerOfIt() async throws {
    let (database, commits) = try makeDatabase()
    let writes = GroupCommit(database)
    commits.refuses = true
    await withTaskGroup(of: Void.self) { group in
      for number in 1...20 {
        group.addTask {
          await #expect(throws: CommitRefusal.self) {
            try await writes.write(.urgent) {
              try $0.execute(sql: "INSERT INTO t VALUES (\(number))")
            }
          }
        }
      }
    }
    commits.refuses = false
    #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 0)
    try await writes.write(.urgent) { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
    #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
  }

  /// As on a full disk, SQLite may roll back everything at one write's error: those before it are
  /// undone, those after it must not become commits of their own, and all learn why.
  @Test func aWriteAtWhichSQLiteRollsEverythingBackEndsThoseBeforeItInItsCommit() async throws {
    let (database, _) = try makeDatabase()
    try await database.write { try $0.execute(sql: "CREATE UNIQUE INDEX once ON t (a)") }
    let writes = GroupCommit(database)
    let gate = DispatchSemaphore(value: 0)
    let codes = await withTaskGroup(of: ResultCode?.self) { group in
      let (started, first) = AsyncStream.makeStream(of: Void.self)
      group.addTask {
        await Self.code(of: {
          try await writes.write(.urgent) { db in
            first.finish()
            gate.wait()
            try db.run("INSERT INTO t VALUES (0)")
          }
        })
      }
      for await _ in started {}
      for number in 1...20 {
        group.addTask {
          await Self.code(of: {
            try await writes.write(.urgent) { db in
              let sql =
                number == 10
                ? "INSERT OR ROLLBACK INTO t VALUES (0)" : "INSERT INTO t VALUES (\(number))"
              try db.run(sql)
            }
          })
        }
        while writes.waitingCount < number, !Task.isCancelled { await Task.yield() }
      }
      gate.signal()
      return await group.reduce(into: []) { $0.append($1) }
    }
    // 0 to 10 are told so, and not there; those that had not begun are in the next commit.
    #expect(codes.count { $0 == .SQLITE_CONSTRAINT } == 11)
    #expect(codes.count { $0 == nil } == 10)
    #expect(
      try await database.read { try Int.fetchAll($0, sql: "SELECT a FROM t") } == Array(11...20))
    try await writes.write(.urgent) { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
    #expect(
      try await database.read { try Int.fetchAll($0, sql: "SELECT a FROM t") }
        == Array(11...20) + [1])
  }

  /// What SQLite says against a write; nil if nothing.
  private static func code(of write: () async throws -> Void) async -> ResultCode? {
    do {
      try await write()
      return nil
    } catch {
      return (error as? DatabaseError)?.resultCode ?? .SQLITE_OK
    }
  }

  @Test func aLockThatAnotherKeepsIsToldToTheCaller() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/t.sqlite"
      let database = try DatabaseQueue(path: path)
      try await database.write { try $0.execute(sql: "CREATE TABLE t (a)") }
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let other = try DatabaseQueue(path: path, configuration: configuration)
      try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
      let writes = GroupCommit(database)
      let error = await #expect(throws: DatabaseError.self) {
        try await writes.write(.urgent) { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
      }
      #expect(error?.resultCode == .SQLITE_BUSY)
      #expect(error.map { StoreError($0, at: path).code } == .unavailable)
      try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
      try await writes.write(.urgent) { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
    }
  }

  private func makeDatabase() throws -> (DatabaseQueue, CommitCounter) {
    let database = try DatabaseQueue()
    try database.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    let commits = CommitCounter()
    database.add(transactionObserver: commits, extent: .databaseLifetime)
    return (database, commits)
  }
}

private struct CommitRefusal: Error {}

/// Counts commits, or refuses them.
private final class CommitCounter: TransactionObserver, Sendable {
  private let state = Mutex((count: 0, refuses: false))

  var count: Int { state.withLock(\.count) }

  var refuses: Bool {
    get { state.withLock(\.refuses) }
    set { state.withLock { $0.refuses = newValue } }
  }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidChange() {}

  func databaseWillCommit() throws {
    if refuses { throw CommitRefusal() }
  }

  func databaseDidCommit(_ db: Database) {
    state.withLock { $0.count += 1 }
  }

  func databaseDidRollback(_ db: Database) {}
}
