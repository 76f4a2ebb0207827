import ReportCore
import ReportwireTestKit
import SQLiteStore
import Testing

@Suite(.timeLimit(.minutes(5))) struct ConformanceTests {
  @Test(arguments: StoreConformance.cases)
  func storeInMemoryConforms(_ conformance: ConformanceCase<any ReportStore>) async throws {
    let store = try SQLiteStore()
    try await conformance.run(store)
    try await store.close()
  }

  @Test(arguments: StoreConformance.timedCases)
  func storeInMemoryKeepsTheTime(
    _ conformance: ConformanceCase<StoreConformance.TimedStore>
  ) async throws {
    let clock = FakeClock()
    let store = try SQLiteStore(clock: clock)
    try await conformance.run(StoreConformance.TimedStore(store, clock))
    try await store.close()
  }

  @Test(arguments: StoreConformance.timedCases)
  func storeInFileKeepsTheTime(
    _ conformance: ConformanceCase<StoreConformance.TimedStore>
  ) async throws {
    try await withTemporaryFolder { folder in
      let clock = FakeClock()
      let store = try SQLiteStore(path: folder + "/store.sqlite", clock: clock)
      try await conformance.run(StoreConformance.TimedStore(store, clock))
      try await store.close()
    }
  }

  @Test(arguments: StoreConformance.limitedCases)
  func storeInMemoryHasLimits(
    _ conformance: ConformanceCase<StoreConformance.LimitedStores>
  ) async throws {
    try await conformance.run(StoreConformance.LimitedStores { try SQLiteStore(limits: $0) })
  }

  @Test(arguments: StoreConformance.limitedCases)
  func storeInFileHasLimits(
    _ conformance: ConformanceCase<StoreConformance.LimitedStores>
  ) async throws {
    try await withTemporaryFolder { folder in
      try await conformance.run(
        StoreConformance.LimitedStores {
          try SQLiteStore(path: folder + "/store.sqlite", limits: $0)
        })
    }
  }

  @Test(arguments: StoreConformance.outboxCases)
  func storeInMemoryHasAnOutbox(
    _ conformance: ConformanceCase<StoreConformance.OutboxStores>
  ) async throws {
    try await conformance.run(
      StoreConformance.OutboxStores { try SQLiteStore(outbox: $0, clock: $1) })
  }

  @Test(arguments: StoreConformance.outboxCases)
  func storeInFileHasAnOutbox(
    _ conformance: ConformanceCase<StoreConformance.OutboxStores>
  ) async throws {
    try await withTemporaryFolder { folder in
      try await conformance.run(
        StoreConformance.OutboxStores {
          try SQLiteStore(path: folder + "/store.sqlite", outbox: $0, clock: $1)
        })
    }
  }

  @Test(arguments: StoreConformance.cases)
  func storeInFileConforms(_ conformance: ConformanceCase<any ReportStore>) async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder + "/store.sqlite")
      try await conformance.run(store)
      try await store.close()
    }
  }
}
