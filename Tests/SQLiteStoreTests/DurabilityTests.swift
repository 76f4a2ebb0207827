import Foundation
import GRDB
import ReportCore
import ReportwireTestKit
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(5))) struct DurabilityTests {
  /// What a process leaves behind that is killed: its files as they are, nothing closed.
  @Test func whatWasAcknowledgedIsThereAfterAnAbruptEnd() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder + "/store.sqlite")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...200 {
          group.addTask {
            _ = try await store.create(
              TestReports.report(number),
              idempotency: IdempotencyKey(key: "\(number)", digest: "d"))
          }
        }
        try await group.waitForAll()
      }
      let claimed = try #require(
        try await store.claimNext(
          worker: "w", at: FakeClock.start, leaseFor: .seconds(3600), runningPerDomainMax: 10))
      let left = folder + "/left"
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
      for name in ["store.sqlite", "store.sqlite-wal"] {
        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(left)/\(name)")
      }
      let reopened = try SQLiteStore(path: left + "/store.sqlite")
      for number in 1...200 {
        let report = try await reopened.report(TestReports.id(number), in: "domain-a")
        #expect(report?.state == (report?.reportID == claimed.reportID ? .inProgress : .created))
        #expect(
          try await reopened.timeline(of: TestReports.report(number).key).first?.kind == .created)
      }
      let running = try await reopened.report(claimed.reportID, in: claimed.domainID)
      #expect(running == claimed)
      let leaseLeft = try #require(try await reopened.timeToNextLeaseEnd())
      #expect(leaseLeft > .zero && leaseLeft <= .seconds(3600))
      let again = try await reopened.create(
        TestReports.report(999), idempotency: IdempotencyKey(key: "7", digest: "d"))
      #expect(
        again
          == .existing(
            try #require(
              try await reopened.report(TestReports.id(7), in: "domain-a"))))
      try await reopened.close()
      try await store.close()
    }
  }

  /// Two connections to one file, as two server processes have them.
  @Test func twoStoresOnOneFileShareTheReportsWithoutClaimingAnyTwice() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let stores = try [SQLiteStore(path: path), SQLiteStore(path: path)]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...60 {
          group.addTask {
            _ = try await stores[number % 2].create(
              TestReports.report(number, in: "domain-\(number % 3)"), idempotency: nil)
          }
        }
        try await group.waitForAll()
      }
      let claims = try await withThrowingTaskGroup(of: [String].self) { group in
        for worker in 0..<4 {
          group.addTask {
            var claims: [String] = []
            while let report = try await stores[worker % 2].claimNext(
              worker: "worker-\(worker)", at: FakeClock.start, leaseFor: .seconds(30),
              runningPerDomainMax: 1000)
            {
              claims.append(report.reportID)
            }
            return claims
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claims.sorted() == (1...60).map(TestReports.id).sorted())
      for store in stores { try await store.close() }
    }
  }

  @Test func oneOfTwoEndingsOnTwoConnectionsWins() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let stores = try [SQLiteStore(path: path), SQLiteStore(path: path)]
      for number in 1...20 {
        _ = try await stores[0].create(TestReports.report(number), idempotency: nil)
        let report = try #require(
          try await stores[0].claimNext(
            worker: "w", at: FakeClock.start, leaseFor: .seconds(30), runningPerDomainMax: 1000))
        let endings: [ReportEnding] = [
          .finished([TestReports.artifact(of: report)], Progress(rows: 2, bytes: 12)),
          .timeout(ReportFailureInfo(code: .timeout, message: "too long"), .none),
        ]
        let outcomes = try await withThrowingTaskGroup(of: FinishOutcome.self) { group in
          for (store, ending) in zip(stores, endings) {
            group.addTask {
              try await store.finish(
                report.reportID, fencingToken: report.lastFencingToken, with: ending,
                at: FakeClock.start)
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == .lost }.count == 1)
        let kinds = try await stores[1].timeline(of: report.key).map(\.kind)
        #expect(kinds == [.created, .claimed, .ended])
      }
      for store in stores { try await store.close() }
    }
  }

  @Test func onAFullDiskWhatWasAcknowledgedStaysAndTheRestIsRefused() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder + "/store.sqlite")
      try await store.write(.urgent) { db in
        let pages = try db.first("PRAGMA page_count") { $0.integer(0) } ?? 0
        _ = try db.all("PRAGMA max_page_count = \(pages + 20)", isKept: false) { _ in }
      }
      let kept = await withTaskGroup(of: Int?.self) { group in
        for number in 1...400 {
          group.addTask {
            do {
              let name = String(repeating: "x", count: 1000)
              _ = try await store.create(
                TestReports.report(number, name: name), idempotency: nil)
              return number
            } catch {
              let error = error as? StoreError
              #expect(error?.code == .full)
              #expect(error?.message.hasSuffix("Make room on its disk.") == true)
              return nil
            }
          }
        }
        return await group.reduce(into: [Int]()) { kept, number in
          if let number { kept.append(number) }
        }
      }
      #expect(kept.count < 400)
      let found = try await store.reports(.everything).entities.map(\.reportID)
      #expect(Set(found) == Set(kept.map(TestReports.id)))
      try await store.write(.urgent) { db in
        _ = try db.all("PRAGMA max_page_count = 1000000", isKept: false) { _ in }
      }
      _ = try await store.create(TestReports.report(1000), idempotency: nil)
      #expect(try await store.reports(.everything).totalCount == kept.count + 1)
      try await store.close()
    }
  }

  @Test func aReadGoesOnWhileAWriterHoldsTheDatabase() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let store = try SQLiteStore(path: path)
      let report = TestReports.report(1)
      _ = try await store.create(report, idempotency: nil)
      let writer = try WriteLock(path)
      #expect(try await store.report(report.reportID, in: report.domainID) == report)
      #expect(try await store.reports(.everything).entities == [report])
      writer.release()
      try await store.close()
    }
  }

  @Test func closingWaitsForTheCallsUnderWay() async throws {
    let gate = CallGate()
    let (isUnderWay, leaves, hasLeft) = (Gate(), Gate(), Gate())
    let call = Task {
      try await gate.pass {
        isUnderWay.open()
        await leaves.wait()
        hasLeft.open()
      }
    }
    await isUnderWay.wait()
    let closing = Task {
      let wasOpen = await gate.close()
      return wasOpen && hasLeft.isOpen
    }
    // It is closing once it refuses others.
    while (try? await gate.pass {}) != nil { await Task.yield() }
    for _ in 1...100 { await Task.yield() }
    leaves.open()
    try await call.value
    #expect(await closing.value)
    #expect(await !gate.close())
  }

  @Test func closingWaitsForTheWritesUnderWay() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/store.sqlite"
      let store = try SQLiteStore(path: path)
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for number in 1...40 {
          group.addTask {
            do {
              _ = try await store.create(TestReports.report(number), idempotency: nil)
              return true
            } catch {
              #expect(error as? StoreError == StoreError(.closed, "The store is closed."))
              return false
            }
          }
        }
        group.addTask {
          await #expect(throws: Never.self) { try await store.close() }
          return false
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      let reopened = try SQLiteStore(path: path)
      #expect(try await reopened.reports(.everything).totalCount == outcomes)
      try await reopened.close()
    }
  }
}
